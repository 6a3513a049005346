/*
 * imapd [maildir] - an IMAP server (RFC 3501, RFC 9051)
 *
 * Without an argument it is the login half: it knows the client's first
 * commands and a socket to authd, and nothing else.  With one it is the
 * session half, runs as the user and serves that maildir; see service(7).
 */

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "imapd.h"
#include "io/log.h"
#include "mail/half.h"

/* All there is to know about a client; large, so not on the stack. */
static struct session session;

/*
 * A mapped message was cut short by another program: there is no text to
 * send any more, and no way to say so in the middle of a literal.
 */
static void
on_bus(int number)
{
	static const char text[] = "imapd: a message file was cut short\n";

	(void)number;
	if (write(STDERR_FILENO, text, sizeof text - 1) == -1)
		_exit(EXIT_LATER);
	_exit(EXIT_LATER);
}

static void
greet(struct session *s, const char *word)
{
	output_text(&s->out, word);
	output_text(&s->out, " [CAPABILITY ");
	capability_write(s);
	output_text(&s->out, "] ");
}

static int
login_half(struct session *s)
{
	if (half_login(&s->tls, &s->peer, &s->may_login) == -1)
		return EXIT_LATER;
	s->state = START;
	s->in.exact = true;
	s->in.seconds = s->out.seconds = LOGIN_SECONDS;
	s->reader.size = READER_LOGIN_SIZE;
	greet(s, "* OK");
	output_text(&s->out, "labnet imapd ready\r\n");
	return session_serve(s);
}

static int
session_half(struct session *s, const char *maildir)
{
	struct sigaction bus = { .sa_handler = on_bus };
	const char *tag = getenv("LOGIN_TAG");

	s->path = maildir;
	s->root = half_session("imapd", maildir);
	if (s->root == -1) {
		log_errno("%s", maildir);
		session_bye(s, "[UNAVAILABLE] No mailbox, try again later");
		output_flush(&s->out);
		return EXIT_LATER;
	}
	sigaction(SIGBUS, &bus, NULL);
	s->state = READY;
	if (tag != NULL && *tag != '\0') {
		output_text(&s->out, tag);
		greet(s, " OK");
		output_text(&s->out, "Logged in\r\n");
	} else {
		greet(s, "* PREAUTH");
		output_text(&s->out, "labnet imapd ready\r\n");
	}
	return session_serve(s);
}

int
main(int argc, char *argv[])
{
	log_open("imapd");
	if (argc > 2) {
		fputs("usage: imapd [maildir]\n", stderr);
		return EXIT_NEVER;
	}
	session_init(&session, STDIN_FILENO, STDOUT_FILENO);
	return argc == 1 ? login_half(&session) :
	    session_half(&session, argv[1]);
}
