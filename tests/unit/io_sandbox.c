/*
 * io_sandbox.c - a break-in in each kind of process, and what it gains
 *
 * For each profile a child takes the place of the daemon, enters the sandbox
 * and tries what an intruder would.  The table of outcomes is printed and
 * every field of it is asserted.
 */
#define _GNU_SOURCE	/* setresuid(2) */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "io/sandbox.h"

enum { USER = 20001, OTHER = 20002 };

static bool
can_read(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd != -1)
		close(fd);
	return fd != -1;
}

static bool
can_make(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd != -1) {
		close(fd);
		unlink(path);
	}
	return fd != -1;
}

static bool passwd(void) { return can_read("etc/passwd"); }
static bool system_file(void) { return can_read("/etc/passwd"); }
static bool own_mail(void) { return can_read("spool/mail/own/cur/mail"); }
static bool own_new(void) { return can_make("spool/mail/own/tmp/new"); }
static bool other_mail(void) { return can_read("spool/mail/other/cur/mail"); }
static bool queue(void) { return can_read("spool/queue/mail"); }
static bool zones(void) { return can_read("spool/dns/zones.db"); }
static bool temporary(void) { return can_make("/tmp/labnet-intruder"); }

static bool
tcp(void)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_in a = { .sin_family = AF_INET,
	    .sin_addr = { htonl(INADDR_LOOPBACK) } };
	bool ok;

	if (fd == -1)
		return false;
	ok = bind(fd, (struct sockaddr *)&a, sizeof a) == 0;
	close(fd);
	return ok;
}

static bool
forks(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	if (pid > 0)
		waitpid(pid, NULL, 0);
	return pid > 0;
}

/* Succeeds by never coming back: so in a process that shares memory. */
static bool
executes(void)
{
	char *argv[] = { NULL };

	/* ENOENT would come only if the call were let through. */
	execve("/nonexistent/program", argv, argv);
	return errno == ENOENT;
}

static bool
new_code(void)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_EXEC,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return p != MAP_FAILED;
}

/* Have the kernel write to a table like those of the handlers. */
static bool
new_handler(void)
{
	static bool (*const handlers[])(void) = { new_code, executes };

	return syscall(SYS_clock_gettime, CLOCK_MONOTONIC, handlers) == 0;
}

static bool traces(void) { return ptrace(PTRACE_TRACEME, 0, 0, 0) == 0; }
/* A signal that nobody minds. */
static bool kills(void) { return kill(getppid(), SIGURG) == 0; }
static bool is_root(void) { return setresuid(0, 0, 0) == 0; }
static bool
is_service(void)
{
	return syscall(SYS_setresuid, 19006, 19006, 19006) == 0;
}

static bool
is_stranger(void)
{
	return syscall(SYS_setresuid, 60000, 60000, 60000) == 0;
}

/* An account of the machine itself. */
static bool
is_system_user(void)
{
	uid_t own = getuid();

	return setresuid((uid_t)-1, 1000, (uid_t)-1) == 0 &&
	    setresuid((uid_t)-1, own, (uid_t)-1) == 0;
}

/* As deliver does it: for a moment, and back. */
static bool
is_account(void)
{
	uid_t own = getuid();

	return setresuid((uid_t)-1, USER, (uid_t)-1) == 0 &&
	    setresuid((uid_t)-1, own, (uid_t)-1) == 0;
}

static bool
unshares(void)
{
	return syscall(SYS_unshare, 0x10000000 /* CLONE_NEWUSER */) == 0;
}

static const struct attempt {
	const char	*name;
	bool		(*run)(void);
	bool		 by_filter;	/* nothing but seccomp stops it */
} attempts[] = {
	{ "etc/passwd", passwd, false },
	{ "/etc/passwd", system_file, false },
	{ "own mail", own_mail, false },
	{ "new own mail", own_new, false },
	{ "other's mail", other_mail, false },
	{ "queue", queue, false },
	{ "zones.db", zones, false },
	{ "file in /tmp", temporary, false },
	{ "TCP socket", tcp, true },
	{ "fork", forks, true },
	{ "exec", executes, true },
	{ "new code", new_code, true },
	{ "ptrace", traces, true },
	{ "kill parent", kills, true },
	{ "become root", is_root, true },
	{ "become dns", is_service, true },
	{ "become 60000", is_stranger, true },
	{ "become account", is_account, true },
	{ "become 1000", is_system_user, true },
	{ "namespace", unshares, true },
	{ "new handler", new_handler, false },
};
enum { ATTEMPTS = sizeof attempts / sizeof attempts[0] };

/*
 * One letter an attempt, in order: y it works, n it does not, . it does
 * not matter here.  authd sees all files that its uid may (root's test sees
 * more than that) and starts sessions, so it forks and executes.
 */
