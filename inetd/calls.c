/*
 * calls.c - which system calls a program may make (calls=)
 *
 * The kernel runs a new filter once for each call there is, to remember which
 * are always allowed.  So the numbers are sorted, and looked for by halves.
 */
#define _GNU_SOURCE	/* syscall(2) */
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>

#include <assert.h>
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "calls.h"

#if defined(__x86_64__)
#define ARCH	AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCH	AUDIT_ARCH_AARCH64
#elif defined(__riscv) && __riscv_xlen == 64
#define ARCH	AUDIT_ARCH_RISCV64
#else
#define ARCH	0		/* not known here */
#endif

/* The same everywhere; named here, since libc's headers may be older. */
enum {
	IO_URING_SETUP = 425, IO_URING_ENTER = 426, IO_URING_REGISTER = 427,
	OPEN_TREE = 428, MOVE_MOUNT = 429, FSOPEN = 430, FSCONFIG = 431,
	FSMOUNT = 432, FSPICK = 433, CLONE3 = 435, PIDFD_GETFD = 438,
	PROCESS_MADVISE = 440, MOUNT_SETATTR = 442, QUOTACTL_FD = 443,
	OPEN_TREE_ATTR = 467
};

enum {
	NAMESPACES = 0x7e020000,	/* CLONE_NEW*, as clone has them */
	THREAD = 0x00010000,		/* CLONE_THREAD */
	X32 = 0x40000000		/* x86-64's second door to its calls */
};

/*
 * The administration of the machine, and what opens up the kernel.  chroot is
 * none of it: many a server confines itself by that.
 */
static const int service[] = {
	/* File systems, swap, quotas, accounting. */
	SYS_mount, SYS_umount2, SYS_pivot_root, SYS_swapon, SYS_swapoff,
	SYS_quotactl, SYS_acct, SYS_open_by_handle_at, SYS_fanotify_init,
	OPEN_TREE, MOVE_MOUNT, FSOPEN, FSCONFIG, FSMOUNT, FSPICK,
	MOUNT_SETATTR, QUOTACTL_FD, OPEN_TREE_ATTR,
	/* The kernel, its clock, its names, its log. */
	SYS_reboot, SYS_kexec_load, SYS_init_module, SYS_finit_module,
	SYS_delete_module, SYS_settimeofday, SYS_clock_settime, SYS_adjtimex,
	SYS_clock_adjtime, SYS_sethostname, SYS_setdomainname, SYS_syslog,
	SYS_vhangup,
#ifdef SYS_kexec_file_load
	SYS_kexec_file_load,
#endif
#ifdef SYS_iopl
	SYS_iopl, SYS_ioperm, SYS_modify_ldt,
#endif
	/* Other processes, and keys. */
	SYS_ptrace, SYS_process_vm_readv, SYS_process_vm_writev, SYS_kcmp,
	SYS_keyctl, SYS_add_key, SYS_request_key, PIDFD_GETFD,
	PROCESS_MADVISE,
	/* What attacks on the kernel begin with. */
	SYS_bpf, SYS_perf_event_open, SYS_userfaultfd, SYS_unshare, SYS_setns,
	SYS_personality, IO_URING_SETUP, IO_URING_ENTER, IO_URING_REGISTER,
};

static const int network[] = { SYS_socket };

/* clone3 fails in any case, but elsewhere there are no others. */
static const int process[] = {
	CLONE3,
#ifdef SYS_fork
	SYS_fork, SYS_vfork,
#endif
};

enum { SERVICE = 1, NO_NETWORK = 2, NO_FORK = 4, COMBINATIONS = 8 };

static const struct word {
	const char	*name;
	unsigned	 bit;
	const int	*calls;
	size_t		 n;
} known[] = {
#define CALLS(a)	(a), sizeof(a) / sizeof(a)[0]
	{ "service",	SERVICE,	CALLS(service) },
	{ "-network",	NO_NETWORK,	CALLS(network) },
	{ "-fork",	NO_FORK,	CALLS(process) },
};
enum { KNOWN = sizeof known / sizeof known[0] };

enum { NUMBERS = 128, CODE = 2 * NUMBERS };

/* A filter under construction. */
struct draft {
	struct sock_filter	 code[CODE];
	unsigned short		 length;
	int			 numbers[NUMBERS];	/* that are forbidden */
	size_t			 n;
};

#define REFUSE	(SECCOMP_RET_ERRNO | EPERM)
#define FIELD(f)	((uint32_t)offsetof(struct seccomp_data, f))

static void
emit(struct draft *d, uint16_t what, uint8_t yes, uint8_t no, uint32_t k)
{
	assert(d->length < CODE);
	d->code[d->length++] = (struct sock_filter){ what, yes, no, k };
}

static void
load(struct draft *d, uint32_t offset)
{
	emit(d, BPF_LD | BPF_W | BPF_ABS, 0, 0, offset);
}

static void
end(struct draft *d, uint32_t verdict)
{
	emit(d, BPF_RET | BPF_K, 0, 0, verdict);
}

