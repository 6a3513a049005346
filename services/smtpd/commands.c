/* commands.c - SMTP's verbs: RFC 5321 4.1 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "io/log.h"
#include "mail/delivery.h"
#include "smtpd.h"

#define ANY	(START | READY | MAIL | RCPT)
#define HELLO	(READY | MAIL | RCPT)

int
ask_deliver(struct session *s, const char *verb, const char *argument,
    char *answer)
{
	int code = -1;

	if (s->deliver == -1)
		s->deliver = delivery_open();
	if (s->deliver != -1)
		code = delivery_ask(s->deliver, verb, argument, answer);
	if (code == -1) {
		log_errno("%s", DELIVERY_SOCKET);
		if (s->deliver != -1)
			close(s->deliver);
		s->deliver = -1;
		strcpy(answer, "451 4.3.0 Try again later");
		return 451;
	}
	return code;
}

void
forget_message(struct session *s)
{
	char answer[DELIVERY_RECORD_MAX];

	if (s->state == MAIL || s->state == RCPT)
		s->state = READY;
	if (s->deliver != -1 && delivery_ask(s->deliver, "RSET", "",
	    answer) != 250) {
		close(s->deliver);
		s->deliver = -1;
	}
	s->recipients = 0;
}

/* A name that may stand in a Received field: 4.1.2's Domain or literal. */
static bool
set_client(struct session *s, const char *name)
{
	size_t n = strlen(name);

	if (n == 0 || n > PATH_DOMAIN_MAX || strspn(name, "0123456789-_."
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ[]:") != n) {
		reply(s, 501, "5.5.2", "Not the name of a host");
		return false;
	}
	strcpy(s->client, name);
	if (s->state == MAIL || s->state == RCPT)
		forget_message(s);
	s->state = READY;
	return true;
}

static void
cmd_helo(struct session *s, char *name)
{
	if (!set_client(s, name))
		return;
	s->extended = false;
	reply(s, 250, NULL, "Hello %s, pleased to meet you", s->client);
}

static void
cmd_ehlo(struct session *s, char *name)
{
	if (!set_client(s, name))
		return;
	s->extended = true;
	output_format(&s->out, "250-%s Hello %s, pleased to meet you\r\n"
	    "250-PIPELINING\r\n250-SIZE %ld\r\n250-8BITMIME\r\n"
	    "250-ENHANCEDSTATUSCODES\r\n", s->settings.hostname,
	    s->client, s->settings.size_limit);
	auth_capability(s);
	output_text(&s->out, "250 HELP\r\n");
}

/* Step over "FROM:" or "TO:".  NULL if it is not there. */
static const char *
skip_word(const char *arg, const char *word)
{
	size_t n = strlen(word);

	return strncasecmp(arg, word, n) == 0 ? arg + n : NULL;
}

/* One parameter of MAIL.  False after it has been refused. */
static bool
mail_parameter(struct session *s, const char *word)
{
	char *end;
	long long size;

	if (strncasecmp(word, "SIZE=", 5) == 0 && word[5] >= '0' &&
	    word[5] <= '9') {		/* RFC 1870 */
		errno = 0;
		size = strtoll(word + 5, &end, 10);
		if (*end == '\0' && strlen(word) <= 5 + 20) {
			if (errno == 0 && size <= s->settings.size_limit)
				return true;
			reply(s, 552, "5.3.4", "Message over the limit of %ld "
			    "octets", s->settings.size_limit);
			return false;
		}
	}
	if (strcasecmp(word, "BODY=7BIT") == 0 ||
	    strcasecmp(word, "BODY=8BITMIME") == 0)	/* RFC 6152 */
		return true;
	if (strncasecmp(word, "SIZE=", 5) == 0 ||
	    strncasecmp(word, "BODY=", 5) == 0)
		reply(s, 501, "5.5.4", "Bad value: %.64s", word);
	else
		reply(s, 555, "5.5.4", "Unknown parameter: %.64s", word);
	return false;
}

/* The words behind the path, cut apart in place. */
static bool
mail_parameters(struct session *s, char *words)
{
	char *word = words;

	while (*(word += strspn(word, " ")) != '\0') {
		size_t n = strcspn(word, " ");
		bool last = word[n] == '\0';

		word[n] = '\0';
		if (!mail_parameter(s, word))
			return false;
		if (last)
			break;
		word += n + 1;
	}
	return true;
}

static void
cmd_mail(struct session *s, char *arg)
{
	char answer[DELIVERY_RECORD_MAX];
	const char *p = skip_word(arg, "FROM:"), *wrong;
	struct path path;

	if (p == NULL) {
		reply(s, 501, "5.5.2", "Syntax: MAIL FROM:<address>");
		return;
	}
	wrong = path_read(&p, &path);
	if (wrong == NULL && path.local[0] != '\0' && path.domain[0] == '\0')
		wrong = "no domain";
	if (wrong != NULL) {
		reply(s, 553, "5.1.7", "Sender: %s", wrong);
		return;
	}
	if (!mail_parameters(s, arg + (p - arg)))
		return;
	if (ask_deliver(s, s->account[0] != '\0' ||
	    mail_may_relay(&s->settings, s->peer.ip) ? "SUBMIT" : "FROM",
	    path.text, answer) != 250) {
		reply_line(s, answer);
		return;
	}
	strcpy(s->from, path.text);
	s->recipients = 0;
	buf_clear(&s->names);
	s->state = MAIL;
	reply(s, 250, "2.1.0", "%s ... Sender ok", path.text[0] == '\0' ?
	    "<>" : path.text);
}

static void
cmd_rcpt(struct session *s, char *arg)
{
	char answer[DELIVERY_RECORD_MAX];
	const char *p = skip_word(arg, "TO:"), *wrong;
	struct path path;

	if (p == NULL) {
		reply(s, 501, "5.5.2", "Syntax: RCPT TO:<address>");
		return;
	}
	wrong = path_read(&p, &path);
	if (wrong == NULL && path.local[0] == '\0')
		wrong = "nobody";
	if (wrong != NULL) {
		reply(s, 553, "5.1.3", "Recipient: %s", wrong);
		return;
	}
	if (p[strspn(p, " ")] != '\0') {
		reply(s, 555, "5.5.4", "Unknown parameter");
		return;
	}
	if (s->recipients >= (size_t)s->settings.recipients_max) {
		reply(s, 452, "4.5.3", "Too many recipients");
		return;
	}
	if (ask_deliver(s, "RCPT", path.text, answer) != 250) {
		reply_line(s, answer);
		return;
	}
	s->recipients++;
	strcpy(s->to, path.text);
	/* Without memory a loop is found later, by its Received fields. */
	buf_add(&s->names, path.text, strlen(path.text) + 1);
	s->state = RCPT;
	reply(s, 250, "2.1.5", "%s ... Recipient ok", path.text);
}

static void
cmd_data(struct session *s, char *arg)
{
	(void)arg;
	/* RFC 5321 3.3: with pipelining it may come behind refused RCPTs. */
	if (s->state == MAIL) {
		reply(s, 554, "5.5.1", "No valid recipients");
		return;
	}
	if (data_receive(s)) {
		s->state = READY;
		return;
	}
	reply(s, 421, "4.4.2", "%s closing connection",
	    s->settings.hostname);
	s->state = CLOSED;
}

static void
cmd_rset(struct session *s, char *arg)
{
	(void)arg;
	if (s->state == MAIL || s->state == RCPT)
		forget_message(s);
	reply(s, 250, "2.0.0", "Reset state");
}

static void
cmd_noop(struct session *s, char *arg)
{
	(void)arg;
	reply(s, 250, "2.0.0", "Ok");
}

static void
cmd_vrfy(struct session *s, char *arg)
{
	(void)arg;
	/* 7.3: to say who is there helps the wrong people. */
	reply(s, 252, "2.0.0", "Cannot VRFY user, but will accept message and "
	    "attempt delivery");
}

static void
cmd_expn(struct session *s, char *arg)
{
	(void)arg;
	reply(s, 502, "5.5.1", "Lists are not shown");
}

static void
cmd_help(struct session *s, char *arg)
{
	const struct command *c;

	for (c = commands; *arg != '\0' && c->verb != NULL; c++)
		if (strcasecmp(c->verb, arg) == 0) {
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
		output_format(&s->out, "214-%s%s %s\r\n",
		    s->extended ? "2.0.0 " : "", c->verb,
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

const struct command commands[] = {
	{ "HELO", ANY,		ARG_MUST, cmd_helo, "host", false },
	{ "EHLO", ANY,		ARG_MUST, cmd_ehlo, "host", false },
	{ "AUTH", READY,	ARG_MUST, cmd_auth,
	    "mechanism [initial-response]", true },
	{ "MAIL", READY,	ARG_MUST, cmd_mail,
	    "FROM:<address> [SIZE=octets] [BODY=7BIT|8BITMIME]", false },
	{ "RCPT", MAIL | RCPT,	ARG_MUST, cmd_rcpt, "TO:<address>", false },
	{ "DATA", MAIL | RCPT,	ARG_NONE, cmd_data, NULL, false },
	{ "RSET", ANY,		ARG_NONE, cmd_rset, NULL, false },
	{ "NOOP", ANY,		ARG_MAY,  cmd_noop, "[text]", false },
	{ "VRFY", ANY,		ARG_MUST, cmd_vrfy, "user", false },
	{ "EXPN", ANY,		ARG_MUST, cmd_expn, "list", false },
	{ "HELP", ANY,		ARG_MAY,  cmd_help, "[command]", false },
	{ "QUIT", ANY,		ARG_NONE, cmd_quit, NULL, false },
	{ NULL, 0, ARG_MAY, NULL, NULL, false },
};
