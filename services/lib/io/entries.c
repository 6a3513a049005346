/* entries.c - the entries of a directory */

#define _GNU_SOURCE	/* syscall(2), for getdents64 */
#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "io/entries.h"

int
entries_start(struct entries *d, int fd)
{
	d->fd = fd;
	d->error = 0;
	d->at = d->end = 0;
	return lseek(fd, 0, SEEK_SET) == -1 ? -1 : 0;
}

const struct entry *
entries_next(struct entries *d)
{
	const struct entry *e;
	long n;

	if (d->at >= d->end) {
		n = syscall(SYS_getdents64, d->fd, d->buf, sizeof d->buf);
		if (n <= 0) {
			d->error = n == 0 ? 0 : errno;
			return NULL;
		}
		d->at = 0;
		d->end = (size_t)n;
	}
	e = (const struct entry *)((const char *)d->buf + d->at);
	d->at += e->len;
	return e;
}

ssize_t
entries_read(int fd, void *buf, size_t size)
{
	size_t at = 0;
	long n = 1;

	while (n > 0 && size - at >= ENTRY_MOST) {
		n = syscall(SYS_getdents64, fd, (char *)buf + at, size - at);
		if (n > 0)
			at += (size_t)n;
	}
	return n == -1 && at == 0 ? -1 : (ssize_t)at;
}
