/* send.c - MAIL, RCPT, DATA and the message: RFC 5321 3.3, RFC 2920 */

#include <stdio.h>
#include <string.h>

#include "io/log.h"
#include "letter.h"
#include "relay.h"

enum {
	MAIL_SECONDS = 300,	/* RFC 5321 4.5.3.2.2, and so on */
	RCPT_SECONDS = 300,
	DATA_SECONDS = 120,
	DOT_SECONDS = 600
};

struct sending {
	struct client	*c;
	struct queue_message *m;
	const size_t	*to;
	size_t		 n;
	bool		 accepted[QUEUE_RECIPIENTS_MAX];
	size_t		 any;		/* how many of them */
	struct letter	 letter;
	bool		 needs_utf8;	/* RFC 6531 */
};

/*
 * What a reply, or its absence, means for one recipient; reports: the server
 * sends them itself, if one of success is wanted (RFC 3461 5.2.2 b).
 */
static void
judge(struct queue_recipient *r, const struct reply *reply, bool reports)
{
	char text[QUEUE_REASON_MAX + 1];

	if (reply->code != 0)
		snprintf(text, sizeof text, "%d %.190s", reply->code,
		    reply->text);
	else
		snprintf(text, sizeof text, "451 4.4.2 %.180s", reply->text);
	queue_reason(r, text);
	r->state = (char)(reply->code / 100 == 5 ? QUEUE_FAILED :
	    reply->code / 100 != 2 ? QUEUE_WAITING : !reports &&
	    (r->with.notify & NOTIFY_SUCCESS) != 0 ? QUEUE_RELAYED :
	    QUEUE_DONE);
}

/* One verdict for all that have not got one of their own. */
static void
judge_all(struct sending *s, bool only_accepted)
{
	for (size_t i = 0; i < s->n; i++)
		if (!only_accepted || s->accepted[i])
			judge(&s->m->to[s->to[i]], &s->c->reply, s->c->dsn);
}

static void
refuse(struct sending *s, int code, const char *text)
{
	s->c->reply.code = code;
	snprintf(s->c->reply.text, sizeof s->c->reply.text, "%s", text);
	judge_all(s, false);
}

static void
say_mail(struct sending *s)
{
	struct mail_parameters with = { 0 };
	char text[MAIL_PARAMETERS_SIZE];
	struct client *c = s->c;

	output_format(&c->out, "MAIL FROM:<%s>", s->m->from);
	if (c->size)
		output_format(&c->out, " SIZE=%ld", s->letter.size);
	if (c->eight_bit && s->letter.eight_bit)
		output_text(&c->out, " BODY=8BITMIME");
	if (s->needs_utf8)
		output_text(&c->out, " SMTPUTF8");
	if (c->dsn) {		/* as they came: RFC 3461 5.2.1 a and b */
		with.ret = s->m->with.ret;
		strcpy(with.envid, s->m->with.envid);
		parameter_mail_text(&with, text);
		output_text(&c->out, text);
	}
	output_text(&c->out, "\r\n");
}

static bool
hear_mail(struct sending *s)
{
	if (!client_hear(s->c, MAIL_SECONDS) || s->c->reply.code / 100 != 2) {
		if (s->c->reply.code / 100 == 3)
			s->c->broken = true;
		judge_all(s, false);
		return false;
	}
	return true;
}

static void
say_rcpt(struct sending *s, size_t i)
{
	const struct queue_recipient *r = &s->m->to[s->to[i]];
	char text[RCPT_PARAMETERS_SIZE] = "";

	if (s->c->dsn)		/* RFC 3461 5.2.1 c and d */
		parameter_rcpt_text(&r->with, text);
	output_format(&s->c->out, "RCPT TO:<%s>%s\r\n", r->path, text);
}

/* False if the connection is lost.  good: MAIL was accepted before. */
static bool
hear_rcpt(struct sending *s, size_t i, bool good)
{
	struct reply *reply = &s->c->reply;

	if (!client_hear(s->c, RCPT_SECONDS)) {
		if (good)
			judge_all(s, false);
		return false;
	}
	if (!good)
		return true;
	/* 4.5.3.1.10: some say 552 when they mean 452. */
	if (reply->code == 552)
		reply->code = 452;
	s->accepted[i] = reply->code / 100 == 2;
	s->any += s->accepted[i];
	if (!s->accepted[i])
		judge(&s->m->to[s->to[i]], reply, s->c->dsn);
	return true;
}

