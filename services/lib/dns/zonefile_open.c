/* zonefile_open.c - a file of a zone, beneath the folder and nowhere else */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dns/zonefile_state.h"

/* Is it the system that fails, and neither the text nor who may read it? */
static bool
is_systems(int error)
{
	return error == EIO || error == EMFILE || error == ENFILE ||
	    error == ENOMEM;
}

/* What is wrong with what was opened, or NULL. */
static const char *
fault_of(int fd, bool *failed)
{
	struct stat st;

	if (fstat(fd, &st) == -1) {
		*failed = true;
		return strerror(errno);
	}
	return S_ISREG(st.st_mode) ? NULL : "not a regular file";
}

int
zonefile_open(int folder, const char *path, const char **error, bool *failed)
{
	int dir = folder, fd = -1;
	char part[ZONE_PATH];

	*error = NULL;
	do {
		size_t len = strcspn(path, "/");

		if (len == 0 || len >= sizeof part ||
		    (len == 2 && memcmp(path, "..", 2) == 0)) {
			*error = "file is not inside the zone folder";
			break;
		}
		memcpy(part, path, len);
		part[len] = '\0';
		path += len + (path[len] == '/');
		fd = openat(dir, part, O_RDONLY | O_NOFOLLOW | O_NONBLOCK |
		    O_CLOEXEC | (path[-1] == '/' ? O_DIRECTORY : 0));
		if (fd == -1) {
			*failed = *failed || is_systems(errno);
			*error = errno == ELOOP ? "a symbolic link" :
			    strerror(errno);
		}
		if (dir != folder)
			close(dir);
		dir = fd;
	} while (fd != -1 && path[-1] == '/');
	if (fd != -1 && *error == NULL)
		*error = fault_of(fd, failed);
	if (*error != NULL && fd != -1) {
		close(fd);
		fd = -1;
	}
	return fd;
}
