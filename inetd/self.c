/* self.c - our own program file */

#include <sys/auxv.h>

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "self.h"

static char	 path[PATH_MAX];

void
self_find(void)
{
	ssize_t len = readlink("/proc/self/exe", path, sizeof path - 1);
	const char *name = (const char *)getauxval(AT_EXECFN);
	char here[PATH_MAX];
	int used;

	path[len == -1 ? 0 : len] = '\0';
	if (len != -1 || name == NULL)
		return;
	if (*name == '/')
		used = snprintf(path, sizeof path, "%s", name);
	else
		used = getcwd(here, sizeof here) == NULL ? -1 :
		    snprintf(path, sizeof path, "%s/%s", here, name);
	if (used < 0 || used >= (int)sizeof path)
		path[0] = '\0';
}

const char *
self_path(void)
{
	return path;
}

const char *
self_beside(char beside[PATH_MAX], const char *program)
{
	const char *slash = strrchr(path, '/');

	if (strchr(program, '/') != NULL || slash == NULL)
		return program;
	if (snprintf(beside, PATH_MAX, "%.*s/%s", (int)(slash - path), path,
	    program) < PATH_MAX)
		return beside;
	errno = ENAMETOOLONG;
	return NULL;
}