/* If the loaded word compares so with k, end with the verdict. */
static void
end_if(struct draft *d, uint16_t how, uint32_t k, uint32_t verdict)
{
	emit(d, BPF_JMP | how | BPF_K, 0, 1, k);
	end(d, verdict);
}

/* Calls of another architecture have other numbers: none of them. */
static void
refuse_foreign(struct draft *d)
{
	load(d, FIELD(arch));
	emit(d, BPF_JMP | BPF_JEQ | BPF_K, 1, 0, ARCH);
	end(d, REFUSE);
	load(d, FIELD(nr));
	/* No call at all: what a tracer may turn one into. */
	end_if(d, BPF_JEQ, (uint32_t)-1, SECCOMP_RET_ALLOW);
	end_if(d, BPF_JGE, X32, REFUSE);
}

/*
 * clone says in its flags what it is to make: no namespaces and, without
 * fork, threads alone.  Those of clone3 lie in memory, where no filter sees
 * them: libc takes clone if it is told that there is no clone3.
 */
static void
limit_clone(struct draft *d, bool fork)
{
	end_if(d, BPF_JEQ, CLONE3, SECCOMP_RET_ERRNO | ENOSYS);
	emit(d, BPF_JMP | BPF_JEQ | BPF_K, 0, fork ? 4 : 6, SYS_clone);
	load(d, FIELD(args[0]));
	end_if(d, BPF_JSET, NAMESPACES, REFUSE);
	if (!fork) {
		emit(d, BPF_JMP | BPF_JSET | BPF_K, 1, 0, THREAD);
		end(d, REFUSE);
	}
	end(d, SECCOMP_RET_ALLOW);
}

static int
compare(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

/* Is the loaded word one of n sorted numbers?  End with the verdict. */
static void
search(struct draft *d, const int *numbers, size_t n)
{
	size_t half = n / 2;
	unsigned short here = d->length;

	if (n <= 2) {
		for (size_t i = 0; i < n; i++)
			end_if(d, BPF_JEQ, (uint32_t)numbers[i], REFUSE);
		end(d, SECCOMP_RET_ALLOW);
		return;
	}
	emit(d, BPF_JMP | BPF_JGE | BPF_K, 0, 0, (uint32_t)numbers[half]);
	search(d, numbers, half);
	assert(d->length - here - 1 <= UINT8_MAX);
	d->code[here].jt = (uint8_t)(d->length - here - 1);
	search(d, numbers + half, n - half);
}

static void
write_filter(struct draft *d, unsigned bits)
{
	d->length = 0;
	d->n = 0;
	for (size_t i = 0; i < KNOWN; i++) {
		if (!(bits & known[i].bit))
			continue;
		assert(d->n + known[i].n <= NUMBERS);
		memcpy(d->numbers + d->n, known[i].calls,
		    known[i].n * sizeof d->numbers[0]);
		d->n += known[i].n;
	}
	qsort(d->numbers, d->n, sizeof d->numbers[0], compare);
	refuse_foreign(d);
	limit_clone(d, !(bits & NO_FORK));
	search(d, d->numbers, d->n);
}

/* One for each combination of words, made when it is wanted first. */
static struct sock_fprog	 filters[COMBINATIONS];

static const struct sock_fprog *
find_filter(unsigned bits)
{
	static struct draft draft;
	struct sock_fprog *f = &filters[bits];
	size_t size;

	if (f->filter != NULL)
		return f;
	write_filter(&draft, bits);
	size = draft.length * sizeof draft.code[0];
	f->filter = malloc(size);
	if (f->filter == NULL)
		return NULL;
	memcpy(f->filter, draft.code, size);
	f->len = draft.length;
	return f;
}

static bool
is_possible(void)
{
	uint32_t refuse = SECCOMP_RET_ERRNO;

	return ARCH != 0 && syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0,
	    &refuse) == 0;
}

const struct sock_fprog *
calls_filter(char *words, struct complaint *why)
{
	char *rest, *word = strtok_r(words, ", ", &rest);
	const struct sock_fprog *f;
	unsigned bits = 0;
	size_t i;

	for (; word != NULL; word = strtok_r(NULL, ", ", &rest)) {
		for (i = 0; i < KNOWN && strcmp(known[i].name, word) != 0;)
			i++;
		if (i == KNOWN) {
			complain(why, "want service, -network or -fork, not "
			    "\"%s\"", word);
			return NULL;
		}
		bits |= known[i].bit;
	}
	if (!(bits & SERVICE)) {
		complain(why, "want service before all else");
		return NULL;
	}
	if (!is_possible()) {
		complain(why, "this kernel has no seccomp");
		return NULL;
	}
	if ((f = find_filter(bits)) == NULL)
		complain(why, "%s", strerror(errno));
	return f;
}

bool
calls_forbid_fork(const struct sock_fprog *filter)
{
	return filter != NULL && ((filter - filters) & NO_FORK) != 0;
}

int
calls_enter(const struct sock_fprog *filter)
{
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, filter, 0, 0);
}
