/*
 * path.h - names of the client, resolved beneath its home and nowhere else
 *
 * A virtual path is what the client sees: absolute, its root the home, held
 * as normalised text ("/", "/a/b"; no ".", "..", "//" or closing slash).  It
 * only ever becomes a file through openat2(2) with the home as the root
 * (RESOLVE_IN_ROOT): symbolic links and ".." in them, whoever flips them and
 * whenever, end inside it.  On a kernel that lacks the call the path is
 * walked one component at a time and a symbolic link is an error (ELOOP).
 */
#ifndef FTPD_PATH_H
#define FTPD_PATH_H

#include <limits.h>
#include <stdbool.h>
#include <sys/types.h>

enum { PATH_SIZE = PATH_MAX };	/* a virtual path and its NUL */

struct root {
	int	fd;		/* the home */
	bool	openat2;	/* the kernel has the call */
};

/* Open the home, relative to the working directory.  0, or -1 with errno. */
int	root_open(struct root *, const char *home);

/*
 * Put name, seen from the virtual directory cwd, into path[PATH_SIZE].
 * 0, or -1 with errno set to ENAMETOOLONG.  path may not be cwd or name.
 */
int	path_join(char *path, const char *cwd, const char *name);

/*
 * Open a virtual path, following symbolic links unless flags say
 * O_NOFOLLOW; O_CLOEXEC is implied.  The descriptor, or -1 with errno set.
 */
int	path_open(const struct root *, const char *path, int flags, mode_t);

/*
 * The directory that holds the last component, as a descriptor to be closed
 * by the caller (O_PATH if it may not be read), and *last that component, for
 * the *at() calls that do not follow it.  -1 with errno set; EPERM for the
 * root, which has none.
 */
int	path_parent(const struct root *, const char *path, const char **last);

#endif
