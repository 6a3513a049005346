/*
 * uidlist_write.c - changing dovecot-uidlist, always with its lock held
 *
 * Only whole lines are written.  Readers take no lock, so what they may have
 * read is never taken back: after a failure at most a torn last line is cut.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "io/close.h"
#include "io/write.h"
#include "io/decimal.h"
#include "mail/uidlist.h"

#define FILE_NAME	"dovecot-uidlist"
#define TMP_NAME	"dovecot-uidlist.tmp"

enum { LINE_MAX_SIZE = 1024 };

/* Write what is held.  After a failure keep the whole lines that went out. */
static void
flush(struct uidlist_writer *w)
{
	size_t put = 0, whole;
	ssize_t n;

	while (w->error == 0 && put < w->len) {
		n = pwrite(w->fd, w->buf + put, w->len - put,
		    w->at + (off_t)put);
		if (n >= 0)
			put += (size_t)n;
		else if (errno != EINTR)
			w->error = errno;
	}
	whole = put;
	if (w->error != 0 && put > 0) {
		while (whole > 0 && w->buf[whole - 1] != '\n')
			whole--;
		if (ftruncate(w->fd, w->at + (off_t)whole) == -1)
			w->error = errno;
	}
	w->at += (off_t)whole;
	w->len = 0;
}

static void
begin(struct uidlist_writer *w, struct uidlist *list, int fd, bool anew)
{
	w->list = list;
	w->fd = fd;
	w->error = 0;
	w->anew = anew;
	w->at = anew ? 0 : list->done;
	w->records = anew ? 0 : list->records;
	w->last = anew ? 0 : list->last;
	w->len = 0;
}

/* 32 hexadecimal digits that name this folder for ever. */
static int
new_guid(char guid[UIDLIST_GUID_SIZE])
{
	unsigned char chance[(UIDLIST_GUID_SIZE - 1) / 2];

	if (getrandom(chance, sizeof chance, 0) != (ssize_t)sizeof chance)
		return -1;
	for (size_t i = 0; i < sizeof chance; i++)
		snprintf(guid + 2 * i, 3, "%02x", chance[i]);
	return 0;
}

static int
put_header(const struct uidlist *list, char *to, size_t size)
{
	return snprintf(to, size, "3 V%lu N%lu G%s\n",
	    (unsigned long)list->uidvalidity, (unsigned long)list->next,
	    list->guid);
}

int
uidlist_make(int folder, int root)
{
	struct uidlist list;
	char header[LINE_MAX_SIZE];
	int fd, n;

	uidlist_init(&list, folder);
	if (uidvalidity_new(root, &list.uidvalidity) == -1 ||
	    new_guid(list.guid) == -1)
		return -1;
	n = put_header(&list, header, sizeof header);
	fd = openat(folder, FILE_NAME, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
	    0600);
	if (fd == -1)
		return -1;
	if (write_all(fd, header, (size_t)n) == 0)
		return fd;
	close_quietly(fd);
	return -1;
}

int
uidlist_rewrite(struct uidlist *list, struct uidlist_writer *w)
{
	int fd;

	if (list->guid[0] == '\0' && new_guid(list->guid) == -1)
		return -1;
	fd = openat(list->folder, TMP_NAME, O_WRONLY | O_CREAT | O_TRUNC |
	    O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd == -1)
		return -1;
	begin(w, list, fd, true);
	w->len = (size_t)put_header(list, w->buf, sizeof w->buf);
	return 0;
}

int
uidlist_append(struct uidlist *list, int root, struct uidlist_writer *w)
{
	struct stat st;
	int fd;

	if (list->uidvalidity == 0) {
		list->next = 1;
		if (uidvalidity_new(root, &list->uidvalidity) == -1)
			return -1;
		if (uidlist_rewrite(list, w) == 0)
			return 0;
		list->uidvalidity = 0;
		return -1;
	}
	fd = openat(list->folder, FILE_NAME, O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd == -1)
		return -1;
	/* What is behind the last whole line was torn by a crash. */
	if (fstat(fd, &st) == -1 ||
	    (st.st_size > list->done && ftruncate(fd, list->done) == -1)) {
		close_quietly(fd);
		return -1;
	}
	begin(w, list, fd, false);
	return 0;
}

