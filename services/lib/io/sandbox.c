/* sandbox.c - one row a kind of process: what it may still do */

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "io/conf.h"
#include "io/log.h"
#include "io/sandbox.h"

/*
 * The sanitizers need calls and memory of their own, and to look at the
 * process from outside: what is built with them runs with the paths closed
 * but for /proc, without filter and memory limit, and stays dumpable.
 */
#if defined(__SANITIZE_ADDRESS__)
enum { SANITIZED = 1 };
#else
enum { SANITIZED = 0 };
#endif

enum { MIB = 1 << 20 };

/* Stands for the path that sandbox_enter() was given. */
static const char	own[] = "";

static const struct profile {
	const char	*name;
	unsigned	 calls;
	bool		 lives_long;	/* so it may speak of what lacks */
	bool		 sees_all;	/* no Landlock */
	unsigned	 files;		/* descriptors */
	unsigned	 memory;	/* MiB of its own */
	unsigned	 seconds;	/* of CPU; 0: no limit */
	struct sandbox_path paths[SANDBOX_PATHS];
} profiles[] = {
	/* pop3d, imapd and ftpd before login: the client, and authd. */
	{ "login", CALLS_LOCAL | CALLS_FEW, false, false, 16, 32, 10,
	    { { NULL, false } } },
	/* The client, and the files that deliver lends. */
	{ "smtpd", CALLS_LOCAL | CALLS_FEW, false, false, 300, 64, 3600,
	    { { NULL, false } } },
	/* The same with `spf': it asks the name server, too. */
	{ "smtpd-spf", CALLS_LOCAL | CALLS_NET | CALLS_FEW, false, false, 300,
	    64, 3600, { { NULL, false } } },
	/* After login: the user's own maildir or home, nothing beside it. */
	{ "pop3d", CALLS_FILES, false, false, 64, 512, 3600,
	    { { own, true }, { NULL, false } } },
	{ "imapd", CALLS_FILES, false, false, 256, 1024, 0,
	    { { own, true }, { NULL, false } } },
	{ "ftpd", CALLS_FILES | CALLS_NET, false, false, 64, 256, 0,
	    { { own, true }, { NULL, false } } },
	/* One maildir at a time, as its user; and new mail for the queue. */
	{ "deliver", CALLS_FILES | CALLS_LOCAL | CALLS_ACCOUNT, false, false,
	    1024, 64, 3600, { { "spool/mail", true }, { "etc/lists", false },
	    { "spool/home", false }, { "spool/queue/tmp", true },
	    { "spool/queue/new", true }, { NULL, false } } },
	/* Where the machine's accounts count, too: their homes are its own. */
	{ "deliver-system", CALLS_FILES | CALLS_LOCAL | CALLS_ACCOUNT |
	    CALLS_SYSTEM, false, false, 1024, 64, 3600,
	    { { "spool/mail", true }, { "etc/lists", false },
	    { "spool/home", false }, { "/home", false },
	    { "spool/queue/tmp", true }, { "spool/queue/new", true },
	    { NULL, false } } },
	/* It only accepts; its children are the two above. */
	{ "deliver-parent", CALLS_FILES | CALLS_LOCAL | CALLS_ACCOUNT |
	    CALLS_FORK | CALLS_CLOSE, true, true, 1024, 64, 3600,
	    { { NULL, false } } },
	{ "deliver-system-parent", CALLS_FILES | CALLS_LOCAL | CALLS_ACCOUNT |
	    CALLS_SYSTEM | CALLS_FORK | CALLS_CLOSE, true, true, 1024, 64,
	    3600, { { NULL, false } } },
	/* The queue and the network; its jobs are processes like itself. */
	{ "relay", CALLS_FILES | CALLS_LOCAL | CALLS_NET | CALLS_FORK, true,
	    false, 64, 1024, 0, { { "spool/queue", true },
	    { NULL, false } } },
	/* Starts sessions, which need more than it does and inherit this. */
	{ "authd", CALLS_ANY | CALLS_ACCOUNT, true, true, 1100, 1024, 0,
	    { { NULL, false } } },
	{ "authd-system", CALLS_ANY | CALLS_ACCOUNT | CALLS_SYSTEM, true, true,
	    1100, 1024, 0, { { NULL, false } } },
	/* The zone files and what is made of them; tells secondaries. */
	{ "zonec", CALLS_FILES | CALLS_NET | CALLS_FORK, false, false, 128,
	    16384, 0, { { NULL, false } } },
	/* Public data, read only; its counters are mapped before. */
	{ "dnsd", CALLS_FILES, true, false, 2048, 4096, 0,
	    { { own, false }, { NULL, false } } },
	/* Other servers; its settings are read before, the cache is saved. */
	{ "resolver", CALLS_NET | CALLS_FILES, true, false, 4096, 2048, 0,
	    { { own, true }, { NULL, false } } },
};

