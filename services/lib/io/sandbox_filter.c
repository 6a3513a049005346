/*
 * sandbox_filter.c - the seccomp filter, made row by row
 *
 * When a filter is set, the kernel runs it once for each number there is, to
 * remember which are always allowed, and translates it.  With a long chain of
 * comparisons that was a quarter of all that a connection costs: hence the
 * tree, whose leaves are shared.
 */

#define _GNU_SOURCE	/* syscall(2) */
#include <assert.h>
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "io/sandbox.h"

#if defined(__x86_64__)
#define ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCH AUDIT_ARCH_AARCH64
#elif defined(__riscv)
#define ARCH AUDIT_ARCH_RISCV64
#else
#define ARCH 0		/* no filter here: Landlock and the uid remain */
#endif

/* The x32 numbers are a second door to the calls of x86-64. */
#if defined(__x86_64__)
enum { FOREIGN = 0x40000000 };
#else
enum { FOREIGN = 0x7fffffff };
#endif

enum { ACCOUNT_FIRST = 20000, ACCOUNT_LAST = 59999, SERVICE_FIRST = 19000,
    SYSTEM_FIRST = 1000 };

/* Descriptors that are there already, memory, time, and the way out. */
static const int talk[] = {
	SYS_read, SYS_write, SYS_readv, SYS_writev, SYS_pread64,
	SYS_pwrite64, SYS_close, SYS_fstat, SYS_lseek, SYS_mremap, SYS_brk,
	SYS_munmap, SYS_madvise, SYS_rt_sigaction, SYS_rt_sigprocmask,
	SYS_rt_sigreturn, SYS_ppoll, SYS_recvfrom, SYS_recvmsg, SYS_sendto,
	SYS_sendmsg, SYS_recvmmsg, SYS_sendmmsg, SYS_sendfile, SYS_splice,
	SYS_shutdown, SYS_getpid, SYS_gettid,
	SYS_exit, SYS_exit_group, SYS_clock_gettime, SYS_clock_nanosleep,
	SYS_nanosleep, SYS_gettimeofday, SYS_futex, SYS_getrandom, SYS_uname,
	SYS_getsockname, SYS_getpeername, SYS_getsockopt, SYS_setsockopt,
	SYS_fcntl, SYS_dup, SYS_dup3, SYS_setitimer, SYS_restart_syscall,
	SYS_getuid, SYS_geteuid, SYS_getgid, SYS_getegid, SYS_getppid,
	SYS_sigaltstack, SYS_tgkill, SYS_tkill, SYS_getrusage,
	SYS_epoll_create1, SYS_epoll_ctl, SYS_epoll_pwait, SYS_accept4,
	SYS_accept, SYS_umask, SYS_pipe2,
#ifdef SYS_poll
	SYS_poll, SYS_alarm, SYS_time, SYS_epoll_wait, SYS_dup2, SYS_pipe,
#endif
};

static const int files[] = {
	SYS_openat, SYS_newfstatat, SYS_statx, SYS_faccessat, SYS_getdents64,
	SYS_renameat, SYS_linkat, SYS_unlinkat, SYS_mkdirat, SYS_symlinkat,
	SYS_readlinkat, SYS_fsync, SYS_fdatasync, SYS_ftruncate,
	SYS_fallocate, SYS_fchmod, SYS_fchmodat, SYS_utimensat, SYS_flock,
	SYS_statfs, SYS_fstatfs, SYS_chdir, SYS_fchdir, SYS_copy_file_range,
	SYS_inotify_init1, SYS_inotify_add_watch, SYS_inotify_rm_watch,
	SYS_msync, SYS_getcwd, SYS_fadvise64,
#ifdef SYS_renameat2
	SYS_renameat2,
#endif
#ifdef SYS_faccessat2
	SYS_faccessat2,
#endif
#ifdef SYS_fchmodat2
	SYS_fchmodat2,
#endif
#ifdef SYS_openat2
	SYS_openat2,
#endif
#ifdef SYS_open
	SYS_open, SYS_stat, SYS_lstat, SYS_access, SYS_rename, SYS_link,
	SYS_unlink, SYS_mkdir, SYS_rmdir, SYS_symlink, SYS_readlink,
	SYS_chmod, SYS_utimes, SYS_truncate,
#endif
};

static const int local[] = { SYS_connect };
static const int net[] = { SYS_bind, SYS_listen, SYS_connect };

/* fork(2) as the libcs make it, and waiting for the child. */
static const int forking[] = {
	SYS_wait4, SYS_set_tid_address, SYS_set_robust_list,
#ifdef SYS_fork
	SYS_fork,
#endif
};

/* Giving up paths: that can only ever make a process poorer. */
static const int closing[] = {
	SYS_landlock_create_ruleset, SYS_landlock_add_rule,
	SYS_landlock_restrict_self,
};

