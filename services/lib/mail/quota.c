/* quota.c - the file maildirsize, and counting what it should say */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "io/close.h"
#include "io/log.h"
#include "mail/folder.h"
#include "mail/quota.h"
#include "mail/scan.h"

#define FILE_NAME	"maildirsize"

enum {
	FILE_MOST = 5120,	/* octets; then it is time to count */
	STALE = 15 * 60,	/* seconds */
	COUNTS = 3,		/* tries to count while nobody adds */
	LINE = 64
};

/* The file as it was read. */
struct kept {
	struct quota	 quota;
	struct stat	 st;
	unsigned	 lines;		/* of changes */
	bool		 sound;
};

/* --- reading -------------------------------------------------------------- */

/* A decimal number at *p, which moves behind it.  False: none, or too long. */
static bool
number(const char **p, int64_t *n)
{
	bool minus = **p == '-';
	int digits = 0;

	*n = 0;
	for (*p += minus; **p >= '0' && **p <= '9'; ++*p) {
		if (++digits > 18)
			return false;
		*n = *n * 10 + (**p - '0');
	}
	if (minus)
		*n = -*n;
	return digits > 0;
}

/* `1000000S,1000C` and the line's end; what other letters limit is unknown. */
static bool
parse_limits(const char **p, struct quota *q)
{
	int64_t n;

	while (**p != '\n') {
		if (!number(p, &n) || n < 0)
			return false;
		if (**p == 'S')
			q->max_octets = n;
		else if (**p == 'C')
			q->max_messages = n;
		else if (**p < 'A' || **p > 'Z')
			return false;
		++*p;
		if (**p == ',')
			++*p;
		else if (**p != '\n')
			return false;
	}
	++*p;
	return true;
}

/* A number has 18 digits at most: the next one cannot overflow, either. */
static bool
add(int64_t *sum, int64_t n)
{
	*sum += n;
	return *sum < INT64_MAX / 2 && *sum > -INT64_MAX / 2;
}

static bool
parse_change(const char **p, struct quota *q)
{
	int64_t octets, messages;

	*p += strspn(*p, " ");
	if (!number(p, &octets) || **p != ' ')
		return false;
	*p += strspn(*p, " ");
	if (!number(p, &messages))
		return false;
	*p += strspn(*p, " ");
	if (**p != '\n')
		return false;
	++*p;
	return add(&q->octets, octets) && add(&q->messages, messages);
}

static void
parse(const char *p, const char *end, struct kept *k)
{
	if (!parse_limits(&p, &k->quota))
		return;
	for (; p < end; k->lines++)
		if (!parse_change(&p, &k->quota))
			return;
	k->sound = k->quota.octets >= 0 && k->quota.messages >= 0 &&
	    k->st.st_size < FILE_MOST;
}

/*
 * Read the file.  1, 0 if there is none, or -1.  A short read is one of a
 * damaged file, for nobody makes it shorter.
 */