static const struct profile *
find(const char *name)
{
	for (size_t i = 0; i < sizeof profiles / sizeof profiles[0]; i++)
		if (strcmp(profiles[i].name, name) == 0)
			return &profiles[i];
	abort();
}

/*
 * Never above what there is: it cannot be raised again.  The kernel's own
 * call, as the two libcs do not agree about the type of what.
 */
static int
limit(int what, rlim_t most)
{
	struct { uint64_t current, most; } new = { most, most }, was;
	struct rlimit r, old;

	if (syscall(SYS_prlimit64, 0, what, &new, &was) == 0) {
		if (was.most >= most)	/* as it mostly is: one call */
			return 0;
		old.rlim_max = was.most;
	} else if (errno != EPERM || getrlimit(what, &old) == -1) {
		return -1;
	}
	r.rlim_cur = r.rlim_max = old.rlim_max;
	return setrlimit(what, &r);
}

static int
limits(const struct profile *p)
{
	if (limit(RLIMIT_CORE, 0) == -1 ||
	    limit(RLIMIT_NOFILE, p->files) == -1)
		return -1;
	if (p->seconds != 0 && limit(RLIMIT_CPU, p->seconds) == -1)
		return -1;
	if (SANITIZED)
		return 0;
	/* A message or a file that is mapped may be larger than any limit. */
	return limit((p->calls & CALLS_FILES) != 0 ? RLIMIT_DATA : RLIMIT_AS,
	    (rlim_t)p->memory * MIB);
}

/* `sandbox strict' of etc/security.conf. */
static bool
set_strict(void *to, const char *value, const char **why)
{
	*why = "neither strict nor lenient";
	*(bool *)to = strcmp(value, "strict") == 0;
	return *(bool *)to || strcmp(value, "lenient") == 0;
}

/*
 * The kernel lacks something: 0 if the admin can live with that, or -1.  The
 * file is looked at only then, and a fault in it is no leave.
 */
static int
lacks(const struct profile *p, const char *what)
{
	bool strict = false;
	const struct setting table[] = {
		{ "sandbox", CONF_CALL, &strict, 0, 0, set_strict },
		{ NULL, CONF_SKIP, NULL, 0, 0, NULL },
	};

	if ((conf_read(SECURITY_CONF, table) == -1 && errno != ENOENT) ||
	    strict) {
		errno = ENOSYS;
		return -1;
	}
	if (p->lives_long)
		log_line("this kernel has no %s", what);
	return 0;
}

static int
paths(const struct profile *p, const struct sandbox_path *open_ones)
{
	struct sandbox_path list[SANDBOX_PATHS + 2] = { { NULL, false } };
	size_t i;

	if (p->sees_all)
		return 0;
	for (i = 0; i < SANDBOX_PATHS && open_ones[i].path != NULL; i++)
		list[i] = open_ones[i];
	if (SANITIZED)		/* its leak check reads the threads' state */
		list[i] = (struct sandbox_path){ "/proc", false };
	if (sandbox_paths(list, (p->calls & CALLS_NET) != 0) == 0)
		return 0;
	if (errno != ENOSYS && errno != EOPNOTSUPP)
		return -1;
	return lacks(p, "Landlock: files are protected by their modes alone");
}

/* Asked before the paths are closed: lacks() reads a file. */
static int
look_for_filter(const struct profile *p)
{
	if (SANITIZED || prctl(PR_GET_SECCOMP, 0, 0, 0, 0) != -1 ||
	    errno != EINVAL)
		return 0;
	return lacks(p, "seccomp filter");
}

static int
filter(const struct profile *p)
{
	if (SANITIZED || sandbox_filter(p->calls) == 0)
		return 0;
	return errno == EINVAL || errno == ENOSYS ? 0 : -1;
}

static int
enter(const struct profile *p, const struct sandbox_path *open_ones)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1 ||
	    prctl(PR_SET_DUMPABLE, SANITIZED, 0, 0, 0) == -1 ||
	    sandbox_tables() == -1 ||
	    limits(p) == -1 || look_for_filter(p) == -1 ||
	    paths(p, open_ones) == -1 || filter(p) == -1) {
		log_errno("sandbox %s", p->name);
		return -1;
	}
	return 0;
}

int
sandbox_enter(const char *profile, const char *path)
{
	const struct profile *p = find(profile);
	struct sandbox_path list[SANDBOX_PATHS];

	memcpy(list, p->paths, sizeof list);
	for (size_t i = 0; list[i].path != NULL; i++)
		if (list[i].path == own)
			list[i].path = path;
	return enter(p, list);
}

int
sandbox_close(const char *profile)
{
	const struct profile *p = find(profile);

	if (paths(p, p->paths) == 0)
		return 0;
	log_errno("sandbox %s", p->name);
	return -1;
}

int
sandbox_enter_with(const char *profile, const struct sandbox_path *open_ones)
{
	return enter(find(profile), open_ones);
}
