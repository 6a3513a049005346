/*
 * data.c - the message behind DATA: CR LF lines with stuffed dots
 *
 * Only CR LF . CR LF ends it, however it is cut into segments.  A session
 * whose every line ended in a bare LF was typed by hand: there, and only
 * there, LF . LF does.  One session never has two kinds of line ends, so
 * nothing can be smuggled through (RFC 5321 2.3.8).
 */
#include <string.h>

#include "intake.h"

static void
line_end(struct intake *x)
{
	if (x->dot) {
		x->done = true;
		return;
	}
	intake_line_end(x);
	x->line_start = true;
}

/* The octet behind a CR.  True if it was the LF that belongs to it. */
static bool
after_cr(struct intake *x, char c)
{
	x->cr = false;
	if (c == '\n') {
		x->bare = x->bare || x->s->lf_only;
		line_end(x);
		return true;
	}
	x->dot = x->line_start = false;
	intake_bare(x, '\r');
	return false;
}

/* A LF that no CR stands before. */
static void
bare_lf(struct intake *x)
{
	if (x->s->lf_only) {
		line_end(x);
		return;
	}
	x->dot = x->line_start = false;
	intake_bare(x, '\n');
}

/* Take what has come; returns how much of it belongs to the message. */
static size_t
frame(struct intake *x, const char *p, size_t n)
{
	size_t i = 0, len;

	while (i < n && !x->done) {
		if (x->cr) {
			if (after_cr(x, p[i]))
				i++;
		} else if (p[i] == '\r') {
			x->cr = true;
			i++;
		} else if (p[i] == '\n') {
			bare_lf(x);
			i++;
		} else if (x->line_start && p[i] == '.') {
			x->line_start = false;
			x->dot = true;
			i++;
		} else {
			x->line_start = x->dot = false;
			len = intake_span(p + i, n - i);
			intake_text(x, p + i, len);
			i += len;
		}
	}
	return i;
}

/* Read to the end of the message.  False if the client does not get there. */
static bool
take(struct session *s, struct intake *x)
{
	const char *p;
	size_t n;

	while (!x->done) {
		if (!intake_peek(x, s, &p, &n))
			return false;
		input_skip(&s->in, frame(x, p, n));
	}
	return true;
}

void
cmd_data(struct session *s, char *arg)
{
	static struct intake x;

	(void)arg;
	/* RFC 5321 3.3: with pipelining it may come behind refused RCPTs. */
	if (s->state == MAIL) {
		reply(s, s->role == LMTP ? 503 : 554, "5.5.1",
		    "No valid recipients");
		/* Who did not wait for that has sent the message behind it:
		   its lines must not become commands (RFC 2920 3.1). */
		if (input_pending(&s->in))
			s->state = CLOSED;
		return;
	}
	reply(s, 354, NULL, "Enter mail, end with \".\" on a line by itself");
	/* The client begins to send while deliver makes the files. */
	output_flush(&s->out);
	input_hurry(&s->in);
	intake_open(&x, s);
	if (take(s, &x)) {
		intake_settle(&x, s);
		return;
	}
	intake_drop(&x);
	reply(s, 421, "4.4.2", "%s closing connection", s->settings.hostname);
	s->state = CLOSED;
}
