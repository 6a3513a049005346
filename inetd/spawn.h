/*
 * spawn.h - processes that share our memory until they have exec'd
 *
 * As cheap as vfork(2), without two of its weak points.  vfork waits for the
 * child whatever happens, and from its change of user on, anybody who is that
 * user may stop the child, and with it the caller, for good: here a child
 * that is stopped is killed.  And it waits at once, though the exec takes
 * longer than anything else: here the caller may begin the next one first.
 *
 * A child has errno in common with us, as it has all memory: while one is on
 * its way, an error that we see may be its.
 */
#ifndef SPAWN_H
#define SPAWN_H

#include <sys/types.h>

#include <stdbool.h>

enum { SPAWN_MOST = 2 };	/* on their way at a time: one to execute, one
				   to prepare.  More would only get in each
				   other's way. */

/*
 * For functions of the child that have arrays: they never return, and
 * AddressSanitizer would remember their frames in the memory that is ours.
 */
#define SPAWNED	__attribute__((no_sanitize("address")))

/*
 * Call begin(arg) in a new process, which must exec or end with nothing but
 * system calls, on a stack of 4 KiB.  What it writes to memory, we see.
 * Place, less than SPAWN_MOST, is its own until spawn_wait() was called for
 * it.  With shared, our descriptors are those of the child as well, until it
 * calls unshare(2) or close_range(2): so it can copy those that it needs, not
 * all there are.  Returns its process id, or -1 with errno set.
 */
pid_t	spawn(unsigned place, int (*begin)(void *), void *arg, bool shared);

/*
 * Wait until the process pid of that place has exec'd or ended.  True if it
 * was killed because somebody had stopped it.
 */
bool	spawn_wait(unsigned place, pid_t pid);
#endif
