/*
 * spawn.c - a process that shares our memory until it has exec'd
 *
 * The kernel writes 0 to the address that set_tid_address(2) names, and wakes
 * who waits there, as soon as the child no longer uses our memory.
 */
#define _GNU_SOURCE	/* clone */
#include <sys/syscall.h>
#include <sys/wait.h>
#include <linux/futex.h>

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include "spawn.h"

enum {
	STACK = 4096,
	PATIENCE = 50	/* ms until we look whether the child is stopped: many
			   times what an exec takes.  A timer sooner than the
			   kernel's tick would cost a microsecond. */
};

static _Atomic uint32_t	shared;		/* does it use our memory? */

void
spawn_begun(void)
{
	syscall(SYS_set_tid_address, &shared);
}

/* It has taken long: kill it if it is stopped.  False: it has ended. */
static bool
look_after(pid_t pid, bool *stopped)
{
	siginfo_t what = { .si_pid = 0 };

	if (waitid(P_PID, (id_t)pid, &what, WEXITED | WSTOPPED | WNOHANG |
	    WNOWAIT) == -1 || what.si_pid == 0)
		return true;
	if (what.si_code != CLD_STOPPED)
		return false;
	*stopped = true;
	kill(pid, SIGKILL);
	return true;
}

pid_t
spawn(int (*begin)(void *), void *arg, bool *stopped)
{
	static const long patience[2] = { 0, PATIENCE * 1000000L };
	_Alignas(16) char stack[STACK] __attribute__((uninitialized));
	pid_t pid;

	*stopped = false;
	shared = 1;
	pid = clone(begin, stack + sizeof stack, CLONE_VM | CLONE_FILES |
	    SIGCHLD, arg);
	while (pid != -1 && shared != 0)
		if (syscall(SYS_futex, &shared, FUTEX_WAIT, 1, patience, NULL,
		    0) == -1 && errno == ETIMEDOUT && !look_after(pid, stopped))
			break;
	return pid;
}
