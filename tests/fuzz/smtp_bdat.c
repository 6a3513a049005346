/*
 * smtp_bdat.c - a message in chunks, however it is cut into them
 *
 * The first octets say where the cuts are.  The same octets in one chunk and
 * in many give the same file and the same verdict; and what is written has
 * no CR LF left in it.
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
#include <unistd.h>

#include "../../services/smtpd/intake.c"
#include "../../services/smtpd/chunk.c"

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
	size_t	 len, lines;
	bool	 bare;
	int64_t	 size;
	unsigned hops;
};

/* Take the octets in chunks of at most step. */
static void
run(struct result *r, const char *p, size_t n, size_t step)
{
	ssize_t len;

	intake_init(&x, &session);
	x.places[0] = memfd_create("message", 0);
	x.n = 1;
	assert(x.places[0] != -1);
	for (size_t at = 0; at < n; at += step)
		frame(&x, p + at, n - at < step ? n - at : step);
	finish(&session);
	intake_flush(&x);
	assert(x.error == 0);
	len = lseek(x.places[0], 0, SEEK_CUR);
	r->len = (size_t)len;
	r->text = malloc(r->len + 1);
	assert(pread(x.places[0], r->text, r->len, 0) == len);
	close(x.places[0]);
	r->lines = x.lines;
	r->bare = x.bare;
	r->size = x.size;
	r->hops = x.hops;
}

int
LLVMFuzzerTestOneInput(const uint8_t *octets, size_t n)
{
	struct result whole, cut;
	const char *p = (const char *)octets + 1;
	size_t lines = 0;

	if (n == 0)
		return 0;
	session.settings.size_limit = 1L << 40;
	session.settings.bare_newline = octets[0] & 1 ? BARE_NORMALISE :
	    BARE_REFUSE;
	n--;
	run(&whole, p, n, n + 1);
	run(&cut, p, n, 1 + octets[0] / 2);
	assert(whole.bare == cut.bare && whole.size == cut.size &&
	    whole.hops == cut.hops && whole.lines == cut.lines &&
	    whole.len == cut.len &&
	    memcmp(whole.text, cut.text, whole.len) == 0);
	for (size_t i = 0; i < whole.len; i++)
		lines += whole.text[i] == '\n';
	if (!whole.bare) {
		assert(lines == whole.lines);
		assert(memchr(whole.text, '\r', whole.len) == NULL);
	}
	free(whole.text);
	free(cut.text);
	return 0;
}