static const struct kind {
	const char	*profile;
	const char	*born_of;	/* the profile whose filter it has */
	const char	*path;
	uid_t		 uid;
	bool		 becomes;	/* has CAP_SETUID and CAP_SETGID */
	const char	*wanted;
} kinds[] = {
	{ "login", NULL, NULL, 19004, false, "nnnnnnnnnnnnnnnnnnnnn" },
	{ "smtpd", NULL, NULL, 19003, false, "nnnnnnnnnnnnnnnnnnnnn" },
	{ "pop3d", NULL, "spool/mail/own",
	    USER, false, "nnyynnnnnnnnnnnnnnnnn" },
	{ "imapd", NULL, "spool/mail/own",
	    USER, false, "nnyynnnnnnnnnnnnnnnnn" },
	{ "ftpd", NULL, "spool/mail/own",
	    USER, false, "nnyynnnnynnnnnnnnnnnn" },
	{ "deliver", NULL, NULL, 19002, true, "nnnnnnnnnnnnnnnnnynnn" },
	{ "deliver-system", NULL, NULL, 19002, true, "nnnnnnnnnnnnnnnnnyynn" },
	{ "deliver-parent", NULL, NULL, 19002, true, ".y.nnnyynynnnnnnnynnn" },
	{ "deliver", "deliver-parent", NULL,
	    19002, true, "nnnnnnnnnynnnnnnnynnn" },
	{ "deliver-system", "deliver-system-parent", NULL,
	    19002, true, "nnnnnnnnnynnnnnnnyynn" },
	{ "relay", NULL, NULL, 19008, false, "nnnnnynnyynnnnnnnnnnn" },
	{ "dnsd", NULL, "spool/dns", 19006, false, "nnnnnnynnnnnnnnnnnnnn" },
	{ "zonec", NULL, "spool/dns", 19007, false, "nnnnnnynyynnnnnnnnnnn" },
	{ "resolver", NULL, "spool/dns",
	    19006, false, "nnnnnnynynnnnnnnnnnnn" },
	{ "authd", NULL, NULL, 19001, true, ".y.nnnyyyyyynnnnnynnn" },
	{ "authd-system", NULL, NULL, 19001, true, ".y.nnnyyyyyynnnnnyynn" },
};

static void
put_file(const char *path, uid_t owner)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	CHECK(fd != -1 && write(fd, "x", 1) == 1);
	if (geteuid() == 0)
		CHECK(fchown(fd, owner, owner) == 0);
	close(fd);
}

static void
put_directory(const char *path, uid_t owner, mode_t mode)
{
	CHECK(mkdir(path, 0700) == 0 && chmod(path, mode) == 0);
	if (geteuid() == 0)
		CHECK(chown(path, owner, owner) == 0);
}

static void
make_site(void)
{
	put_directory("etc", 0, 0755);
	put_directory("spool", 0, 0755);
	put_directory("spool/mail", 0, 0711);
	put_directory("spool/mail/own", USER, 0700);
	put_directory("spool/mail/own/tmp", USER, 0700);
	put_directory("spool/mail/own/cur", USER, 0700);
	put_directory("spool/mail/other", OTHER, 0700);
	put_directory("spool/mail/other/cur", OTHER, 0700);
	put_directory("spool/queue", 19008, 0700);
	put_directory("spool/dns", 19007, 0755);
	put_file("etc/passwd", 0);
	put_file("spool/mail/own/cur/mail", USER);
	put_file("spool/mail/other/cur/mail", OTHER);
	put_file("spool/queue/mail", 19008);
	put_file("spool/dns/zones.db", 19007);
	CHECK(chmod("spool/dns/zones.db", 0644) == 0);
}

/* What inetd leaves to a `+' service. */
static int
keep_capabilities(void)
{
	struct __user_cap_header_struct head = {
	    _LINUX_CAPABILITY_VERSION_3, 0 };
	unsigned caps = 1U << CAP_SETUID | 1U << CAP_SETGID;
	struct __user_cap_data_struct data[2] = { { caps, caps, caps },
	    { 0, 0, 0 } };

	return (int)syscall(SYS_capset, &head, data);
}

/* In the child: become what the daemon is, and try; a letter each to out. */
static void
intrude(const struct kind *k, int out)
{
	const struct sandbox_path told[] = { { k->path, true },
	    { NULL, false } };
	char outcome[ATTEMPTS];
	int status;

	if (geteuid() == 0 && (setgroups(0, NULL) == -1 ||
	    prctl(PR_SET_KEEPCAPS, k->becomes, 0, 0, 0) == -1 ||
	    setresgid(k->uid, k->uid, k->uid) == -1 ||
	    setresuid(k->uid, k->uid, k->uid) == -1 ||
	    (k->becomes && keep_capabilities() == -1)))
		_exit(2);
	if (k->born_of != NULL)
		status = sandbox_enter(k->born_of, NULL) == -1 ? -1 :
		    sandbox_close(k->profile);
	else if (strcmp(k->profile, "zonec") == 0)
		status = sandbox_enter_with(k->profile, told);
	else
		status = sandbox_enter(k->profile, k->path);
	if (status != 0)
		_exit(3);
	for (size_t i = 0; i < ATTEMPTS; i++)
		outcome[i] = attempts[i].run() ? 'y' : 'n';
	_exit(write(out, outcome, sizeof outcome) == sizeof outcome ? 0 : 4);
}

