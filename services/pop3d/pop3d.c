/*
 * pop3d - give a user's mail to the user: RFC 1939
 *
 * Without argument the half that asks for name and password; with a maildir
 * the session itself:	printf 'STAT\r\nQUIT\r\n' | pop3d spool/mail/bob
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/copy.h"
#include "io/decimal.h"
#include "io/log.h"
#include "mail/half.h"
#include "pop3d.h"

enum { REPLY_SIZE = 512 - sizeof "-ERR \r\n" };	/* RFC 1939 3 */

static void	reply(struct session *, const char *word, const char *fmt,
		    va_list) __attribute__((format(printf, 3, 0)));

static void
reply(struct session *s, const char *word, const char *fmt, va_list ap)
{
	char text[REPLY_SIZE];

	vsnprintf(text, sizeof text, fmt, ap);
	output_text(&s->out, word);
	output_text(&s->out, text);
	output_text(&s->out, "\r\n");
}

void
reply_ok(struct session *s, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	reply(s, "+OK ", fmt, ap);
	va_end(ap);
}

void
reply_err(struct session *s, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	reply(s, "-ERR ", fmt, ap);
	va_end(ap);
}

void
reply_line(struct session *s, size_t i, const char *text, size_t n)
{
	char line[DECIMAL_MAX + LINE_SIZE + 3];
	char *to = decimal_put(line, i + 1);

	*to++ = ' ';
	copy_octets(to, text, n);
	to += n;
	*to++ = '\r';
	*to++ = '\n';
	output_bytes(&s->out, line, (size_t)(to - line));
}

/* Wrong commands cost the client its session, wrong numbers do not. */
static void
count_error(struct session *s)
{
	if (++s->errors >= ERRORS_MAX) {
		reply_err(s, "[SYS/PERM] too many errors, goodbye");
		s->state = CLOSED;
	}
}

void
command_refuse(struct session *s, enum refusal why, const struct command *c)
{
	switch (why) {
	case REFUSE_UNKNOWN:
		reply_err(s, "unknown command%s", s->state == TRANSACTION ?
		    "" : "; log in with USER and PASS");
		break;
	case REFUSE_STATE:
		reply_err(s, "%s is not for now: %s", c->verb,
		    s->state == NAMED ? "PASS is due" : "USER comes first");
		break;
	case REFUSE_ARG_MISSING:
		reply_err(s, "syntax: %s %s", c->verb, c->help);
		break;
	case REFUSE_ARG_EXTRA:
		reply_err(s, "%s takes no argument", c->verb);
		break;
	}
	count_error(s);
}

/* No line came.  True if the session can go on. */
static bool
serve_trouble(struct session *s, enum input_end end)
{
	switch (end) {
	case INPUT_LONG:
		reply_err(s, "line too long, 255 octets at most");
		/* A stranger who does this is no mail reader. */
		if (s->state != TRANSACTION)
			return false;
		break;
	case INPUT_NUL:
		reply_err(s, "NUL in a command");
		break;
	case INPUT_FAILED:
		if (errno != EPIPE && errno != ECONNRESET)
			log_errno("client");
		return false;
	default:
		return false;	/* gone, or silent for too long */
	}
	count_error(s);
	return s->state != CLOSED;
}

void
session_serve(struct session *s, const struct command *table)
{
	char line[LINE_SIZE];
	enum input_end end;

	while (s->state != CLOSED) {
		end = input_line(&s->in, line, sizeof line, NULL);
		if (end == INPUT_OK)
			command_run(table, s, s->state, line);
		else if (!serve_trouble(s, end))
			break;
		explicit_bzero(line, sizeof line);
	}
	output_flush(&s->out);
}

static int
login_half(struct session *s)
{
	settings_read(&s->settings);
	peer_get(&s->peer, STDIN_FILENO);
	if (half_login(&s->tls, &s->peer, &s->may_login) == -1)
		return EXIT_LATER;
	s->in.exact = true;
	s->state = START;
	reply_ok(s, "labnet POP3 server ready");
	session_serve(s, login_commands);
	return s->status;
}

static int
session_half(struct session *s, const char *path)
{
	const char *tag = getenv("LOGIN_TAG");

	s->name = getenv("USER");
	if (s->name == NULL)
		s->name = "you";
	s->utf8 = tag != NULL && strcmp(tag, UTF8_TAG) == 0;
	s->state = TRANSACTION;
	if (maildrop_open(s, path) == -1)
		output_flush(&s->out);
	else
		session_serve(s, mail_commands);
	maildrop_close(s);
	return s->status;
}

int
main(int argc, char *argv[])
{
	static struct session session;

	log_open("pop3d");
	if (argc > 2) {
		fputs("usage: pop3d [maildir]\n", stderr);
		return EXIT_NEVER;
	}
	output_init(&session.out, STDOUT_FILENO, IDLE_SECONDS);
	input_init(&session.in, STDIN_FILENO, IDLE_SECONDS, &session.out);
	session.root = -1;
	return argc == 1 ? login_half(&session) :
	    session_half(&session, argv[1]);
}
