/*
 * calls.c - the filter of calls=, for every number that a call can have
 *
 * inetd is no library, so its file is compiled into this one.
 */
#include "../../inetd/calls.c"

#include "check.h"

bool
complain(struct complaint *why, const char *format, ...)
{
	(void)why, (void)format;
	return false;
}

static uint32_t
field(const struct seccomp_data *call, uint32_t offset)
{
	uint32_t word;

	memcpy(&word, (const char *)call + offset, sizeof word);
	return word;
}

static bool
holds(const struct sock_filter *f, uint32_t word)
{
	switch (BPF_OP(f->code)) {
	case BPF_JEQ:
		return word == f->k;
	case BPF_JGE:
		return word >= f->k;
	default:
		return (word & f->k) != 0;
	}
}

/* What the kernel would make of the call. */
static uint32_t
run(const struct sock_fprog *p, uint32_t arch, uint32_t number, uint64_t flags)
{
	const struct seccomp_data call = { .arch = arch, .nr = (int)number,
	    .args = { flags } };
	uint32_t word = 0;

	for (size_t i = 0; i < p->len; i++) {
		const struct sock_filter *f = &p->filter[i];

		if (BPF_CLASS(f->code) == BPF_RET)
			return f->k;
		if (BPF_CLASS(f->code) == BPF_LD)
			word = field(&call, f->k);
		else
			i += holds(f, word) ? f->jt : f->jf;
	}
	return 0;	/* to kill: it has run off the end */
}

static bool
is_in(const int *calls, size_t n, uint32_t number)
{
	for (size_t i = 0; i < n; i++)
		if ((uint32_t)calls[i] == number)
			return true;
	return false;
}

static uint32_t
wanted(unsigned bits, uint32_t number)
{
	if (number == CLONE3)
		return SECCOMP_RET_ERRNO | ENOSYS;
	for (size_t i = 0; i < KNOWN; i++)
		if ((bits & known[i].bit) &&
		    is_in(known[i].calls, known[i].n, number))
			return REFUSE;
	if (number >= X32 && number != UINT32_MAX)
		return REFUSE;
	return SECCOMP_RET_ALLOW;
}

static void
check_words(const char *text, unsigned bits)
{
	const uint32_t namespaces = 0x7e020000, far[] = { X32 - 1, X32,
	    X32 + 39, UINT32_MAX - 1, UINT32_MAX };
	struct complaint why;
	char words[64];
	const struct sock_fprog *p;

	p = calls_filter(strcpy(words, text), &why);
	CHECK(p != NULL);
	CHECK(p == calls_filter(strcpy(words, text), &why));
	CHECK(calls_forbid_fork(p) == ((bits & NO_FORK) != 0));
	for (uint32_t n = 0; n < 1000; n++) {
		if (n != SYS_clone)
			CHECK(run(p, ARCH, n, 0) == wanted(bits, n));
		CHECK(run(p, AUDIT_ARCH_I386, n, 0) == REFUSE);
	}
	for (size_t i = 0; i < sizeof far / sizeof far[0]; i++)
		CHECK(run(p, ARCH, far[i], 0) == wanted(bits, far[i]));
	for (uint32_t flag = 1U << 31; flag >= 1U << 8; flag >>= 1)
		CHECK((run(p, ARCH, SYS_clone, flag | THREAD) == REFUSE) ==
		    ((flag & namespaces) != 0));
	CHECK(run(p, ARCH, SYS_clone, 17) == (bits & NO_FORK ? REFUSE :
	    SECCOMP_RET_ALLOW));
}

int
main(void)
{
	struct complaint why;
	char text[] = "service";

	if (calls_filter(text, &why) != NULL) {
		check_words("service", SERVICE);
		check_words("-network, service", SERVICE | NO_NETWORK);
		check_words("service -fork", SERVICE | NO_FORK);
		check_words("service,-network,-fork",
		    SERVICE | NO_NETWORK | NO_FORK);
	}
	CHECK(!calls_forbid_fork(NULL));
	strcpy(text, "x");
	CHECK(calls_filter(text, &why) == NULL);
	strcpy(text, "");
	CHECK(calls_filter(text, &why) == NULL);
	return check_end("calls");
}