/*
 * By hand, not by printf(3): a list may have a million lines.  Each returns
 * where the next octet goes; uidlist_put() has seen to it that all fits.
 */
static char *
put_text(char *to, const char *text, size_t n)
{
	if (n > 0)
		memcpy(to, text, n);
	return to + n;
}

static char *
put_field(char *to, char key, int64_t value)
{
	*to++ = key;
	to = decimal_put(to, (uint64_t)value);
	*to++ = ' ';
	return to;
}

/* The fields as they stand, but for the sizes, which we may know better. */
static char *
put_others(char *to, const char *p, size_t n)
{
	const char *end = p + n, *next;

	for (; p < end; p = next) {
		next = memchr(p, ' ', (size_t)(end - p));
		next = next == NULL ? end : next + 1;
		if (*p != 'S' && *p != 'W')
			to = put_text(to, p, (size_t)(next - p));
	}
	return to;
}

void
uidlist_put(struct uidlist_writer *w, const struct uid_record *rec)
{
	char *to;

	if (rec->fields_len + rec->base_len + 100 > LINE_MAX_SIZE)
		return;		/* no line of ours, nor of Dovecot's */
	if (sizeof w->buf - w->len < LINE_MAX_SIZE)
		flush(w);
	to = w->buf + w->len;
	to = decimal_put(to, rec->uid);
	*to++ = ' ';
	if (rec->fields_len > 0)
		to = put_others(to, rec->fields, rec->fields_len);
	if (rec->size >= 0)
		to = put_field(to, 'S', rec->size);
	if (rec->wire >= 0)
		to = put_field(to, 'W', rec->wire);
	*to++ = ':';
	to = put_text(to, rec->base, rec->base_len);
	*to++ = '\n';
	w->len = (size_t)(to - w->buf);
	w->records++;
	w->last = rec->uid;
}

/* Put the new file in the place of the old. */
static int
move_into_place(struct uidlist *list)
{
	if (renameat(list->folder, TMP_NAME, list->folder, FILE_NAME) == -1)
		return -1;
	return fsync(list->folder);
}

/* The list as it is on the disk now is all known to us. */
static int
adopt(struct uidlist_writer *w)
{
	struct uidlist *list = w->list;

	if (w->anew) {
		uidlist_free(list);
		list->damaged = false;
		list->fd = openat(list->folder, FILE_NAME,
		    O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
		if (list->fd == -1)
			return -1;
	}
	list->done = w->at;
	list->records = w->records;
	list->last = w->last;
	if (list->last >= list->next)
		list->next = list->last + 1;
	return fstat(list->fd, &list->seen);
}

/* A new file that does not come to be.  Keeps errno. */
static void
discard(struct uidlist_writer *w)
{
	int saved = errno;

	if (w->anew)
		unlinkat(w->list->folder, TMP_NAME, 0);
	if (w->list->fd == -1)
		w->list->uidvalidity = 0;	/* nobody has seen it */
	errno = saved;
}

int
uidlist_commit(struct uidlist_writer *w)
{
	int status = -1;

	flush(w);
	if (w->error == 0 && fsync(w->fd) == -1)
		w->error = errno;
	if (close(w->fd) == -1 && w->error == 0)
		w->error = errno;
	if (w->error == 0 &&
	    (!w->anew || move_into_place(w->list) == 0) && adopt(w) == 0)
		status = 0;
	else if (w->error == 0)
		w->error = errno;
	if (status == -1) {
		errno = w->error;
		discard(w);
	}
	return status;
}

void
uidlist_abort(struct uidlist_writer *w)
{
	close_quietly(w->fd);
	discard(w);
}