/* What a process that may do anything else still may not. */
static const int never[] = {
	SYS_ptrace, SYS_process_vm_readv, SYS_process_vm_writev, SYS_mount,
	SYS_umount2, SYS_pivot_root, SYS_chroot, SYS_unshare, SYS_setns,
	SYS_init_module, SYS_finit_module, SYS_delete_module, SYS_bpf,
	SYS_kexec_load, SYS_perf_event_open, SYS_userfaultfd, SYS_reboot,
	SYS_swapon, SYS_swapoff, SYS_keyctl, SYS_add_key, SYS_request_key,
	SYS_setuid, SYS_setgid, SYS_setreuid, SYS_setregid, SYS_setfsuid,
	SYS_setfsgid, SYS_acct, SYS_quotactl, SYS_settimeofday,
	SYS_clock_settime, SYS_adjtimex, SYS_sethostname, SYS_setdomainname,
};

/* The program under construction. */
static struct sock_filter	code[256];
static size_t			length;

#define ALLOW	SECCOMP_RET_ALLOW
#define REFUSE	(SECCOMP_RET_ERRNO | EPERM)
#define ARG(n)	((uint32_t)offsetof(struct seccomp_data, args[n]))
#define NUMBER	((uint32_t)offsetof(struct seccomp_data, nr))

static void
emit(uint16_t op, uint8_t yes, uint8_t no, uint32_t k)
{
	assert(length < sizeof code / sizeof code[0]);
	code[length++] = (struct sock_filter){ op, yes, no, k };
}

static void
load(uint32_t offset)
{
	emit(BPF_LD | BPF_W | BPF_ABS, 0, 0, offset);
}

static void
end(uint32_t verdict)
{
	emit(BPF_RET | BPF_K, 0, 0, verdict);
}

/* If the loaded word is k, end with the verdict. */
static void
end_if(uint32_t k, uint32_t verdict)
{
	emit(BPF_JMP | BPF_JEQ | BPF_K, 0, 1, k);
	end(verdict);
}

#define COUNT(a)	(sizeof(a) / sizeof(a)[0])

/* The calls that are told by their number alone. */
enum { NUMBERS = 512 };
static bool	named[NUMBERS];

static void
name(const int *calls, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		assert(calls[i] >= 0 && calls[i] < NUMBERS - 1);
		named[calls[i]] = true;
	}
}

/* Where the loaded word passes from not named to named, and back. */
static uint16_t	edge[NUMBERS];

static uint8_t
steps(size_t from, size_t to)
{
	assert(to > from && to - from - 1 <= UINT8_MAX);
	return (uint8_t)(to - from - 1);
}

/*
 * Between the edges low and high: which side of the one in the middle?  Each
 * side is one more such question or, where no edge is left, a verdict; those
 * stand behind all questions.
 */
static void
search(size_t low, size_t high, const size_t verdict[2])
{
	size_t middle = (low + high) / 2, here = length;

	emit(BPF_JMP | BPF_JGE | BPF_K, 0, 0, edge[middle]);
	if (low == middle)
		code[here].jf = steps(here, verdict[low % 2]);
	else
		search(low, middle, verdict);
	if (middle + 1 == high) {
		code[here].jt = steps(here, verdict[high % 2]);
	} else {
		code[here].jt = steps(here, length);
		search(middle + 1, high, verdict);
	}
}

/* End with the one verdict for what is named, the other for all else. */
static void
end_by_name(uint32_t if_named, uint32_t otherwise)
{
	size_t edges = 0, verdict[2];

	for (uint32_t i = 0; i < NUMBERS; i++)
		if (named[i] != (edges % 2 != 0))
			edge[edges++] = (uint16_t)i;
	verdict[false] = length + edges;	/* a question each */
	verdict[true] = length + edges + 1;
	search(0, edges, verdict);
	assert(length == verdict[false]);
	end(otherwise);
	end(if_named);
}

/* The number of steps that a rule about one call takes is patched in. */
static size_t
begin_call(long call)
{
	emit(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, (uint32_t)call);
	return length;
}

static void
finish_call(size_t begun, uint32_t verdict)
{
	end(verdict);
	code[begun - 1].jf = (uint8_t)(length - begun);
}

/*
 * setresuid and setresgid: each of the three is -1, an account's, or one's
 * own; never a service's, never root's.
 */
