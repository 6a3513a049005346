/*
 * data.c - the message: from CR LF lines with stuffed dots to a file
 *
 * Only CR LF . CR LF ends it, however it is cut into segments.  A session
 * whose every line ended in a bare LF was typed by hand: there, and only
 * there, LF . LF does.  One session never has two kinds of line ends, so
 * nothing can be smuggled through (RFC 5321 2.3.8).
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "io/log.h"
#include "mail/delivery.h"
#include "smtpd.h"

enum {
	BLOCK = 32768,		/* what is written to a file at once */
	/* What is looked at of a header line's start: a Delivered-To whole. */
	PROBE = 16 + PATH_TEXT_SIZE
};

struct intake {
	const struct session *s;
	int		 places[DELIVERY_PLACES_MAX];
	size_t		 n;
	char		 block[BLOCK];
	size_t		 len;
	int		 error;		/* errno of a failed write, or 0 */
	long		 size;		/* as it came, line ends as two */
	size_t		 lines;		/* LF written */
	unsigned	 hops;		/* Received fields */
	bool		 bare;		/* a bare CR or LF was in it */
	bool		 loop;		/* it has been at a recipient's */

	bool		 line_start, dot, cr, done;	/* framing */
	bool		 header, dropping, probing;	/* header */
	char		 probe[PROBE];
	size_t		 probed;
};

static void
flush(struct intake *x)
{
	for (size_t i = 0; i < x->n && x->error == 0; i++)
		for (size_t at = 0; at < x->len && x->error == 0;) {
			ssize_t put = write(x->places[i], x->block + at,
			    x->len - at);

			if (put == -1 && errno != EINTR)
				x->error = errno;
			at += put == -1 ? 0 : (size_t)put;
		}
	x->len = 0;
}

static void
put(struct intake *x, const char *p, size_t n)
{
	size_t room;

	if (x->size > x->s->settings.size_limit)
		return;		/* read on to the end, but keep no more */
	while (n > 0) {
		if (x->len == sizeof x->block)
			flush(x);
		room = sizeof x->block - x->len;
		room = n < room ? n : room;
		memcpy(x->block + x->len, p, room);
		x->len += room;
		p += room;
		n -= room;
	}
}

static void
put_line_end(struct intake *x)
{
	put(x, "\n", 1);
	x->lines++;
}

/* Does this start of a line look like a header field, or go on with one? */
static bool
is_field(const char *p, size_t n)
{
	size_t i = 0;

	if (n > 0 && (p[0] == ' ' || p[0] == '\t'))
		return true;
	while (i < n && p[i] > ' ' && p[i] <= '~' && p[i] != ':')
		i++;
	while (i < n && (p[i] == ' ' || p[i] == '\t'))
		i++;		/* RFC 5322 4.5.8: obsolete, but seen */
	return i > 0 && i < n && p[i] == ':';
}

/*
 * Is this header line a Delivered-To with the name of a recipient?  Then the
 * message has been there before, and an alias sent it on and back to us.
 */
static bool
has_been_there(const struct intake *x)
{
	static const char field[] = "Delivered-To:";
	const struct buf *names = &x->s->names;
	size_t n = sizeof field - 1, at, len;

	if (x->probed < n || strncasecmp(x->probe, field, n) != 0)
		return false;
	while (n < x->probed && x->probe[n] == ' ')
		n++;
	for (at = 0; at < names->len; at += len + 1) {
		len = strlen(names->s + at);
		if (len == x->probed - n &&
		    strncasecmp(names->s + at, x->probe + n, len) == 0)
			return true;
	}
	return false;
}

/*
 * The start of a header line is known: judge it and let it through.  A
 * message without a header gets the blank line that ends one, so that its
 * text does not run into the fields that we put in front.
 */
static void
judge(struct intake *x)
{
	x->probing = false;
	if (x->probed > 0 && !is_field(x->probe, x->probed)) {
		put_line_end(x);
		x->header = x->dropping = false;
	} else if (x->probed == 0) {
		x->header = x->dropping = false;
	} else if (x->probe[0] != ' ' && x->probe[0] != '\t') {
		/* RFC 5321 4.4: only the final delivery adds Return-Path. */
		x->dropping = x->probed >= 12 &&
		    strncasecmp(x->probe, "Return-Path:", 12) == 0;
		if (x->probed >= 9 &&
		    strncasecmp(x->probe, "Received:", 9) == 0)
			x->hops++;
		x->loop = x->loop || has_been_there(x);
	}
	if (!x->dropping)
		put(x, x->probe, x->probed);
}

