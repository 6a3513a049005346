/*
 * spawn.c - processes that share our memory until they have exec'd
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

static struct place {
	_Alignas(16) char	 stack[STACK];
	int			(*begin)(void *);
	void			*arg;
	_Atomic uint32_t	 ours;		/* does it use our memory? */
} places[SPAWN_MOST];

SPAWNED static int
enter(void *at)
{
	struct place *p = at;

	syscall(SYS_set_tid_address, &p->ours);
	return p->begin(p->arg);
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
spawn(unsigned place, int (*begin)(void *), void *arg, bool shared)
{
	struct place *p = &places[place];

	p->begin = begin;
	p->arg = arg;
	p->ours = 1;
	return clone(enter, p->stack + STACK, CLONE_VM | SIGCHLD |
	    (shared ? CLONE_FILES : 0), p);
}

bool
spawn_wait(unsigned place, pid_t pid)
{
	static const long patience[2] = { 0, PATIENCE * 1000000L };
	struct place *p = &places[place];
	bool stopped = false;

	while (p->ours != 0)
		if (syscall(SYS_futex, &p->ours, FUTEX_WAIT, 1, patience, NULL,
		    0) == -1 && errno == ETIMEDOUT &&
		    !look_after(pid, &stopped))
			break;
	return stopped;
}
