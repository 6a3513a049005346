/* scan.c - the message files of a directory */

#define _GNU_SOURCE	/* syscall(2), for getdents64 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "io/log.h"
#include "mail/scan.h"

enum { HOUR = 60 * 60 };
enum { TOLD_MAX = 8 };	/* lines in the log about strange entries */

/*
 * What the kernel writes: getdents64(2).  readdir(3) would do the same with
 * a smaller buffer, which in musl means sixteen times the system calls.
 */
struct entry {
	uint64_t	ino;
	int64_t		off;
	uint16_t	len;
	uint8_t		type;
	char		name[];
};

int
scan_start(struct scan *s, int fd)
{
	s->fd = fd;
	s->at = s->end = 0;
	return lseek(fd, 0, SEEK_SET) == -1 ? -1 : 0;
}

/* The next entry of any kind, or NULL: at the end, or with s->error set. */
static const struct entry *
next_entry(struct scan *s)
{
	const struct entry *e;
	long n;

	if (s->at >= s->end) {
		n = syscall(SYS_getdents64, s->fd, s->buf, sizeof s->buf);
		if (n <= 0) {
			s->error = n == 0 ? 0 : errno;
			return NULL;
		}
		s->at = 0;
		s->end = (size_t)n;
	}
	e = (const struct entry *)((const char *)s->buf + s->at);
	s->at += e->len;
	return e;
}

/* Is it a regular file?  Not all file systems say so with the name. */
static bool
is_regular(int fd, const struct entry *e)
{
	struct stat st;

	if (e->type == DT_REG)
		return true;
	if (e->type == DT_UNKNOWN &&
	    fstatat(fd, e->name, &st, AT_SYMLINK_NOFOLLOW) == 0)
		return S_ISREG(st.st_mode);
	return false;
}

/* Say so, but not for ever: a session may scan a thousand times. */
static void
tell(const char *name)
{
	static unsigned told;

	if (told++ < TOLD_MAX)
		log_line("passed over in a maildir: %s", name);
}

int
scan_next(struct scan *s, const char **name, struct maildir_name *parts)
{
	const struct entry *e;

	while ((e = next_entry(s)) != NULL) {
		if (e->name[0] == '.')
			continue;
		if (maildir_name_parse(e->name, parts) &&
		    is_regular(s->fd, e)) {
			*name = e->name;
			return 1;
		}
		tell(e->name);
	}
	errno = s->error;
	return s->error == 0 ? 0 : -1;
}

void
scan_clean_tmp(int tmp)
{
	const time_t old = time(NULL) - (time_t)36 * HOUR;
	const struct entry *e;
	struct scan s;
	struct stat st;

	if (scan_start(&s, tmp) == -1)
		return;
	while ((e = next_entry(&s)) != NULL)
		if (e->name[0] != '.' &&
		    fstatat(tmp, e->name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
		    S_ISREG(st.st_mode) && st.st_ctime < old &&
		    st.st_mtime < old && unlinkat(tmp, e->name, 0) == 0)
			log_line("removed from tmp after 36 hours: %s",
			    e->name);
}
