/*
 * smtpd - receive mail: RFC 5321; called lmtpd, LMTP: RFC 2033; called
 * submissiond, from our own users: RFC 6409
 *
 * Talks on descriptors 0 and 1.  It owns nothing: what becomes of a
 * recipient, and the files that a message is written to, come from deliver.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "io/log.h"
#include "io/sandbox.h"
#include "mail/delivery.h"
#include "smtpd.h"

static void
count_error(struct session *s, int code)
{
	if (code >= 400)
		s->errors++;
}

/* What a reply repeats of the client's is printable, and ASCII (RFC 6531). */
static void
make_plain(const struct session *s, char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text < ' ' || *text == 127 ||
		    ((*text & 0x80) != 0 && !s->utf8))
			*text = '?';
}

void
reply(struct session *s, int code, const char *status, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	make_plain(s, text);
	count_error(s, code);
	if (s->extended && status != NULL)
		output_format(&s->out, "%d %s %s\r\n", code, status, text);
	else
		output_format(&s->out, "%d %s\r\n", code, text);
}

void
reply_line(struct session *s, const char *line)
{
	const char *text = line + strcspn(line, " ");

	count_error(s, atoi(line));
	text += strspn(text, " ");
	if (!s->extended) {
		text += strcspn(text, " ");
		output_format(&s->out, "%.3s%s\r\n", line, text);
	} else {
		output_format(&s->out, "%s\r\n", line);
	}
}

void
command_refuse(struct session *s, enum refusal why, const struct command *c)
{
	if (why == REFUSE_STATE && (c->when & states_of(s, START | READY |
	    MAIL | RCPT | CHUNK)) == 0)
		why = REFUSE_UNKNOWN;
	switch (why) {
	case REFUSE_UNKNOWN:
		reply(s, 500, "5.5.2", "Command unknown");
		break;
	case REFUSE_STATE:
		if (s->state == START)
			reply(s, 503, "5.5.1", "Polite people say %s first",
			    s->role == LMTP ? "LHLO" : "HELO");
		else if (s->state == CHUNK)
			reply(s, 503, "5.5.1", "Need BDAT, or RSET");
		else if (c->when & states_of(s, READY))
			reply(s, 503, "5.5.1", "Sender already given");
		else
			reply(s, 503, "5.5.1", "Need %s first",
			    s->state == MAIL ? "RCPT" : "MAIL");
		break;
	case REFUSE_ARG_MISSING:
	case REFUSE_ARG_EXTRA:
		reply(s, 501, "5.5.4", "Syntax: %s%s%s", c->verb,
		    c->help == NULL ? "" : " ", c->help == NULL ? "" :
		    c->help);
		break;
	}
}

/*
 * A browser that was talked into posting to this port would have its body
 * lines taken as commands: whoever speaks HTTP is no mail client.
 */
static bool
is_http(const char *line)
{
	static const char *const verbs[] = { "GET ", "POST ", "HEAD ", "PUT ",
	    "OPTIONS ", "CONNECT ", "DELETE ", "TRACE ", "PATCH " };

	for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++)
		if (strncasecmp(line, verbs[i], strlen(verbs[i])) == 0)
			return true;
	return false;
}

static void
run(struct session *s, char *line)
{
	size_t n = strlen(line);

	s->lf_only = s->lf_only && !s->in.crlf;
	while (n > 0 && line[n - 1] == ' ')
		line[--n] = '\0';	/* 4.1.1: trailing white space */
	if (is_http(line)) {
		log_line("%s: speaks HTTP", peer_name(&s->peer));
		reply(s, 421, "4.7.0", "This is a mail server");
		s->state = CLOSED;
		return;
	}
	if (s->idle++ >= IDLE_MAX) {
		reply(s, 421, "4.7.0", "%s much talk and no message",
		    s->settings.hostname);
		s->state = CLOSED;
		return;
	}
	command_run(commands, s, states_of(s, s->state), line);
}

/*
 * Greet, and enter the sandbox: 0 or -1.  If no word of the client's is waited
 * for, the greeting is on its way while we shut ourselves in, and a deliver
 * gets ready; if it cannot, MAIL will tell.
 */
static int
begin(struct session *s)
{
	bool at_once = s->settings.greet_delay == 0;

	s->state = START;
	s->lf_only = true;
	s->deliver = -1;
	if (at_once) {
		s->deliver = delivery_open();
		greet(s);
		output_flush(&s->out);
	}
	if (sandbox_enter(s->settings.spf ? "smtpd-spf" : "smtpd", NULL) == -1)
		return -1;
	if (!at_once)
		greet(s);
	return 0;
}

/* Serve the session to its end. */
static void
serve(struct session *s)
{
	char line[LINE_SIZE];

	while (s->state != CLOSED) {
		switch (input_line(&s->in, line, sizeof line, NULL)) {
		case INPUT_OK:
			run(s, line);
			break;
		case INPUT_LONG:
			reply(s, 500, "5.5.2", "Line too long");
			break;
		case INPUT_NUL:
			reply(s, 500, "5.5.2", "NUL in a command");
			break;
		case INPUT_LATE:
			reply(s, 421, "4.4.2", "%s timeout, closing connection",
			    s->settings.hostname);
			s->state = CLOSED;
			break;
		case INPUT_EOF:
		case INPUT_FAILED:
			s->state = CLOSED;
			break;
		}
		if (s->errors > ERRORS_MAX && s->state != CLOSED) {
			reply(s, 421, "4.7.0", "%s too many errors",
			    s->settings.hostname);
			s->state = CLOSED;
		}
	}
}

/* By the name that it is called by, as services.conf gives it. */
static enum role
role_of(const char *name)
{
	const char *slash = strrchr(name, '/');

	name = slash == NULL ? name : slash + 1;
	return strcmp(name, "lmtpd") == 0 ? LMTP :
	    strcmp(name, "submissiond") == 0 ? SUBMISSION : SMTP;
}

int
main(int argc, char *argv[])
{
	static struct session s;

	s.role = role_of(argv[0]);
	log_open(s.role == LMTP ? "lmtpd" : s.role == SUBMISSION ?
	    "submissiond" : "smtpd");
	if (argc != 1) {
		log_line("usage: smtpd, with a client as 0 and 1");
		return EXIT_NEVER;
	}
	output_init(&s.out, STDOUT_FILENO, FIRST_SECONDS);
	input_init(&s.in, STDIN_FILENO, FIRST_SECONDS, &s.out);
	peer_get(&s.peer, STDIN_FILENO);
	tls_init(&s.tls);
	if (mail_settings_read(&s.settings) == -1) {
		reply(&s, 421, "4.3.0", "Wrongly configured, try again later");
		output_flush(&s.out);
		return EXIT_LATER;
	}
	s.in.seconds = s.out.seconds = (int)s.settings.smtp_timeout;
	/* /etc/resolv.conf is out of sight from inside. */
	if (s.settings.spf &&
	    stub_open(&s.dns, s.settings.nameserver) == -1) {
		log_line("etc/mail.conf: nameserver: not an address");
		return EXIT_LATER;
	}
	if (begin(&s) == -1) {
		reply(&s, 421, "4.3.0", "Try again later");
		output_flush(&s.out);
		return EXIT_LATER;
	}
	serve(&s);
	output_flush(&s.out);	/* a client that is gone misses nothing */
	return 0;
}