static void
check_kind(const struct kind *k, bool filtered)
{
	char got[ATTEMPTS + 1] = { 0 };
	int p[2], status;
	pid_t pid;

	CHECK(pipe(p) == 0);
	fflush(stdout);
	pid = fork();
	if (pid == 0)
		intrude(k, p[1]);
	close(p[1]);
	CHECK(read(p[0], got, ATTEMPTS) == ATTEMPTS);
	close(p[0]);
	CHECK(waitpid(pid, &status, 0) == pid && status == 0);
	for (size_t i = 0; i < ATTEMPTS; i++) {
		/* As one ordinary user everything has one owner. */
		bool matters = k->wanted[i] != '.' &&
		    (filtered || !attempts[i].by_filter) &&
		    (geteuid() == 0 || !k->becomes);

		printf("%-14s %-14s %c%s\n", k->profile, attempts[i].name,
		    got[i], matters ? "" : " (not judged)");
		check_count++;
		if (matters && got[i] != k->wanted[i]) {
			check_failed++;
			printf("%s: %s: wanted %c, got %c\n", k->profile,
			    attempts[i].name, k->wanted[i], got[i]);
		}
	}
}

/*
 * inetd has no row: it is root, has no sandbox, and a break-in there is all.
 */

/* Make Landlock's first call fail as on a kernel that has never heard of it. */
static int
forget_landlock(void)
{
	struct sock_filter code[] = {
		{ BPF_LD | BPF_W | BPF_ABS, 0, 0, 0 },
		{ BPF_JMP | BPF_JEQ | BPF_K, 0, 1,
		    SYS_landlock_create_ruleset },
		{ BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ERRNO | ENOSYS },
		{ BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW },
	};
	struct sock_fprog program = { 4, code };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1)
		return -1;
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

/* Without Landlock: goes on, unless security.conf forbids that. */
static void
check_strict(const char *conf, int wanted)
{
	pid_t pid;
	int fd, status;

	if (conf != NULL) {
		fd = open(SECURITY_CONF, O_WRONLY | O_CREAT | O_TRUNC, 0644);
		CHECK(fd != -1 && write(fd, conf, strlen(conf)) > 0);
		close(fd);
	}
	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		close(STDERR_FILENO);
		if (forget_landlock() == -1)
			_exit(2);
		_exit(sandbox_enter("relay", NULL) == 0 ? 0 : 1);
	}
	CHECK(waitpid(pid, &status, 0) == pid && WIFEXITED(status));
	CHECK(WEXITSTATUS(status) == wanted);
}

/*
 * A path that cannot be opened for want of a descriptor must not be left out:
 * deliver would go on without the users' .forward.
 */
static void
check_no_descriptor(void)
{
	const struct rlimit few = { 4, 4 };	/* the fourth is Landlock's */
	int status;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		if (syscall(SYS_close_range, STDERR_FILENO, ~0U, 0) == -1 ||
		    open("/dev/null", O_WRONLY) != STDERR_FILENO ||
		    setrlimit(RLIMIT_NOFILE, &few) == -1)
			_exit(2);
		_exit(sandbox_enter("relay", NULL) == 0 ? 0 : 1);
	}
	CHECK(waitpid(pid, &status, 0) == pid && WIFEXITED(status));
	CHECK(WEXITSTATUS(status) == 1);
}

int
main(void)
{
	char site[] = "/tmp/labnet-sandbox.XXXXXX", command[64];
#ifdef __SANITIZE_ADDRESS__
	bool filtered = false;	/* the sanitizers cannot live under it */
#else
	bool filtered = true;
#endif

	CHECK(mkdtemp(site) != NULL && chmod(site, 0755) == 0 &&
	    chdir(site) == 0);
	make_site();
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		check_kind(&kinds[i], filtered);
	check_strict(NULL, 0);
	check_strict("sandbox lenient\n", 0);
	check_strict("sandbox strict\n", 1);
	check_strict("sandbox perhaps\n", 1);
	check_no_descriptor();
	snprintf(command, sizeof command, "rm -r %s", site);
	CHECK(chdir("/") == 0 && system(command) == 0);
	return check_end("io_sandbox");
}
