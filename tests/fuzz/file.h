/*
 * file.h - a fuzz target's octets as a file that the code opens by its name
 *
 * fuzz_enter() writes the file and goes to where it is, a directory under
 * /tmp with an etc/ in it; fuzz_leave() comes back, since libFuzzer's own
 * paths are relative.
 */
#ifndef LABNET_FUZZ_FILE_H
#define LABNET_FUZZ_FILE_H

#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static int	fuzz_home = -1, fuzz_site = -1;

static inline void
fuzz_enter(const char *path, const uint8_t *octets, size_t n)
{
	char name[] = "/tmp/labnet-fuzz.XXXXXX";
	int fd;

	if (fuzz_site == -1) {
		fuzz_home = open(".", O_RDONLY | O_DIRECTORY);
		if (fuzz_home == -1 || mkdtemp(name) == NULL)
			abort();
		fuzz_site = open(name, O_RDONLY | O_DIRECTORY);
		if (fuzz_site == -1 || mkdirat(fuzz_site, "etc", 0700) == -1)
			abort();
	}
	if (fchdir(fuzz_site) == -1)
		abort();
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	if (fd == -1 || write(fd, octets, n) != (ssize_t)n)
		abort();
	close(fd);
}

static inline void
fuzz_leave(void)
{
	if (fchdir(fuzz_home) == -1)
		abort();
}

#endif