static void
account_ids(long call, uint32_t own, uint32_t first)
{
	size_t begun = begin_call(call);

	for (unsigned i = 0; i < 3; i++) {
		load(ARG(i));
		/* To the refusal, or past it. */
		emit(BPF_JMP | BPF_JEQ | BPF_K, 6, 0, (uint32_t)-1);
		emit(BPF_JMP | BPF_JEQ | BPF_K, 5, 0, own);
		emit(BPF_JMP | BPF_JGE | BPF_K, 0, 3, first);
		emit(BPF_JMP | BPF_JGT | BPF_K, 2, 0, ACCOUNT_LAST);
		emit(BPF_JMP | BPF_JGE | BPF_K, 2, 0, ACCOUNT_FIRST);
		emit(BPF_JMP | BPF_JGE | BPF_K, 0, 1, SERVICE_FIRST);
		end(REFUSE);
	}
	finish_call(begun, ALLOW);
}

/* Only the empty list of groups. */
static void
no_groups(void)
{
	size_t begun = begin_call(SYS_setgroups);

	load(ARG(0));
	end_if(0, ALLOW);
	finish_call(begun, REFUSE);
}

/* Memory that could be executed is none of a service's needs. */
static void
no_code(long call)
{
	size_t begun = begin_call(call);

	load(ARG(2));
	emit(BPF_JMP | BPF_JSET | BPF_K, 0, 1, 4);	/* PROT_EXEC */
	end(REFUSE);
	finish_call(begun, ALLOW);
}

/* Whether a process lives may be asked: dotlock.c breaks dead ones' locks. */
static void
only_ask(void)
{
	size_t begun = begin_call(SYS_kill);

	load(ARG(1));
	end_if(0, ALLOW);
	finish_call(begun, REFUSE);
}

static void
socket_of(int family)
{
	size_t begun = begin_call(SYS_socket);

	load(ARG(0));
	end_if((uint32_t)family, ALLOW);
	load(NUMBER);
	code[begun - 1].jf = (uint8_t)(length - begun);
}

/* A thread or a process is fine, a namespace is not. */
static void
no_namespaces(void)
{
	size_t begun = begin_call(SYS_clone);

	load(ARG(0));
	emit(BPF_JMP | BPF_JSET | BPF_K, 0, 1, 0x7e020000);
	end(REFUSE);
	finish_call(begun, ALLOW);
}

static void
allow_fork(void)
{
	name(forking, COUNT(forking));
	no_namespaces();
	/* The flags of clone3 lie in memory: libc falls back to clone. */
	emit(BPF_JMP | BPF_JEQ | BPF_K, 0, 1, SYS_clone3);
	end(SECCOMP_RET_ERRNO | ENOSYS);
}

static void
allow_named(unsigned calls)
{
	name(talk, COUNT(talk));
	if (calls & CALLS_FILES) {
		name(files, COUNT(files));
		only_ask();
	}
	if (calls & CALLS_CLOSE)
		name(closing, COUNT(closing));
	if (calls & CALLS_FORK)
		allow_fork();
	if (calls & CALLS_NET) {
		name(net, COUNT(net));
		socket_of(AF_INET);
		socket_of(AF_INET6);
	}
	if (calls & CALLS_LOCAL) {
		name(local, COUNT(local));
		socket_of(AF_UNIX);
	}
	no_code(SYS_mmap);
	no_code(SYS_mprotect);
	end_by_name(ALLOW, REFUSE);
}

static void
refuse_named(void)
{
	name(never, COUNT(never));
	no_namespaces();
	/* The flags of clone3 lie in memory: libc falls back to clone. */
	emit(BPF_JMP | BPF_JEQ | BPF_K, 0, 1, SYS_clone3);
	end(SECCOMP_RET_ERRNO | ENOSYS);
	end_by_name(REFUSE, ALLOW);
}

int
sandbox_filter(unsigned calls)
{
	const uint32_t first = calls & CALLS_SYSTEM ? SYSTEM_FIRST :
	    ACCOUNT_FIRST;
	struct sock_fprog program = { 0, code };

	if (ARCH == 0)
		return 0;
	length = 0;
	memset(named, 0, sizeof named);
	if (calls & CALLS_FEW)
		load(ARG(0));	/* an argument: what comes is not known yet */
	load((uint32_t)offsetof(struct seccomp_data, arch));
	emit(BPF_JMP | BPF_JEQ | BPF_K, 1, 0, ARCH);
	end(SECCOMP_RET_KILL_PROCESS);
	load(NUMBER);
	/* No call at all: what a tracer that injects faults turns one into. */
	end_if((uint32_t)-1, ALLOW);
	emit(BPF_JMP | BPF_JGE | BPF_K, 0, 1, FOREIGN);
	end(SECCOMP_RET_KILL_PROCESS);
	if (calls & CALLS_ACCOUNT) {
		account_ids(SYS_setresuid, (uint32_t)getuid(), first);
		account_ids(SYS_setresgid, (uint32_t)getgid(), first);
		no_groups();
	}
	if (calls & CALLS_ANY)
		refuse_named();
	else
		allow_named(calls);
	program.len = (unsigned short)length;
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0);
}