/* Text of one line, dots and line ends already seen to. */
static void
text(struct intake *x, const char *p, size_t n)
{
	size_t room;

	x->size += (long)n;
	if (x->probing) {
		room = sizeof x->probe - x->probed;
		room = n < room ? n : room;
		memcpy(x->probe + x->probed, p, room);
		x->probed += room;
		p += room;
		n -= room;
		if (x->probed == sizeof x->probe)
			judge(x);
	}
	if (n > 0 && !x->dropping)
		put(x, p, n);
}

static void
line_end(struct intake *x)
{
	bool dropped;

	if (x->dot) {
		x->done = true;
		return;
	}
	x->size += 2;
	if (x->probing)
		judge(x);
	dropped = x->dropping;
	if (!dropped)
		put_line_end(x);
	x->line_start = true;
	x->probing = x->header;
	x->probed = 0;
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
	x->bare = true;
	x->dot = x->line_start = false;
	text(x, "\r", 1);
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
	x->bare = true;
	x->dot = x->line_start = false;
	text(x, "\n", 1);
}

/* How much of p is plain text up to the next CR or LF. */
static size_t
span(const char *p, size_t n)
{
	const char *lf = memchr(p, '\n', n), *cr;

	if (lf != NULL)
		n = (size_t)(lf - p);
	cr = memchr(p, '\r', n);
	return cr != NULL ? (size_t)(cr - p) : n;
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
			len = span(p + i, n - i);
			text(x, p + i, len);
			i += len;
		}
	}
	return i;
}

/* Read to the end of the message.  False if the client does not get there. */
static bool
take(struct session *s, struct intake *x)
{
	enum input_end end;
	const char *p;
	size_t n;

	while (!x->done) {
		end = input_peek(&s->in, &p, &n);
		if (end != INPUT_OK) {
			log_line("%s: %s in the message",
			    peer_name(&s->peer), end == INPUT_LATE ?
			    "silence" : "hung up");
			return false;
		}
		input_skip(&s->in, frame(x, p, n));
	}
	flush(x);
	return true;
}

/* Say what is wrong with the message, or ask for its being kept. */
static void
settle(struct session *s, struct intake *x, const char *id)
{
	char lines[32], answer[DELIVERY_RECORD_MAX];
	size_t recipients = s->recipients;
	int code = 0;

	if (x->bare)
		reply(s, code = 554, "5.6.0", "Bare CR or LF in the message");
	else if (x->size > s->settings.size_limit)
		reply(s, code = 552, "5.3.4", "Message over the limit of %ld "
		    "octets", s->settings.size_limit);
	else if (x->hops > HOPS_MAX)
		reply(s, code = 554, "5.4.6", "Routing loop: %u Received "
		    "fields", x->hops);
	else if (x->loop)
		reply(s, code = 554, "5.4.6", "Mail loop: the message has "
		    "been delivered here before");
	else if (x->error == ENOSPC || x->error == EDQUOT)
		reply(s, code = 452, "4.3.1", "The disk is full");
	else if (x->error != 0)
		reply(s, code = 451, "4.3.0", "Try again later");
	if (code != 0) {
		forget_message(s);
	} else {
		snprintf(lines, sizeof lines, "%zu", x->lines);
		code = ask_deliver(s, "COMMIT", lines, answer);
		reply_line(s, answer);
	}
	log_line("message %s from <%s> peer %s recipients %zu size %ld: %d",
	    id, s->from, peer_name(&s->peer), recipients, x->size, code);
}

bool
data_receive(struct session *s)
{
	static struct intake x;
	char answer[DELIVERY_RECORD_MAX], id[ID_SIZE];
	char received[RECEIVED_SIZE];
	size_t len;
	bool whole;
	int code;

	memset(&x, 0, sizeof x);
	x.s = s;
	x.line_start = x.header = x.probing = true;
	code = s->deliver == -1 ? -1 : delivery_places(s->deliver, x.places,
	    &x.n, answer);
	if (code != 354) {
		if (code == -1)
			log_errno("deliver");
		reply_line(s, code == -1 ? "451 4.3.0 Try again later" :
		    answer);
		forget_message(s);
		return true;
	}
	reply(s, 354, NULL, "Enter mail, end with \".\" on a line by itself");
	trace_id(id);
	len = trace_received(s, id, received, sizeof received);
	put(&x, received, len);
	for (size_t i = 0; i < len; i++)
		x.lines += received[i] == '\n';
	whole = take(s, &x);
	for (size_t i = 0; i < x.n; i++)
		close(x.places[i]);
	if (whole)
		settle(s, &x, id);
	return whole;
}
