/*
 * child.c - start a program as a service
 *
 * Signals are blocked in inetd at all times (the loop reads them from a
 * descriptor), so none can be delivered before the exec.  The raw system
 * calls are there because the libc's setuid family speaks to the other
 * threads of the process, and would take us for one.
 */
#define _GNU_SOURCE	/* O_PATH, unshare, syscall(2) */
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <linux/capability.h>
#include <linux/close_range.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdnoreturn.h>
#include <string.h>
#include <unistd.h>

#include "calls.h"
#include "child.h"
#include "confine.h"
#include "descriptor.h"
#include "log.h"
#include "self.h"
#include "spawn.h"

/* 32-bit machines have an older, 16-bit call of the plain name. */
#ifdef SYS_setresuid32
enum { SETRESUID = SYS_setresuid32, SETRESGID = SYS_setresgid32,
	GETRESUID = SYS_getresuid32, SETGROUPS = SYS_setgroups32 };
#else
enum { SETRESUID = SYS_setresuid, SETRESGID = SYS_setresgid,
	GETRESUID = SYS_getresuid, SETGROUPS = SYS_setgroups };
#endif

enum { EXTRA_FD = 3 };	/* our directory, or the socket once more */

static char	 scripts[SPAWN_MOST][PATH_MAX + LINE_SIZE];
static int	 home_fd = -1;		/* our own directory */
static size_t	 home_length;		/* of its path, in self_path() */
static bool	 is_root;
static bool	 groupless;		/* we have no groups to pass on */
static bool	 has_terminal;		/* do we have a controlling one? */
static pid_t	 self;

static bool
find_home(void)
{
	char home[PATH_MAX], *slash = strrchr(strcpy(home, self_path()), '/');

	if (slash == NULL) {
		log_line("I cannot find my own program file");
		return false;
	}
	*slash = '\0';
	home_length = (size_t)(slash - home);
	home_fd = descriptor_move(open(home, O_PATH | O_DIRECTORY | O_CLOEXEC),
	    EXTRA_FD + 1);
	if (home_fd == -1)
		log_line("%s: %s", home, strerror(errno));
	return home_fd != -1;
}

bool
child_init(void)
{
	static const struct rlimit no_core;
	static const uint64_t by_default[4];	/* a kernel's sigaction */
	static const int ours[] = { SIGHUP, SIGINT, SIGTERM, SIGCHLD, SIGUSR1,
	    SIGUSR2, SIGPIPE };
	sigset_t block;
	int terminal;

	/* By the raw call: libc keeps signals 32 to 34 to itself, and some
	   parents leave them ignored. */
	for (int n = 1; n <= 64; n++)
		syscall(SYS_rt_sigaction, n, by_default, NULL, 8);
	sigemptyset(&block);
	for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++)
		sigaddset(&block, ours[i]);
	sigprocmask(SIG_SETMASK, &block, NULL);
	umask(077);
	setrlimit(RLIMIT_CORE, &no_core);
	is_root = geteuid() == 0;
	groupless = is_root && syscall(SETGROUPS, 0, NULL) == 0;
	self = getpid();
	terminal = open("/dev/tty", O_RDONLY | O_CLOEXEC | O_NOCTTY);
	has_terminal = terminal != -1;
	if (has_terminal)
		close(terminal);
	return find_home();
}

bool
child_is_root(void)
{
	return is_root;
}

/* Note what failed, if it did. */
static bool
ok(struct start *p, const char *what, long result)
{
	if (result != -1)
		return true;
	p->failed = what;
	p->error = errno;
	return false;
}

/*
 * From inetd's descriptors to a table of our own, with no more of them than
 * we need: the others are higher up.  An old kernel copies them all, if they
 * are not copied yet.
 */
static bool
own_descriptors(struct start *p)
{
	int most = p->in > home_fd ? p->in : home_fd;

	if (p->service->rules > most)
		most = p->service->rules;
	return syscall(SYS_close_range, most + 1, ~0U, CLOSE_RANGE_UNSHARE) ==
	    0 || ok(p, "unshare", unshare(CLONE_FILES));
}

/* Make fd the descriptor 3 of the program. */
static bool
take_extra(struct start *p, int fd)
{
	if (fd == EXTRA_FD)
		return ok(p, "fcntl", fcntl(fd, F_SETFD, 0));
	return ok(p, "dup2", dup2(fd, EXTRA_FD));
}

static bool
take_descriptors(struct start *p)
{
	if (!ok(p, "dup2", dup2(p->in, STDIN_FILENO)) ||
	    !ok(p, "dup2", dup2(p->out, STDOUT_FILENO)))
		return false;
	if (p->service->activation)
		return take_extra(p, p->in);
	return !(p->service->user.becomes || p->service->traced) ||
	    take_extra(p, home_fd);
}

/* The parent could not know our process id. */
static void
fill_in_pid(struct env *e)
{
	pid_t pid = e->pid == NULL ? 0 : getpid();

	for (int i = PID_DIGITS - 1; e->pid != NULL && i >= 0; i--) {
		e->pid[i] = (char)('0' + pid % 10);
		pid /= 10;
	}
}

