/*
 * smtp_data.c - the message behind DATA, however it is cut into segments
 *
 * The first octet says where the cuts are and how the session types its line
 * ends.  The same octets in one piece and in many give the same file, the
 * same verdict and the same rest; and nothing but CR LF . CR LF is the end.
 *
 * fuzz: services/smtpd/submission.c
 * fuzz: services/lib/mail/addresses.c
 * fuzz: services/lib/mail/datetext.c
 * fuzz: services/lib/mail/header.c
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
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "../../services/smtpd/intake.c"
#include "../../services/smtpd/data.c"

void
reply(struct session *s, int code, const char *status, const char *fmt, ...)
{
	(void)s, (void)code, (void)status, (void)fmt;
}

bool
intake_open(struct intake *x, struct session *s)
{
	(void)x, (void)s;
	return false;
}

void
intake_settle(struct intake *x, struct session *s)
{
	(void)x, (void)s;
}

void
intake_drop(struct intake *x)
{
	(void)x;
}

int
ask_deliver(struct session *s, const char *verb, const char *argument,
    char *answer)
{
	(void)s, (void)verb, (void)argument, (void)answer;
	return 550;
}

static struct session	session;

struct result {
	char	*text;
	size_t	 len, used;
	bool	 done, bare;
	int64_t	 size;
	unsigned hops;
};

/* Take the octets in pieces of at most step. */
static void
run(struct result *r, const char *p, size_t n, size_t step)
{
	static struct intake x;
	ssize_t len;

	intake_init(&x, &session);
	x.places[0] = memfd_create("message", 0);
	x.n = 1;
	assert(x.places[0] != -1);
	r->used = 0;
	while (r->used < n && !x.done)
		r->used += frame(&x, p + r->used, n - r->used < step ?
		    n - r->used : step);
	intake_flush(&x);
	assert(x.error == 0);
	len = lseek(x.places[0], 0, SEEK_CUR);
	r->len = (size_t)len;
	r->text = malloc(r->len + 1);
	assert(pread(x.places[0], r->text, r->len, 0) == len);
	close(x.places[0]);
	r->done = x.done;
	r->bare = x.bare;
	r->size = x.size;
	r->hops = x.hops;
	if (x.done && x.size <= session.settings.size_limit) {
		size_t lines = 0;

		for (size_t i = 0; i < r->len; i++)
			lines += r->text[i] == '\n';
		assert(x.bare || lines == x.lines);
	}
}

/* No bare line ends: the only end is CR LF . CR LF, or . CR LF at once. */
static void
check_end(const struct result *r, const char *p, size_t n)
{
	const char *end = memmem(p, n, "\r\n.\r\n", 5);
	bool at_once = n >= 3 && memcmp(p, ".\r\n", 3) == 0;

	if (at_once)
		assert(r->done && r->used == 3);
	else if (end != NULL)
		assert(r->done && r->used == (size_t)(end - p) + 5);
	else
		assert(!r->done);
}

int
LLVMFuzzerTestOneInput(const uint8_t *octets, size_t n)
{
	struct result whole, cut;
	const char *p = (const char *)octets + 1;

	if (n == 0)
		return 0;
	session.lf_only = octets[0] & 1;
	session.settings.size_limit = octets[0] & 2 ? 40 : 1L << 40;
	session.settings.bare_newline = octets[0] & 4 ? BARE_NORMALISE :
	    BARE_REFUSE;
	n--;
	run(&whole, p, n, n + 1);
	run(&cut, p, n, 1 + octets[0] / 8);
	assert(whole.used == cut.used && whole.done == cut.done &&
	    whole.bare == cut.bare && whole.size == cut.size &&
	    whole.hops == cut.hops);
	/* Beyond the limit what was written is thrown away. */
	if (whole.size <= session.settings.size_limit)
		assert(whole.len == cut.len &&
		    memcmp(whole.text, cut.text, whole.len) == 0);
	if (!session.lf_only)
		check_end(&whole, p, n);
	free(whole.text);
	free(cut.text);
	return 0;
}
