/*
 * site.h - a directory of one's own to run in, gone at the end
 *
 * site_begin() makes it, with etc/ in it, and goes there; site_file() writes
 * a file of it; site_end() removes what these made.
 */
#ifndef LABNET_TESTS_SITE_H
#define LABNET_TESTS_SITE_H

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char	site_path[] = "/tmp/labnet-unit.XXXXXX";

static inline void
site_begin(void)
{
	if (mkdtemp(site_path) == NULL || chdir(site_path) == -1 ||
	    mkdir("etc", 0755) == -1)
		abort();
}

static inline void
site_octets(const char *path, const void *text, size_t n)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	if (fd == -1 || write(fd, text, n) != (ssize_t)n || close(fd) == -1)
		abort();
}

static inline void
site_file(const char *path, const char *text)
{
	site_octets(path, text, strlen(text));
}

/* The files are named by the caller, up to NULL. */
static inline void
site_end(const char *const *files)
{
	for (; *files != NULL; files++)
		if (unlink(*files) == -1)
			rmdir(*files);
	rmdir("etc");
	if (chdir("/") == 0)
		rmdir(site_path);
}

#endif
