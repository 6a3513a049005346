/*
 * chunk.c - the message in counted pieces: BDAT (RFC 3030)
 *
 * The octets of a chunk are always read, whatever the reply: else they would
 * be taken for commands.  A count that cannot be read ends the session for
 * the same reason.  BINARYMIME is not offered: lines are stored with LF as
 * their end, which text survives and binary data would not.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "intake.h"

static struct intake	x;

static void
bare(struct intake *to, char octet)
{
	intake_bare(to, octet);
	to->line_start = to->s->settings.bare_newline == BARE_NORMALISE;
}

/* Lines without dots: CR LF ends one, wherever the chunks are cut. */
static void
frame(struct intake *to, const char *p, size_t n)
{
	size_t len;

	for (size_t i = 0; i < n; i += len) {
		len = 1;
		if (to->cr) {
			to->cr = false;
			if (p[i] == '\n') {
				intake_line_end(to);
				to->line_start = true;
				continue;
			}
			bare(to, '\r');
		}
		if (p[i] == '\r') {
			to->cr = true;
		} else if (p[i] == '\n') {
			bare(to, '\n');
		} else {
			len = intake_span(p + i, n - i);
			intake_text(to, p + i, len);
			to->line_start = false;
		}
	}
}

/* "octets" or "octets LAST".  False if it is neither. */
static bool
read_count(const char *arg, unsigned long long *octets, bool *last)
{
	char *end;

	errno = 0;
	*octets = strtoull(arg, &end, 10);
	*last = strcasecmp(end, " LAST") == 0;
	return arg[0] >= '0' && arg[0] <= '9' && errno == 0 &&
	    *octets <= 1ULL << 60 && (*end == '\0' || *last);
}

/* Read the chunk, to keep it or not.  False if the client is gone. */
static bool
take(struct session *s, unsigned long long octets, bool keep)
{
	const char *p;
	size_t n;

	input_hurry(&s->in);
	for (; octets > 0; octets -= n) {
		if (!intake_peek(keep ? &x : NULL, s, &p, &n))
			return false;
		n = n < octets ? n : (size_t)octets;
		if (keep)
			frame(&x, p, n);
		input_skip(&s->in, n);
	}
	return true;
}

void
chunk_forget(void)
{
	intake_drop(&x);
}

static void
hang_up(struct session *s)
{
	chunk_forget();
	reply(s, 421, "4.4.2", "%s closing connection", s->settings.hostname);
	s->state = CLOSED;
}

/* A last line without an end gets one; a CR at the end is a bare one. */
static void
finish(struct session *s)
{
	if (x.cr)
		bare(&x, '\r');
	if (!x.line_start)
		intake_line_end(&x);
	intake_settle(&x, s);
}

/* A chunk with nobody to receive it. */
static void
refuse(struct session *s, unsigned long long octets)
{
	if (!take(s, octets, false))
		hang_up(s);
	else if (s->state == MAIL)
		reply(s, s->role == LMTP ? 503 : 554, "5.5.1",
		    "No valid recipients");
	else
		reply(s, 503, "5.5.1", "Need MAIL and RCPT first");
}

void
cmd_bdat(struct session *s, char *arg)
{
	unsigned long long octets;
	bool last;

	if (!read_count(arg, &octets, &last)) {
		reply(s, 501, "5.5.4", "Syntax: BDAT octets [LAST]; where the "
		    "chunk ends cannot be known, closing connection");
		s->state = CLOSED;
		return;
	}
	if (s->state != RCPT && s->state != CHUNK) {
		refuse(s, octets);
		return;
	}
	if (s->state == RCPT)
		intake_open(&x, s);
	s->state = CHUNK;
	if (!take(s, octets, true))
		hang_up(s);
	else if (last || x.refusal[0] != '\0')
		finish(s);
	else
		reply(s, 250, "2.0.0", "%llu octets received", octets);
}
