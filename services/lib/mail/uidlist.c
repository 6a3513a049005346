/* uidlist.c - reading dovecot-uidlist */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "mail/dotlock.h"
#include "mail/uidlist.h"

#define FILE_NAME	"dovecot-uidlist"
#define LOCK_NAME	"dovecot-uidlist.lock"

enum { LOCK_SECONDS = 60, TAIL_SIZE = 2048 };

void
uidlist_init(struct uidlist *list, int folder)
{
	memset(list, 0, sizeof *list);
	list->folder = folder;
	list->fd = -1;
	list->next = 1;
}

void
uidlist_free(struct uidlist *list)
{
	if (list->fd != -1)
		close(list->fd);
	list->fd = -1;
}

int
uidlist_lock(struct uidlist *list)
{
	return dotlock_take(list->folder, LOCK_NAME, LOCK_SECONDS);
}

void
uidlist_unlock(struct uidlist *list)
{
	dotlock_drop(list->folder, LOCK_NAME);
}

static bool
same_time(struct timespec a, struct timespec b)
{
	return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

bool
uidlist_changed(const struct uidlist *list)
{
	const struct stat *old = &list->seen;
	struct stat now;

	if (fstatat(list->folder, FILE_NAME, &now, AT_SYMLINK_NOFOLLOW) == -1)
		return list->fd != -1 || errno != ENOENT;
	return list->fd == -1 || now.st_ino != old->st_ino ||
	    now.st_dev != old->st_dev || now.st_size != old->st_size ||
	    !same_time(now.st_mtim, old->st_mtim) ||
	    !same_time(now.st_ctim, old->st_ctim);
}

/* A decimal number of 32 bits at *p, which moves behind it; 0 if none. */
static uint32_t
take_number(const char **p, const char *end)
{
	uint64_t n = 0;

	while (*p < end && **p >= '0' && **p <= '9') {
		n = n * 10 + (unsigned)(*(*p)++ - '0');
		if (n > UINT32_MAX)
			return 0;
	}
	return (uint32_t)n;
}

/* The same, of 63 bits, for a field's value; -1 if it is none. */
static int64_t
field_value(const char *p, const char *end)
{
	int64_t n = 0;

	if (p == end || end - p > 18)
		return -1;
	for (; p < end; p++) {
		if (*p < '0' || *p > '9')
			return -1;
		n = n * 10 + (*p - '0');
	}
	return n;
}

/* The end of the word at p. */
static const char *
word_end(const char *p, const char *end)
{
	const char *blank = memchr(p, ' ', (size_t)(end - p));

	return blank == NULL ? end : blank;
}

/*
 * "3 V<uidvalidity> N<next> G<guid>".  A list whose header makes no sense
 * counts as none: uidvalidity stays 0.
 */
static void
parse_header(struct uidlist *list, const char *p, const char *end)
{
	uint32_t validity = 0, next = 0;
	const char *stop, *value;

	if (end - p < 2 || p[0] != '3' || p[1] != ' ')
		return;
	for (p += 2; p < end; p = stop + 1) {
		stop = word_end(p, end);
		value = p + 1;
		if (*p == 'V')
			validity = take_number(&value, stop);
		else if (*p == 'N')
			next = take_number(&value, stop);
		else if (*p == 'G' && stop - value == UIDLIST_GUID_SIZE - 1)
			memcpy(list->guid, value, UIDLIST_GUID_SIZE - 1);
	}
	if (next == 0)
		return;
	list->uidvalidity = validity;
	if (next > list->next)
		list->next = next;
}

/*
 * The next whole line, without its end; NULL if there is none.  A line that
 * does not fit into the buffer is damage and is passed over, once its end is
 * there: behind `done` the next writer puts its own, which begins a line.
 */
static const char *
next_line(struct uidlist_reader *r, const char **end)
{
	struct uidlist *list = r->list;
	char *line, *lf;
	off_t skipped = 0;
	ssize_t n;

	for (;;) {
		line = r->buf + r->start;
		lf = r->end == r->start ? NULL :
		    memchr(line, '\n', r->end - r->start);
		if (lf != NULL) {
			r->start = (size_t)(lf + 1 - r->buf);
			list->done += skipped + (lf + 1 - line);
			*end = lf;
			if (skipped == 0)
				return line;
			skipped = 0;
			continue;
		}
		memmove(r->buf, line, r->end - r->start);
		r->end -= r->start;
		r->start = 0;
		if (r->end == sizeof r->buf) {
			list->damaged = true;
			skipped += (off_t)r->end;
			r->end = 0;
		}
		do
			n = pread(list->fd, r->buf + r->end,
			    sizeof r->buf - r->end,
			    list->done + skipped + (off_t)r->end);
		while (n == -1 && errno == EINTR);
		if (n <= 0) {
			errno = n == 0 ? 0 : errno;
			return NULL;
		}
		r->end += (size_t)n;
	}
}

/* Forget what was read: another file has taken its place. */
static void
start_over(struct uidlist *list, int fd)
{
	uidlist_free(list);
	list->fd = fd;
	list->uidvalidity = 0;
	list->last = 0;
	list->records = 0;
	list->done = 0;
	list->damaged = list->has_uidl = false;
}

/* Is the file we have open still the one of that name? */
static bool
is_current(const struct uidlist *list)
{
	struct stat now;

	return list->fd != -1 && list->uidvalidity != 0 &&
	    fstatat(list->folder, FILE_NAME, &now, AT_SYMLINK_NOFOLLOW) == 0 &&
	    now.st_ino == list->seen.st_ino &&
	    now.st_dev == list->seen.st_dev && now.st_size >= list->done;
}

int
uidlist_read(struct uidlist *list, struct uidlist_reader *r)
{
	const char *line, *end;
	int fd;

	r->list = list;
	r->start = r->end = 0;
	if (is_current(list))
		return fstat(list->fd, &list->seen);
	fd = openat(list->folder, FILE_NAME,
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd == -1 && errno != ENOENT)
		return -1;
	start_over(list, fd);
	if (fd == -1)
		return 1;
	if (fstat(fd, &list->seen) == -1)
		return -1;
	line = next_line(r, &end);
	if (line != NULL)
		parse_header(list, line, end);
	else if (errno != 0)
		return -1;
	return 1;
}

/* "<uid> [fields] :<base>".  False if it is not that. */
static bool
parse_record(struct uid_record *rec, const char *p, const char *end)
{
	const char *stop;

	rec->size = rec->wire = -1;
	rec->uidl = NULL;
	rec->uid = take_number(&p, end);
	if (rec->uid == 0 || rec->uid == UINT32_MAX || p == end || *p != ' ')
		return false;
	rec->fields = ++p;
	for (; p < end && *p != ':'; p = stop + 1) {
		stop = word_end(p, end);
		if (*p == 'S')
			rec->size = field_value(p + 1, stop);
		else if (*p == 'W')
			rec->wire = field_value(p + 1, stop);
		if (*p == 'P') {
			rec->uidl = p + 1;
			rec->uidl_len = (size_t)(stop - rec->uidl);
		}
	}
	if (p >= end)
		return false;
	rec->fields_len = (size_t)(p - rec->fields);
	rec->base = ++p;
	stop = memchr(p, ':', (size_t)(end - p));
	rec->base_len = (size_t)((stop == NULL ? end : stop) - p);
	return rec->base_len > 0 && rec->base_len < 256;
}

int
uidlist_next(struct uidlist_reader *r, struct uid_record *rec)
{
	struct uidlist *list = r->list;
	const char *line, *end;

	if (list->uidvalidity == 0)
		return 0;
	while ((line = next_line(r, &end)) != NULL) {
		list->records++;
		if (!parse_record(rec, line, end) || rec->uid <= list->last) {
			list->damaged = true;
			continue;
		}
		list->last = rec->uid;
		list->has_uidl |= rec->uidl != NULL;
		if (rec->uid >= list->next)
			list->next = rec->uid + 1;
		return 1;
	}
	return errno == 0 ? 0 : -1;
}

/* Take in the last whole line of the n octets at text.  False: none there. */
static bool
take_last(struct uidlist *list, const char *text, size_t n, bool from_start)
{
	struct uid_record rec;
	size_t end = n, start;

	while (end > 0 && text[end - 1] != '\n')
		end--;
	start = end == 0 ? 0 : end - 1;
	while (start > 0 && text[start - 1] != '\n')
		start--;
	if (end == 0 || (start == 0 && !from_start) ||
	    !parse_record(&rec, text + start, text + end - 1))
		return false;
	list->last = rec.uid;
	if (rec.uid >= list->next)
		list->next = rec.uid + 1;
	list->done = list->seen.st_size - (off_t)(n - end);
	return true;
}

int
uidlist_skip(struct uidlist *list)
{
	struct uidlist_reader r;
	struct uid_record rec;
	char text[TAIL_SIZE];
	off_t from;
	ssize_t n;

	if (uidlist_read(list, &r) == -1)
		return -1;
	if (list->uidvalidity == 0)
		return 0;
	from = list->seen.st_size - (off_t)sizeof text;
	if (from < list->done)
		from = list->done;
	n = pread(list->fd, text, (size_t)(list->seen.st_size - from), from);
	if (n == list->seen.st_size - from &&
	    take_last(list, text, (size_t)n, from == list->done))
		return 0;
	while ((n = uidlist_next(&r, &rec)) == 1)
		continue;
	return (int)n;
}
