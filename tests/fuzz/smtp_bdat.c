/*
 * smtp_bdat.c - a message in chunks, however it is cut into them
 *
 * The first octets say where the cuts are.  The same octets in one chunk and
 * in many give the same file and the same verdict; and what is written has
 * no CR LF left in it.
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
#include "../../services/smtpd/chunk.c"

/* Take the octets in chunks of at most step. */
static void
run(struct result *r, const char *p, size_t n, size_t step)
{
	result_begin(&x);
	for (size_t at = 0; at < n; at += step)
		frame(&x, p + at, n - at < step ? n - at : step);
	finish(&session);
	result_end(r, &x);
}

int
LLVMFuzzerTestOneInput(const uint8_t *octets, size_t n)
{
	struct result whole, cut;
	const char *p = (const char *)octets + 1;

	if (n == 0)
		return 0;
	session.settings.size_limit = 1L << 40;
	session.settings.bare_newline = octets[0] & 1 ? BARE_NORMALISE :
	    BARE_REFUSE;
	n--;
	run(&whole, p, n, n + 1);
	run(&cut, p, n, 1 + octets[0] / 2);
	result_compare(&whole, &cut, true);
	if (!whole.bare) {
		assert(result_line_ends(&whole) == whole.lines);
		assert(memchr(whole.text, '\r', whole.len) == NULL);
	}
	free(whole.text);
	free(cut.text);
	return 0;
}
