/* path.c - virtual paths and the one way from them to files */

#define _GNU_SOURCE	/* O_PATH and syscall(2) are Linux's */
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "path.h"

/* How often to try again while directories are renamed under our feet. */
enum { RACE_TRIES = 64 };

static int
beneath(int fd, const char *path, int flags, mode_t mode)
{
	struct open_how how = {
		.flags = (unsigned long long)flags | O_CLOEXEC |
		    /* NOLINTNEXTLINE(bugprone-branch-clone): 0 in glibc */
		    ((flags & O_PATH) != 0 ? 0 : O_LARGEFILE),
		.mode = (flags & O_CREAT) != 0 ? mode : 0,
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
	};
	int tries = RACE_TRIES;
	long got;

	do
		got = syscall(SYS_openat2, fd, path, &how, sizeof how);
	while (got == -1 && (errno == EINTR || errno == EAGAIN) && tries-- > 0);
	return (int)got;
}

int
root_open(struct root *r, const char *home)
{
	int probe;

	r->fd = open(home, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (r->fd == -1)
		return -1;
	probe = beneath(r->fd, ".", O_PATH | O_DIRECTORY, 0);
	r->openat2 = probe != -1;
	if (probe != -1)
		close(probe);
	return 0;
}

int
path_join(char *path, const char *cwd, const char *name)
{
	size_t len = 0, n;

	if (*name != '/') {
		len = strlen(cwd);
		memcpy(path, cwd, len);
		if (len == 1)
			len = 0;
	}
	for (; *name != '\0'; name += n) {
		name += strspn(name, "/");
		n = strcspn(name, "/");
		if (n == 0 || (n == 1 && name[0] == '.'))
			continue;
		if (n == 2 && name[0] == '.' && name[1] == '.') {
			while (len > 0 && path[--len] != '/')
				;
			continue;
		}
		if (n + 1 >= PATH_SIZE - len) {
			errno = ENAMETOOLONG;
			return -1;
		}
		path[len++] = '/';
		memcpy(path + len, name, n);
		len += n;
	}
	if (len == 0)
		path[len++] = '/';
	path[len] = '\0';
	return 0;
}

/* One component, which must not be a symbolic link. */
static int
step(int dir, const char *path, size_t n, int flags, mode_t mode)
{
	char name[NAME_MAX + 1];
	struct stat st;
	int fd;

	if (n > NAME_MAX) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(name, path, n);
	name[n] = '\0';
	fd = openat(dir, n == 0 ? "." : name,
	    flags | O_NOFOLLOW | O_CLOEXEC, mode);
	/* With O_PATH alone a link itself is opened. */
	if (fd != -1 && (flags & O_PATH) != 0 && fstat(fd, &st) == 0 &&
	    S_ISLNK(st.st_mode)) {
		close(fd);
		errno = ELOOP;
		return -1;
	}
	return fd;
}

/* The way without openat2(2). */
static int
walk(const struct root *r, const char *path, int flags, mode_t mode)
{
	int dir = r->fd, next, saved;
	size_t n;

	for (;;) {
		path += strspn(path, "/");
		n = strcspn(path, "/");
		if (path[n] == '\0')
			break;
		next = step(dir, path, n, O_PATH | O_DIRECTORY, 0);
		saved = errno;
		if (dir != r->fd)
			close(dir);
		errno = saved;
		if (next == -1)
			return -1;
		dir = next;
		path += n;
	}
	next = step(dir, path, n, flags, mode);
	saved = errno;
	if (dir != r->fd)
		close(dir);
	errno = saved;
	return next;
}

int
path_open(const struct root *r, const char *path, int flags, mode_t mode)
{
	return r->openat2 ? beneath(r->fd, path, flags, mode) :
	    walk(r, path, flags, mode);
}

int
path_parent(const struct root *r, const char *path, const char **last)
{
	char dir[PATH_SIZE];
	size_t n;
	int fd;

	*last = strrchr(path, '/') + 1;
	if (**last == '\0') {
		errno = EPERM;
		return -1;
	}
	n = (size_t)(*last - path);
	memcpy(dir, path, n);
	dir[n] = '\0';
	fd = path_open(r, dir, O_RDONLY | O_DIRECTORY, 0);
	if (fd == -1 && errno == EACCES)
		fd = path_open(r, dir, O_PATH | O_DIRECTORY, 0);
	return fd;
}
