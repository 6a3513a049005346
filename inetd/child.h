/*
 * child.h - start a program as a service
 *
 * service(7) is the contract: descriptors, user, environment, limits.  The
 * child shares our memory until it has exec'd (spawn.h), so it calls nothing
 * but the kernel, reads what we must not change meanwhile, and leaves in the
 * struct start what went wrong.
 */
#ifndef CHILD_H
#define CHILD_H

#include <sys/types.h>

#include <stdbool.h>

#include "env.h"
#include "inetd.h"

struct start {
	unsigned		 place;		/* as spawn() has it */
	const struct service	*service;
	const char		*program;
	char			*const *argv;
	int			 in, out;	/* become 0 and 1 */
	struct env		*env;
	pid_t			 pid;
	const char		*failed;	/* the step that failed, or
						   NULL: it runs */
	int			 error;		/* its errno */
};

/*
 * Find our own directory, where the services are, and set up ourselves what
 * children inherit: umask, no core files, default signals.  Blocks the
 * signals of the loop for good.  False, with the reason logged.
 */
bool	child_init(void);

/* Does inetd change users?  Only root can. */
bool	child_is_root(void);

/*
 * Begin to start the program; the rest of start is set.  False with errno set
 * if there is no process to be had.  What start points to, its listener and
 * its descriptors stay as they are until child_runs() was called.
 */
bool	child_begin(struct start *);

/*
 * Wait until the program runs.  False with start->failed set if it could not
 * become what it should be; no zombie is left.
 */
bool	child_runs(struct start *);
#endif
