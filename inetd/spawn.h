/*
 * spawn.h - a process that shares our memory until it has exec'd
 *
 * As cheap as vfork(2), without its weak point: vfork waits for the child
 * whatever happens, and from its change of user on, anybody who is that user
 * may stop the child, and with it the caller, for good.  Here a child that is
 * stopped is killed.
 *
 * It shares our descriptors as well, until it calls unshare(2) or
 * close_range(2): so it can copy those that it needs, not all there are.
 */
#ifndef SPAWN_H
#define SPAWN_H

#include <sys/types.h>

#include <stdbool.h>

/*
 * For functions of the child that have arrays: they never return, and
 * AddressSanitizer would remember their frames in the memory that is ours.
 */
#define SPAWNED	__attribute__((no_sanitize("address")))

/*
 * Call begin(arg) in a new process and wait until it has exec'd or ended: it
 * must do either with nothing but system calls, on a stack of 4 KiB.  What it
 * writes to memory, we see.  Returns its process id, or -1 with errno set.
 * *stopped becomes true if it was killed because somebody had stopped it.
 */
pid_t	spawn(int (*begin)(void *), void *arg, bool *stopped);

/* begin calls this first: from now on the caller knows when it has exec'd. */
void	spawn_begun(void);
#endif
