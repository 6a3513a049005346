/*
 * calls.c - which system calls a program may make (calls=)
 *
 * The kernel translates a new filter and runs it once for each number there
 * is, to remember which are always allowed: most of what this costs.  Hence
 * few steps, and fewer for most numbers: a tree of ranges that each question
 * parts as evenly as it can.
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

/* What becomes of a call. */
enum fate { ALLOWED, REFUSED, ABSENT, BY_FLAGS };

enum { NUMBERS = 512, RANGES = 128, CODE = 256 };

/* A filter under construction. */
struct draft {
	enum fate	 fates[NUMBERS];
	struct range {			/* of numbers with one fate */
		uint32_t	 from;
		enum fate	 fate;
	} ranges[RANGES];
	size_t		 nranges;
	size_t		 ends;		/* in the code, one a fate */
	struct sock_filter code[CODE];
	size_t		 length;
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

static void
add_range(struct draft *d, uint32_t from, enum fate fate)
{
	assert(d->nranges < RANGES);
	d->ranges[d->nranges++] = (struct range){ from, fate };
}

static void
find_ranges(struct draft *d)
{
	d->nranges = 0;
	add_range(d, 0, d->fates[0]);
	for (uint32_t i = 1; i < NUMBERS; i++)
		if (d->fates[i] != d->fates[i - 1])
			add_range(d, i, d->fates[i]);
	add_range(d, X32, REFUSED);
	/* No call at all: what a tracer may turn one into. */
	add_range(d, UINT32_MAX, ALLOWED);
}

/* The range from low to high, both left out, that parts the numbers best. */
static size_t
part(const struct draft *d, size_t low, size_t high)
{
	uint32_t top = high == d->nranges ? NUMBERS : d->ranges[high].from;
	uint32_t half = (d->ranges[low].from + top) / 2;
	size_t middle = low + 1;

	while (middle + 1 < high && d->ranges[middle].from < half)
		middle++;
	return middle;
}

/* The step here goes on at that place. */
static uint8_t
steps(size_t here, size_t place)
{
	assert(place > here && place - here - 1 <= UINT8_MAX);
	return (uint8_t)(place - here - 1);
}

/* In which range, from low on and before high, is the loaded word? */
static void
search(struct draft *d, size_t low, size_t high)
{
	size_t here = d->length, middle = part(d, low, high);
	const struct range *r = d->ranges;

	emit(d, BPF_JMP | BPF_JGE | BPF_K, 0, 0, r[middle].from);
	if (middle - low == 1)
		d->code[here].jf = steps(here, d->ends + r[low].fate);
	else
		search(d, low, middle);
	if (high - middle == 1) {
		d->code[here].jt = steps(here, d->ends + r[middle].fate);
	} else {
		d->code[here].jt = steps(here, d->length);
		search(d, middle, high);
	}
}

/*
 * clone says in its flags what it is to make: no namespaces and, without
 * fork, threads alone.
 */
static void
end_by_flags(struct draft *d, bool fork)
{
	load(d, FIELD(args[0]));
	emit(d, BPF_JMP | BPF_JSET | BPF_K, 0, 1, NAMESPACES);
	end(d, REFUSE);
	if (!fork) {
		emit(d, BPF_JMP | BPF_JSET | BPF_K, 1, 0, THREAD);
		end(d, REFUSE);
	}
	end(d, SECCOMP_RET_ALLOW);
}

static void
write_filter(struct draft *d, bool fork)
{
	d->length = 0;
	load(d, FIELD(arch));
	emit(d, BPF_JMP | BPF_JEQ | BPF_K, 1, 0, ARCH);
	end(d, REFUSE);		/* its calls have other numbers */
	load(d, FIELD(nr));
	d->ends = d->length + d->nranges - 1;	/* a question less */
	search(d, 0, d->nranges);
	assert(d->length == d->ends);
	end(d, SECCOMP_RET_ALLOW);
	end(d, REFUSE);
	end(d, SECCOMP_RET_ERRNO | ENOSYS);
	end_by_flags(d, fork);
}

/*
 * What clone3 is to make lies in memory, where no filter sees it: libc takes
 * clone if there is no clone3.
 */
static void
judge(struct draft *d, unsigned bits)
{
	memset(d->fates, 0, sizeof d->fates);
	for (size_t i = 0; i < KNOWN; i++)
		for (size_t n = 0; (bits & known[i].bit) && n < known[i].n;
		    n++) {
			assert(known[i].calls[n] < NUMBERS);
			d->fates[known[i].calls[n]] = REFUSED;
		}
	d->fates[SYS_clone] = BY_FLAGS;
	d->fates[CLONE3] = ABSENT;
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
	judge(&draft, bits);
	find_ranges(&draft);
	write_filter(&draft, !(bits & NO_FORK));
	size = draft.length * sizeof draft.code[0];
	f->filter = malloc(size);
	if (f->filter == NULL)
		return NULL;
	memcpy(f->filter, draft.code, size);
	f->len = (unsigned short)draft.length;
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
