/*
 * torn.h - whole files of a folder, to be put back as a power cut leaves them
 *
 * Both are of the directory that `root` is open on.
 */
#ifndef LABNET_TESTS_TORN_H
#define LABNET_TESTS_TORN_H

#include <fcntl.h>
#include <unistd.h>

#include "check.h"

enum { FILE_MAX_SIZE = 1 << 18 };

static int	root;

static inline void
put(const char *path, const void *text, size_t n)
{
	int fd = openat(root, path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	CHECK(fd != -1 && write(fd, text, n) == (ssize_t)n && close(fd) == 0);
}

/* How long it is: 0, and a failed check, if that is nothing. */
static inline size_t
get(const char *path, char text[FILE_MAX_SIZE])
{
	int fd = openat(root, path, O_RDONLY);
	ssize_t n = read(fd, text, FILE_MAX_SIZE);

	CHECK(fd != -1 && n > 0 && close(fd) == 0);
	return n > 0 ? (size_t)n : 0;
}

#endif
