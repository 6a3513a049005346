/*
 * write.h - write(2) until all is written
 */
#ifndef LABNET_IO_WRITE_H
#define LABNET_IO_WRITE_H

#include <errno.h>
#include <stddef.h>
#include <unistd.h>

/* Write n octets, however many calls it takes.  0, or -1 with errno set. */
static inline int
write_all(int fd, const char *p, size_t n)
{
	ssize_t put;

	for (; n > 0; p += put, n -= (size_t)put) {
		put = write(fd, p, n);
		if (put == -1 && errno != EINTR)
			return -1;
		put = put == -1 ? 0 : put;
	}
	return 0;
}

#endif
