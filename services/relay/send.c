/* send.c - MAIL, RCPT, DATA and the message: RFC 5321 3.3, RFC 2920 */

#include <stdio.h>
#include <string.h>

#include "io/log.h"
#include "letter.h"
#include "mail/utf8.h"
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
	bool		 judged[QUEUE_RECIPIENTS_MAX];
	bool		 too_many[QUEUE_RECIPIENTS_MAX];	/* said of it */
	size_t		 accepted;	/* how many */
	bool		 taken;		/* the message, for these */
	bool		 stale;		/* the connection, before it began */
	struct letter	 letter;
	bool		 needs_utf8;	/* RFC 6531 */
};

/*
 * What the reply, or its absence, means for one recipient; server: who says
 * so, "" for us.  One that knows DSN reports success itself, where that is
 * wanted (RFC 3461 5.2.2 b).
 */
static void
judge(struct sending *s, size_t i, const char *server)
{
	struct queue_recipient *r = &s->m->to[s->to[i]];
	const struct reply *reply = &s->c->reply;
	char text[QUEUE_REASON_MAX + 1];

	s->judged[i] = true;
	strcpy(r->server, reply->code != 0 ? server : "");
	if (reply->code != 0)
		snprintf(text, sizeof text, "%d %.190s", reply->code,
		    reply->text);
	else
		snprintf(text, sizeof text, "451 4.4.2 %.180s", reply->text);
	queue_reason(r->reason, text);
	r->state = (char)(reply->code / 100 == 5 ? QUEUE_FAILED :
	    reply->code / 100 != 2 ? QUEUE_WAITING : !s->c->dsn &&
	    (r->with.notify & NOTIFY_SUCCESS) != 0 ? QUEUE_RELAYED :
	    QUEUE_DONE);
}

/* One verdict for all that have not got one of their own. */
static void
judge_all(struct sending *s, const char *server)
{
	for (size_t i = 0; i < s->n; i++)
		if (!s->judged[i])
			judge(s, i, server);
}

/* The verdict is ours. */
static void
refuse(struct sending *s, int code, const char *text)
{
	s->c->reply.code = code;
	snprintf(s->c->reply.text, sizeof s->c->reply.text, "%s", text);
	judge_all(s, "");
}

/* It does not speak SMTP: neither can its other replies be trusted. */
static void
give_up(struct sending *s, const char *text)
{
	s->c->broken = true;
	refuse(s, 0, text);
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
			give_up(s, "MAIL was answered by 3xx");
		judge_all(s, s->c->host);
		s->stale = s->c->used && s->c->broken;
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

/* False if no more can be heard. */
static bool
hear_rcpt(struct sending *s, size_t i)
{
	struct reply *reply = &s->c->reply;

	if (!client_hear(s->c, RCPT_SECONDS) || s->c->broken) {
		judge_all(s, s->c->host);
		return false;
	}
	if (s->judged[i]) {
		/* MAIL was refused: who takes recipients now is confused. */
		s->c->broken = reply->code / 100 == 2;
		return !s->c->broken;
	}
	/* 4.5.3.1.10: some say 552 when they mean 452. */
	if (reply->code == 552)
		reply->code = 452;
	s->too_many[i] = reply->code == 452;
	if (reply->code / 100 == 2)
		s->accepted++;
	else if (reply->code / 100 == 3)
		give_up(s, "RCPT was answered by 3xx");
	else
		judge(s, i, s->c->host);
	return !s->c->broken;
}

/* Is DATA answered by 354?  Anything else is judged here. */
static bool
hear_data(struct sending *s)
{
	bool heard = client_hear(s->c, DATA_SECONDS);

	if (heard && s->c->reply.code == 354)
		return true;
	if (heard && s->c->reply.code < 400)
		give_up(s, "DATA was not answered by 354");
	judge_all(s, s->c->host);
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
		if (!hear_rcpt(s, i))
			return false;
	}
	if (s->accepted == 0)
		return false;
	output_text(&s->c->out, "DATA\r\n");
	return hear_data(s);
}

/* The same in one go: RFC 2920 3.1. */
static bool
envelope_fast(struct sending *s)
{
	say_mail(s);
	for (size_t i = 0; i < s->n; i++)
		say_rcpt(s, i);
	output_text(&s->c->out, "DATA\r\n");
	hear_mail(s);
	for (size_t i = 0; i < s->n && !s->c->broken; i++)
		hear_rcpt(s, i);
	return !s->c->broken && hear_data(s);
}

static void
put_data(struct sending *s)
{
	if (!letter_put(&s->letter, &s->c->out)) {
		/* Without the dot it is no message: hang up. */
		log_errno("reading a queued message");
		give_up(s, "the queue cannot be read");
	} else if (client_hear(s->c, DOT_SECONDS) &&
	    s->c->reply.code / 100 == 3) {
		give_up(s, "the message was answered by 3xx");
	}
	s->taken = s->c->reply.code / 100 == 2;
	judge_all(s, s->c->host);
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
	bool ascii = !s->letter.eight_bit_header &&
	    utf8_is_ascii(s->m->from, strlen(s->m->from));
	const char *path;

	for (size_t i = 0; i < s->n && ascii; i++) {
		path = s->m->to[s->to[i]].path;
		ascii = utf8_is_ascii(path, strlen(path));
	}
	return s->m->with.utf8 && !ascii;
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
	} else if (s->accepted > 0) {
		put_data(s);
	} else {
		/* It wants a message for nobody: an empty one. */
		output_text(&c->out, ".\r\n");
		client_hear(c, DOT_SECONDS);
	}
}

/* Those that may be sent it at once to the front; returns how many. */
static size_t
gather_rest(const struct sending *s, size_t *to)
{
	size_t n = 0, one;

	if (s->stale)
		return s->n;
	for (size_t i = 0; i < s->n && s->taken && !s->c->broken; i++)
		if (s->too_many[i]) {
			one = to[i];
			to[i] = to[n];
			to[n++] = one;
		}
	return n;
}

size_t
send_message(struct client *c, struct queue_message *m, int fd, size_t *to,
    size_t n)
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
	c->used = true;
	return gather_rest(&s, to);
}
