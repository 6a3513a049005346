/* send.c - MAIL, RCPT, DATA and the message: RFC 5321 3.3, RFC 2920 */

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/log.h"
#include "mail/stuff.h"
#include "relay.h"

enum {
	MAIL_SECONDS = 300,	/* RFC 5321 4.5.3.2.2, and so on */
	RCPT_SECONDS = 300,
	DATA_SECONDS = 120,
	DOT_SECONDS = 600,
	BLOCK = 16384
};

struct sending {
	struct client	*c;
	struct queue_message *m;
	int		 fd;
	const size_t	*to;
	size_t		 n;
	bool		 accepted[QUEUE_RECIPIENTS_MAX];
	size_t		 any;		/* how many of them */
	bool		 has_eight_bit;
	long		 size;		/* of the message, LF as one octet */
};

/* What a reply, or its absence, means for one recipient. */
static void
judge(struct queue_recipient *r, const struct reply *reply)
{
	char text[QUEUE_REASON_MAX + 1];

	if (reply->code != 0)
		snprintf(text, sizeof text, "%d %.190s", reply->code,
		    reply->text);
	else
		snprintf(text, sizeof text, "451 4.4.2 %.180s", reply->text);
	queue_reason(r, text);
	r->state = (char)(reply->code / 100 == 2 ? QUEUE_DONE :
	    reply->code / 100 == 5 ? QUEUE_FAILED : QUEUE_WAITING);
}

/* One verdict for all that have not got one of their own. */
static void
judge_all(struct sending *s, bool only_accepted)
{
	for (size_t i = 0; i < s->n; i++)
		if (!only_accepted || s->accepted[i])
			judge(&s->m->to[s->to[i]], &s->c->reply);
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
	struct client *c = s->c;

	output_format(&c->out, "MAIL FROM:<%s>", s->m->from);
	if (c->size)
		output_format(&c->out, " SIZE=%ld", s->size);
	if (c->eight_bit && s->has_eight_bit)
		output_text(&c->out, " BODY=8BITMIME");
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
	output_format(&s->c->out, "RCPT TO:<%s>\r\n",
	    s->m->to[s->to[i]].path);
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
		judge(&s->m->to[s->to[i]], reply);
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

/* False if the file cannot be read to its end. */
static bool
put_message(struct sending *s)
{
	char block[BLOCK];
	bool line_start = true;
	off_t at = s->m->body;
	ssize_t n;

	while ((n = pread(s->fd, block, sizeof block, at)) != 0) {
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return false;
		stuff_write(&s->c->out, block, (size_t)n, &line_start);
		at += n;
	}
	stuff_end(&s->c->out, line_start);
	return true;
}

static void
put_data(struct sending *s)
{
	struct reply *reply = &s->c->reply;

	if (!put_message(s)) {
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

/* Learn the message's size, and whether it has octets beyond ASCII. */
static bool
measure(struct sending *s)
{
	char block[BLOCK];
	struct stat st;
	off_t at = s->m->body;
	ssize_t n;

	if (fstat(s->fd, &st) == -1)
		return false;
	s->size = (long)(st.st_size - at);
	while (!s->has_eight_bit &&
	    (n = pread(s->fd, block, sizeof block, at)) != 0) {
		if (n == -1 && errno != EINTR)
			return false;
		for (ssize_t i = 0; i < n; i++)
			if (block[i] & 0x80)
				s->has_eight_bit = true;
		at += n == -1 ? 0 : n;
	}
	return true;
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

void
send_message(struct client *c, struct queue_message *m, int fd,
    const size_t *to, size_t n)
{
	static struct sending s;

	memset(&s, 0, sizeof s);
	s.c = c;
	s.m = m;
	s.fd = fd;
	s.to = to;
	s.n = n;
	if (!measure(&s)) {
		log_errno("reading a queued message");
		refuse(&s, 451, "4.3.0 The queue cannot be read");
	} else if (c->size_max > 0 && s.size > c->size_max) {
		refuse(&s, 552, "5.3.4 Too large for the domain's server");
	} else if (s.has_eight_bit && !c->eight_bit) {
		/* RFC 6152 3 */
		refuse(&s, 554, "5.6.3 The domain's server takes 7-bit mail "
		    "only");
	} else if (c->pipelining ? envelope_fast(&s) : envelope_slow(&s)) {
		if (s.any > 0) {
			put_data(&s);
			return;
		}
		/* It wants a message for nobody: an empty one. */
		output_text(&c->out, ".\r\n");
		client_hear(c, DOT_SECONDS);
	} else {
		reset(c);
	}
}
