/*
 * smtp_data.c - the message behind DATA, however it is cut into segments
 *
 * The first octet says where the cuts are and how the session types its line
 * ends.  The same octets in one piece and in many give the same file, the
 * same verdict and the same rest; and nothing but CR LF . CR LF is the end.
 *
 * fuzz: services/smtpd/submission.c
 * fuzz: services/lib/mail/addresses.c
 * fuzz: services/lib/mail/charset.c
 * fuzz: services/lib/mail/datetext.c
 * fuzz: services/lib/mail/header.c
 * fuzz: services/lib/mail/idn.c
 * fuzz: services/lib/mail/path.c
 * fuzz: services/lib/mail/settings.c
 * fuzz: services/lib/mail/network.c
 * fuzz: services/lib/mail/token.c
 * fuzz: services/lib/mail/utf8.c
 * fuzz: services/lib/io/conf.c
 * fuzz: services/lib/io/buf.c
 * fuzz: services/lib/io/input.c
 * fuzz: services/lib/io/log.c
 * fuzz: services/lib/io/output.c
 * fuzz: services/lib/io/peer.c
 */
#define _GNU_SOURCE	/* memmem(3) and memfd_create(2) */
#include "smtp_intake.h"
#include "../../services/smtpd/data.c"

/* Take the octets in pieces of at most step; how many were taken. */
static size_t
run(struct result *r, const char *p, size_t n, size_t step)
{
	static struct intake x;
	size_t used = 0;

	result_begin(&x);
	while (used < n && !x.done)
		used += frame(&x, p + used, n - used < step ? n - used :
		    step);
	result_end(r, &x);
	if (r->done && !r->bare && r->size <= session.settings.size_limit)
		assert(result_line_ends(r) == r->lines);
	return used;
}

/* No bare line ends: the only end is CR LF . CR LF, or . CR LF at once. */
static void
check_end(bool done, size_t used, const char *p, size_t n)
{
	const char *end = memmem(p, n, "\r\n.\r\n", 5);
	bool at_once = n >= 3 && memcmp(p, ".\r\n", 3) == 0;

	if (at_once)
		assert(done && used == 3);
	else if (end != NULL)
		assert(done && used == (size_t)(end - p) + 5);
	else
		assert(!done);
}

int
LLVMFuzzerTestOneInput(const uint8_t *octets, size_t n)
{
	struct result whole, cut;
	const char *p = (const char *)octets + 1;
	size_t used;

	if (n == 0)
		return 0;
	session.lf_only = octets[0] & 1;
	session.settings.size_limit = octets[0] & 2 ? 40 : 1L << 40;
	session.settings.bare_newline = octets[0] & 4 ? BARE_NORMALISE :
	    BARE_REFUSE;
	n--;
	used = run(&whole, p, n, n + 1);
	assert(run(&cut, p, n, 1 + octets[0] / 8) == used);
	/* Beyond the limit what was written is thrown away. */
	result_compare(&whole, &cut,
	    whole.size <= session.settings.size_limit);
	if (!session.lf_only)
		check_end(whole.done, used, p, n);
	free(whole.text);
	free(cut.text);
	return 0;
}