SPAWNED static bool
limit(struct start *p, const char *what, int resource, uint64_t most)
{
	uint64_t both[2] = { most, most };	/* the kernel's rlimit64 */

	return most == 0 || ok(p, what, syscall(SYS_prlimit64, 0, resource,
	    both, NULL));
}

static bool
take_limits(struct start *p)
{
	const struct limits *l = &p->service->limits;

	return (l->nice == 0 ||
	    ok(p, "nice", setpriority(PRIO_PROCESS, 0, l->nice))) &&
	    limit(p, "memory", RLIMIT_AS, l->memory) &&
	    limit(p, "files", RLIMIT_NOFILE, l->files) &&
	    limit(p, "cpu", RLIMIT_CPU, l->cpu);
}

/* Keep these capabilities and no other, through the exec. */
SPAWNED static bool
keep(struct start *p, unsigned caps)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3
	};
	struct __user_cap_data_struct sets[2] = { {
		.effective = caps, .permitted = caps, .inheritable = caps
	} };

	if (!ok(p, "capset", syscall(SYS_capset, &header, sets)))
		return false;
	for (unsigned cap = 0; cap < 32; cap++)
		if ((caps & 1U << cap) && !ok(p, "ambient capability",
		    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, cap, 0, 0)))
			return false;
	return true;
}

SPAWNED static bool
become_user(struct start *p)
{
	const struct user *u = &p->service->user;
	uid_t uid, effective, saved;

	if (u->caps != 0 && u->uid != 0 &&
	    !ok(p, "keep capabilities", prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0)))
		return false;
	if (!(groupless && u->ngroups == 0) &&
	    !ok(p, "setgroups", syscall(SETGROUPS, u->ngroups, u->groups)))
		return false;
	if (!ok(p, "setresgid", syscall(SETRESGID, u->gid, u->gid, u->gid)) ||
	    !ok(p, "setresuid", syscall(SETRESUID, u->uid, u->uid, u->uid)) ||
	    !ok(p, "getresuid", syscall(GETRESUID, &uid, &effective, &saved)))
		return false;
	if (uid != u->uid || effective != u->uid || saved != u->uid) {
		errno = EPERM;
		return ok(p, "setresuid", -1);
	}
	return u->caps == 0 || u->uid == 0 || keep(p, u->caps);
}

/*
 * A child that has the listener must not outlive us: nobody else could
 * listen there.  Set after the change of user, which would clear it.
 */
static bool
die_with_us(struct start *p)
{
	if (p->service->kind == NOWAIT)
		return true;
	if (!ok(p, "parent death signal", prctl(PR_SET_PDEATHSIG, SIGTERM)))
		return false;
	if (getppid() != self)
		_exit(111);
	return true;
}

/*
 * A program beside us is found through a descriptor, since the child's user
 * may not be able to search the way there.  A script is the exception: its
 * interpreter wants a path.
 */
static void
run(struct start *p)
{
	char *script = scripts[p->place];

	if (strchr(p->program, '/') != NULL)
		execve(p->program, p->argv, p->env->list);
	else
		syscall(SYS_execveat, home_fd, p->program, p->argv,
		    p->env->list, 0);
	if (errno == ENOENT && strchr(p->program, '/') == NULL) {
		memcpy(script, self_path(), home_length);
		stpcpy(stpcpy(script + home_length, "/"), p->program);
		execve(script, p->argv, p->env->list);
	}
	ok(p, p->program, -1);
}

/* All that the child does. */
SPAWNED static noreturn int
become(void *start)
{
	struct start *p = start;
	sigset_t none;

	sigemptyset(&none);
	fill_in_pid(p->env);
	if (has_terminal)
		setsid();
	else	/* as good, and the scheduler makes no group for it */
		setpgid(0, 0);
	if (own_descriptors(p) && take_descriptors(p) && take_limits(p) &&
	    (!is_root || become_user(p)) &&
	    die_with_us(p) && ok(p, "no new privileges",
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)) &&
	    (p->service->rules == 0 ||
	    ok(p, "paths", confine_enter(p->service->rules))) &&
	    (p->service->calls == NULL ||
	    ok(p, "calls", calls_enter(p->service->calls))) &&
	    ok(p, "signal mask", sigprocmask(SIG_SETMASK, &none, NULL)))
		run(p);
	_exit(111);
}

bool
child_begin(struct start *p)
{
	p->failed = NULL;
	p->pid = spawn(p->place, become, p, descriptor_crowded());
	return p->pid != -1;
}

bool
child_runs(struct start *p)
{
	if (spawn_wait(p->place, p->pid)) {
		p->failed = "stopped by somebody before it ran";
		p->error = ECANCELED;
	}
	if (*(const char *volatile *)&p->failed == NULL)
		return true;
	while (waitpid(p->pid, NULL, 0) == -1 && errno == EINTR)
		continue;
	return false;
}