static int
load(int root, struct kept *k)
{
	char text[FILE_MOST + 1];
	ssize_t n;
	int fd = openat(root, FILE_NAME,
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	memset(k, 0, sizeof *k);
	if (fd == -1)
		return errno == ENOENT ? 0 : -1;
	n = fstat(fd, &k->st) == -1 ? -1 : read(fd, text, FILE_MOST);
	close_quietly(fd);
	if (n == -1)
		return -1;
	text[n] = '\0';
	parse(text, text + n, k);
	return 1;
}

/* --- counting ------------------------------------------------------------- */

static int
count_dir(int fd, struct quota *q)
{
	struct maildir_name parts;
	struct entries entries;
	struct stat st;
	const char *name;
	int n;

	if (entries_start(&entries, fd) == -1)
		return -1;
	while ((n = scan_next(&entries, &name, &parts)) == 1) {
		if (parts.size >= 0)
			q->octets += parts.size;
		else if (fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0)
			q->octets += st.st_size;
		else if (errno == ENOENT)
			continue;
		q->messages++;
	}
	return n;
}

/* A folder that is removed meanwhile holds nothing. */
static int
count_folder(int root, const char *dir, struct quota *q)
{
	struct maildir_dirs d;
	int status, saved;

	if (maildir_open(&d, root, dir) == -1)
		return errno == ENOENT ? 0 : -1;
	status = count_dir(d.new, q) == -1 || count_dir(d.cur, q) == -1 ?
	    -1 : 0;
	saved = errno;
	maildir_close(&d);
	errno = saved;
	return status;
}

static int
count_all(int root, struct quota *q)
{
	char dir[MAILDIR_NAME_SIZE];
	struct folder_list list;
	int status, saved;

	q->octets = q->messages = 0;
	if (count_folder(root, ".", q) == -1 ||
	    folder_list(root, &list) == -1)
		return -1;
	status = 0;
	for (size_t i = 0; i < list.count && status == 0; i++)
		if (snprintf(dir, sizeof dir, ".%s", list.name[i]) <
		    (int)sizeof dir)
			status = count_folder(root, dir, q);
	saved = errno;
	folder_list_free(&list);
	errno = saved;
	return status;
}

/* --- writing -------------------------------------------------------------- */

static int
format(const struct quota *q, char text[2 * LINE])
{
	int n = 0;

	if (q->max_octets > 0)
		n = snprintf(text, LINE, "%lldS", (long long)q->max_octets);
	if (q->max_messages > 0)
		n += snprintf(text + n, LINE, "%s%lldC", n > 0 ? "," : "",
		    (long long)q->max_messages);
	return n + snprintf(text + n, LINE, "\n%lld %lld\n",
	    (long long)q->octets, (long long)q->messages);
}

/* The whole file anew; not synced, for it can be counted again. */
static int
replace(int root, const struct quota *q)
{
	char text[2 * LINE], name[MAILDIR_NAME_SIZE + 4] = "tmp/";
	int fd, n = format(q, text), status, saved;

	maildir_name_new(name + 4, -1, -1);
	fd = openat(root, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd == -1)
		return -1;
	status = write(fd, text, (size_t)n) == n ? 0 : -1;
	if (close(fd) == -1)
		status = -1;
	if (status == 0)
		status = renameat(root, name, root, FILE_NAME);
	saved = errno;
	if (status == -1)
		unlinkat(root, name, 0);
	errno = saved;
	return status;
}

/* Did somebody add a line, or put another file in its place? */
static bool
has_moved(int root, const struct stat *old)
{
	struct stat st;

	if (fstatat(root, FILE_NAME, &st, AT_SYMLINK_NOFOLLOW) == -1)
		return old->st_ino != 0;
	return st.st_ino != old->st_ino || st.st_size != old->st_size;
}

/*
 * Count and write.  What is added between the count and the rename is lost,
 * so the file is looked at once more in front of it.
 */
static int
count(int root, struct kept *k)
{
	struct quota max = k->quota;

	for (int i = 0; i < COUNTS; i++) {
		if (count_all(root, &k->quota) == -1)
			return -1;
		if (!has_moved(root, &k->st))
			break;
		if (load(root, k) == -1)
			return -1;
		k->quota.max_octets = max.max_octets;
		k->quota.max_messages = max.max_messages;
	}
	/* A full disk does not keep anybody from reading. */
	if (replace(root, &k->quota) == -1)
		log_errno("%s cannot be written", FILE_NAME);
	return 0;
}

/* --- asking --------------------------------------------------------------- */

bool
quota_fits(const struct quota *q, int64_t octets, int64_t messages)
{
	return (q->max_octets == 0 || (octets <= q->max_octets &&
	    q->octets <= q->max_octets - octets)) &&
	    (q->max_messages == 0 || (messages <= q->max_messages &&
	    q->messages <= q->max_messages - messages));
}

/* Is what the file says not to be relied on? */
static bool
is_due(const struct kept *k)
{
	return !k->sound || (!quota_fits(&k->quota, 0, 0) &&
	    (k->lines > 1 || time(NULL) - k->st.st_mtime > STALE));
}

int
quota_read(int root, struct quota *q)
{
	struct kept k;
	int there = load(root, &k);

	if (there == 1 && is_due(&k))
		there = count(root, &k);
	*q = k.quota;
	return there == -1 ? -1 : 0;
}

int
quota_set(int root, int64_t max_octets, int64_t max_messages,
    struct quota *q)
{
	struct kept k;
	int status, there = load(root, &k);
	bool same = there == 1 && k.quota.max_octets == max_octets &&
	    k.quota.max_messages == max_messages;

	if (there == -1)
		return -1;
	k.quota.max_octets = max_octets;
	k.quota.max_messages = max_messages;
	if (max_octets == 0 && max_messages == 0) {
		memset(&k, 0, sizeof k);
		status = there == 1 && unlinkat(root, FILE_NAME, 0) == -1 &&
		    errno != ENOENT ? -1 : 0;
	} else {
		status = same && !is_due(&k) ? 0 : count(root, &k);
	}
	*q = k.quota;
	return status;
}

int
quota_admit(int root, int64_t octets, int64_t messages)
{
	struct quota q;

	if (quota_read(root, &q) == -1)
		return -1;
	if (quota_fits(&q, octets, messages))
		return 0;
	errno = EDQUOT;
	return -1;
}

bool
quota_is_kept(int root)
{
	struct stat st;

	/* faccessat(2) would ask for the real uid, and deliver has another. */
	return fstatat(root, FILE_NAME, &st, AT_SYMLINK_NOFOLLOW) == 0;
}

void
quota_add(int root, int64_t octets, int64_t messages)
{
	char line[LINE];
	int fd, n;

	if (octets == 0 && messages == 0)
		return;
	fd = openat(root, FILE_NAME, O_WRONLY | O_APPEND | O_NOFOLLOW |
	    O_NONBLOCK | O_CLOEXEC);
	if (fd == -1 && errno == ENOENT)
		return;
	n = snprintf(line, sizeof line, "%lld %lld\n", (long long)octets,
	    (long long)messages);
	if (fd == -1 || write(fd, line, (size_t)n) != n)
		log_errno("%s cannot be written", FILE_NAME);
	if (fd != -1)
		close(fd);
}

void
quota_recount(int root)
{
	struct kept k;
	int there = load(root, &k);

	if (there == -1 || (there == 1 && count(root, &k) == -1))
		log_errno("%s cannot be counted", FILE_NAME);
}
