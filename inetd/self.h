/*
 * self.h - our own program file
 */
#ifndef SELF_H
#define SELF_H

#include <limits.h>

/*
 * Find it, before the first chdir(2): through /proc or, where that is not
 * mounted, by the name that we were started by.
 */
void	self_find(void);

/* Its absolute path; empty if it could not be found. */
const char	*self_path(void);

/*
 * Where the program of a service is: beside our own if its name is bare, and
 * put together in beside, else where it says.  NULL with errno set if it is
 * too long.
 */
const char	*self_beside(char beside[PATH_MAX], const char *program);
#endif
