/*
 * upgrade.h - exchange the program while services run
 *
 * SIGUSR2 makes inetd exec its own program file anew, in the same process:
 * children stay its children, and listeners stay open under their numbers.
 * What the new program must know of them is written to a memory file, whose
 * descriptor the environment variable INETD_STATE names.
 */
#ifndef UPGRADE_H
#define UPGRADE_H

#include <sys/types.h>

#include <stdbool.h>
#include <stddef.h>

#include "loop.h"

/*
 * Remember how we were called, for later.  Returns true if we are the new
 * program of an upgrade; its listeners are with inherit_add() then.  All
 * descriptors that we should not have are closed.
 */
bool	upgrade_remember(char *argv[]);

/* How many sessions the old program has left us. */
size_t	upgrade_sessions(void);

/*
 * Ask the new program whether it takes the configuration (inetd -t); its
 * end is told to upgrade_checked(), which is false for any other process.
 */
void	upgrade_begin(void);
bool	upgrade_checked(pid_t, int status);

/*
 * Exec the new program, if that was asked for, checked, and no client is
 * held back in our memory.  Returns if not, or if it failed: all is as before.
 */
void	upgrade_try(struct inetd *);

/* In the new program, its listeners open: take over sessions and counts. */
void	upgrade_end(struct inetd *);
#endif
