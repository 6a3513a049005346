/*
 * close.h - close(2) on the way out, where errno already says what happened
 */
#ifndef LABNET_IO_CLOSE_H
#define LABNET_IO_CLOSE_H

#include <errno.h>
#include <unistd.h>

/* Close fd, and leave errno as it was.  -1 is nothing to close. */
static inline void
close_quietly(int fd)
{
	int saved = errno;

	if (fd != -1)
		close(fd);
	errno = saved;
}

#endif
