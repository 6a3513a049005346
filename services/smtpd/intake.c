/* intake.c - the text of a message: judged line by line, and written */

#include <errno.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "intake.h"
#include "io/log.h"

void
intake_init(struct intake *x, struct session *s)
{
	struct submission submission = x->submission;

	memset(x, 0, offsetof(struct intake, block));
	memset((char *)x + offsetof(struct intake, len), 0,
	    sizeof *x - offsetof(struct intake, len));
	x->submission = submission;
	submission_begin(&x->submission);
	x->s = s;
	x->begun = clock_ms();
	x->line_start = x->header = x->probing = x->first = true;
}

void
intake_flush(struct intake *x)
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
			intake_flush(x);
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

/*
 * Does this start of a line look like a header field, or go on with one?  The
 * first cannot: it would go on with the field that we put in front.
 */
static bool
is_field(const char *p, size_t n, bool first)
{
	size_t i = 0;

	if (n > 0 && (p[0] == ' ' || p[0] == '\t'))
		return !first;
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

/* What submission.c has made, its lines counted. */
static void
put_made(struct intake *x)
{
	const struct buf *b = &x->submission.field;

	for (size_t i = 0; i < b->len; i++)
		x->lines += b->s[i] == '\n';
	put(x, b->s, b->len);
	buf_clear(&x->submission.field);
}

/* The field that was held is whole. */
static void
end_field(struct intake *x)
{
	if (!x->submission.holds)
		return;
	submission_field(&x->submission, x->s);
	put_made(x);
}

static void
end_header(struct intake *x)
{
	end_field(x);
	x->header = x->dropping = false;
	if (x->s->role != SUBMISSION)
		return;
	submission_missing(&x->submission, x->s);
	put_made(x);
}

/* RFC 6409 8: a submission server mends what the client's program wrote. */
static void
mend(struct intake *x)
{
	end_field(x);
	if (submission_name(&x->submission, x->probe, x->probed) ==
	    FIELD_DROP)
		x->dropping = true;
}

/* Text of the line, to where its field goes. */
static void
pass(struct intake *x, const char *p, size_t n)
{
	if (x->submission.holds)
		submission_hold(&x->submission, p, n);
	else if (!x->dropping)
		put(x, p, n);
}

/*
 * The start of a header line is known: judge it and let it through.  A
 * message without a header gets the blank line that ends one, so that its
 * text does not run into the fields that we put in front.
 */
static void
judge(struct intake *x)
{
	bool first = x->first;

	x->probing = x->first = false;
	if (x->probed > 0 && !is_field(x->probe, x->probed, first)) {
		end_header(x);
		put_line_end(x);
	} else if (x->probed == 0) {
		end_header(x);
	} else if (x->probe[0] != ' ' && x->probe[0] != '\t') {
		/* RFC 5321 4.4: only the final delivery adds Return-Path. */
		x->dropping = x->probed >= 12 &&
		    strncasecmp(x->probe, "Return-Path:", 12) == 0;
		if (x->probed >= 9 &&
		    strncasecmp(x->probe, "Received:", 9) == 0)
			x->hops++;
		x->loop = x->loop || has_been_there(x);
		if (x->s->role == SUBMISSION)
			mend(x);
	}
	pass(x, x->probe, x->probed);
}

void
intake_text(struct intake *x, const char *p, size_t n)
{
	size_t room;

	x->size += (int64_t)n;
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
	if (n > 0)
		pass(x, p, n);
}

void
intake_line_end(struct intake *x)
{
	x->size += 2;
	if (x->probing)
		judge(x);
	if (x->submission.holds)
		submission_hold(&x->submission, "\n", 1);
	else if (!x->dropping)
		put_line_end(x);
	x->probing = x->header;
	x->probed = 0;
}

void
intake_bare(struct intake *x, char octet)
{
	if (x->s->settings.bare_newline == BARE_NORMALISE) {
		intake_line_end(x);
		return;
	}
	x->bare = true;
	intake_text(x, &octet, 1);
}

void
intake_end(struct intake *x)
{
	if (x->header)
		end_header(x);
}

size_t
intake_span(const char *p, size_t n)
{
	const char *lf = memchr(p, '\n', n), *cr;

	if (lf != NULL)
		n = (size_t)(lf - p);
	cr = memchr(p, '\r', n);
	return cr != NULL ? (size_t)(cr - p) : n;
}

static bool
is_late(const struct intake *x)
{
	return clock_ms() - x->begun > 1000L * MESSAGE_TIMES *
	    x->s->settings.smtp_timeout + x->size;
}

bool
intake_peek(const struct intake *x, struct session *s, const char **p,
    size_t *n)
{
	enum input_end end = x != NULL && is_late(x) ? INPUT_LATE :
	    input_peek(&s->in, p, n);

	if (end != INPUT_OK)
		log_line("%s: %s in the message", peer_name(&s->peer),
		    end == INPUT_LATE ? "silence" : "hung up");
	return end == INPUT_OK;
}