/* Is DATA answered by 354?  Anything else is judged here. */
static bool
hear_data(struct sending *s)
{
	struct reply *reply = &s->c->reply;

	if (!client_hear(s->c, DATA_SECONDS)) {
		judge_all(s, true);
		return false;
	}
	if (reply->code == 354)
		return true;
	if (reply->code < 400) {	/* it does not speak SMTP */
		s->c->broken = true;
		reply->code = 0;
		snprintf(reply->text, sizeof reply->text,
		    "DATA was not answered by 354");
	}
	judge_all(s, true);
	return false;
}

/* The envelope, one command at a time.  True behind DATA's 354. */
static bool
envelope_slow(struct sending *s)
{
	say_mail(s);
	if (!hear_mail(s))
		return false;
	for (size_t i = 0; i < s->n; i++) {
		say_rcpt(s, i);
		if (!hear_rcpt(s, i, true))
			return false;
	}
	if (s->any == 0)
		return false;
	output_text(&s->c->out, "DATA\r\n");
	return hear_data(s);
}

/* The same in one go: RFC 2920 3.1. */
static bool
envelope_fast(struct sending *s)
{
	bool good;

	say_mail(s);
	for (size_t i = 0; i < s->n; i++)
		say_rcpt(s, i);
	output_text(&s->c->out, "DATA\r\n");
	good = hear_mail(s);
	if (s->c->broken)
		return false;
	for (size_t i = 0; i < s->n; i++)
		if (!hear_rcpt(s, i, good))
			return false;
	return hear_data(s);
}

static void
put_data(struct sending *s)
{
	struct reply *reply = &s->c->reply;

	if (!letter_put(&s->letter, &s->c->out)) {
		/* Without the dot it is no message: hang up. */
		log_errno("reading a queued message");
		s->c->broken = true;
		reply->code = 0;
		snprintf(reply->text, sizeof reply->text,
		    "the queue cannot be read");
	} else if (client_hear(s->c, DOT_SECONDS) &&
	    reply->code / 100 == 3) {
		s->c->broken = true;
	}
	judge_all(s, true);
}

static bool
is_utf8(const char *path)
{
	while (*path != '\0' && (*path & 0x80) == 0)
		path++;
	return *path != '\0';
}

/* Start anew after a transaction that was not completed. */
static void
reset(struct client *c)
{
	if (c->broken)
		return;
	output_text(&c->out, "RSET\r\n");
	if (client_hear(c, MAIL_SECONDS) && c->reply.code != 250)
		c->broken = true;
}

/* Is an address beyond ASCII, or a header of a client that says so? */
static bool
needs_utf8(const struct sending *s)
{
	bool beyond = s->letter.eight_bit_header || is_utf8(s->m->from);

	for (size_t i = 0; i < s->n; i++)
		beyond = beyond || is_utf8(s->m->to[s->to[i]].path);
	return s->m->with.utf8 && beyond;
}

/* Can the server have it, as it is or in seven bits?  Else all is judged. */
static bool
is_sendable(struct sending *s)
{
	const struct client *c = s->c;

	s->needs_utf8 = needs_utf8(s);
	if (s->needs_utf8 && !c->utf8) {		/* RFC 6531 3.5 */
		refuse(s, 550, "5.6.7 The domain's server takes no addresses "
		    "or headers in UTF-8");
		return false;
	}
	if (s->letter.eight_bit && !c->eight_bit)	/* RFC 6152 3 */
		switch (letter_to_seven(&s->letter)) {
		case LETTER_OK:
			break;
		case LETTER_NEVER:
			refuse(s, 554, "5.6.3 The domain's server takes 7-bit "
			    "mail only");
			return false;
		case LETTER_LATER:
			refuse(s, 451, "4.3.0 The queue cannot be read");
			return false;
		}
	if (c->size_max > 0 && s->letter.size > c->size_max) {
		refuse(s, 552, "5.3.4 Too large for the domain's server");
		return false;
	}
	return true;
}

static void
transact(struct sending *s)
{
	struct client *c = s->c;

	if (!(c->pipelining ? envelope_fast(s) : envelope_slow(s))) {
		reset(c);
	} else if (s->any > 0) {
		put_data(s);
	} else {
		/* It wants a message for nobody: an empty one. */
		output_text(&c->out, ".\r\n");
		client_hear(c, DOT_SECONDS);
	}
}

void
send_message(struct client *c, struct queue_message *m, int fd,
    const size_t *to, size_t n)
{
	static struct sending s;

	memset(&s, 0, sizeof s);
	s.c = c;
	s.m = m;
	s.to = to;
	s.n = n;
	if (!letter_open(&s.letter, fd, m->body)) {
		log_errno("reading a queued message");
		refuse(&s, 451, "4.3.0 The queue cannot be read");
	} else if (is_sendable(&s)) {
		transact(&s);
	}
	letter_close(&s.letter);
}
