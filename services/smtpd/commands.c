/* commands.c - SMTP's verbs: RFC 5321 4.1, and the table of them all */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "io/log.h"
#include "mail/delivery.h"
#include "smtpd.h"

#define SMTP_ANY	(START | READY | MAIL | RCPT | CHUNK)
#define BOTH(states)	((states) | (states) << LMTP_SHIFT)
#define ANY		BOTH(SMTP_ANY)

static const char	later[] = "451 4.3.0 Try again later";

static void
lose_deliver(struct session *s)
{
	log_errno("%s", DELIVERY_SOCKET);
	if (s->deliver != -1)
		close(s->deliver);
	s->deliver = -1;
}

int
ask_deliver(struct session *s, const char *verb, const char *argument,
    char *answer)
{
	int code = -1;

	/* Within a message another one would know nothing of its sender. */
	if (s->deliver == -1 && (s->state & (MAIL | RCPT | CHUNK)) == 0)
		s->deliver = delivery_open();
	errno = ENOTCONN;
	if (s->deliver != -1)
		code = delivery_ask(s->deliver, verb, argument, answer);
	if (code != -1)
		return code;
	lose_deliver(s);
	strcpy(answer, later);
	return atoi(later);
}

bool
tell_deliver(struct session *s, const char *verb, const char *argument)
{
	if (s->deliver == -1)
		s->deliver = delivery_open();
	if (s->deliver != -1 &&
	    delivery_tell(s->deliver, verb, argument) == 0)
		return true;
	lose_deliver(s);
	return false;
}

void
forget_message(struct session *s)
{
	if (s->state == CHUNK)
		chunk_forget();
	if ((s->state & (MAIL | RCPT | CHUNK)) == 0)
		return;
	s->state = READY;
	s->recipients = 0;
	/* A deliver that is gone has forgotten. */
	if (s->deliver != -1)
		tell_deliver(s, "RSET", "");
}

bool
may_relay(const struct session *s)
{
	/* RFC 2033 4.2: an LMTP server delivers, and queues nothing. */
	return s->role != LMTP && (s->account[0] != '\0' ||
	    mail_may_relay(&s->settings, s->peer.ip));
}

static void
cmd_rset(struct session *s, char *arg)
{
	(void)arg;
	forget_message(s);
	reply(s, 250, "2.0.0", "Reset state");
}

static void
cmd_noop(struct session *s, char *arg)
{
	(void)arg;
	reply(s, 250, "2.0.0", "Ok");
}

/* 7.3: to say who is there helps the wrong people, unless it is wanted. */
static void
cmd_vrfy(struct session *s, char *arg)
{
	char answer[DELIVERY_RECORD_MAX];
	const char *at = arg;
	struct path path;

	if (!s->settings.vrfy) {
		reply(s, 252, "2.0.0", "Cannot VRFY user, but will accept "
		    "message and attempt delivery");
		return;
	}
	if (path_read(&at, &path) != NULL || path.local[0] == '\0' ||
	    (*at != '\0' && strcasecmp(at, " SMTPUTF8") != 0)) {
		reply(s, 501, "5.1.3", "Not an address");
		return;
	}
	ask_deliver(s, "VERIFY", path.text, answer);
	reply_line(s, answer);
}

static void
cmd_expn(struct session *s, char *arg)
{
	(void)arg;
	reply(s, 502, "5.5.1", "Lists are not shown");
}

unsigned
states_of(const struct session *s, unsigned states)
{
	return s->role == LMTP ? states << LMTP_SHIFT : states;
}

static void
cmd_help(struct session *s, char *arg)
{
	const unsigned spoken = states_of(s, SMTP_ANY);
	const struct command *c;

	for (c = commands; *arg != '\0' && c->verb != NULL; c++)
		if (strcasecmp(c->verb, arg) == 0 && c->when & spoken) {
			reply(s, 214, "2.0.0", "%s%s%s", c->verb,
			    c->help == NULL ? "" : " ",
			    c->help == NULL ? "" : c->help);
			return;
		}
	if (*arg != '\0') {
		reply(s, 504, "5.5.4", "No such command");
		return;
	}
	for (c = commands; c->verb != NULL; c++)
		if (c->when & spoken)
			output_format(&s->out, "214-%s%s%s%s\r\n",
			    s->extended ? "2.0.0 " : "", c->verb,
			    c->help == NULL ? "" : " ",
			    c->help == NULL ? "" : c->help);
	reply(s, 214, "2.0.0", "End of HELP");
}

static void
cmd_quit(struct session *s, char *arg)
{
	(void)arg;
	reply(s, 221, "2.0.0", "%s closing connection", s->settings.hostname);
	s->state = CLOSED;
}

/* BDAT comes with its octets in any state and form: it looks for itself. */
const struct command commands[] = {
	{ "HELO", SMTP_ANY,	ARG_MUST, cmd_helo, "host", false },
	{ "EHLO", SMTP_ANY,	ARG_MUST, cmd_ehlo, "host", false },
	{ "LHLO", SMTP_ANY << LMTP_SHIFT,
			ARG_MUST, cmd_ehlo, "host", false },
	{ "AUTH", READY,	ARG_MUST, cmd_auth,
	    "mechanism [initial-response]", true },
	{ "STARTTLS", BOTH(READY), ARG_NONE, cmd_starttls, NULL, false },
	{ "MAIL", BOTH(READY),ARG_MUST, cmd_mail,
	    "FROM:<address> [SIZE=octets] [BODY=7BIT|8BITMIME] [SMTPUTF8] "
	    "[RET=FULL|HDRS] [ENVID=text]", false },
	{ "RCPT", BOTH(MAIL | RCPT), ARG_MUST, cmd_rcpt,
	    "TO:<address> [NOTIFY=NEVER|SUCCESS,FAILURE,DELAY] "
	    "[ORCPT=type;address]", false },
	{ "DATA", BOTH(MAIL | RCPT), ARG_NONE, cmd_data, NULL, false },
	{ "BDAT", ANY,		ARG_MAY,  cmd_bdat, "octets [LAST]", false },
	{ "RSET", ANY,		ARG_NONE, cmd_rset, NULL, false },
	{ "NOOP", ANY,		ARG_MAY,  cmd_noop, "[text]", false },
	{ "VRFY", ANY,		ARG_MUST, cmd_vrfy, "user", false },
	{ "EXPN", ANY,		ARG_MUST, cmd_expn, "list", false },
	{ "HELP", ANY,		ARG_MAY,  cmd_help, "[command]", false },
	{ "QUIT", ANY,		ARG_NONE, cmd_quit, NULL, false },
	{ NULL, 0, ARG_MAY, NULL, NULL, false },
};
