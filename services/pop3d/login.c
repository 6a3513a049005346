/*
 * login.c - the half that asks who it is: USER, PASS, AUTH; and STLS
 *
 * It takes no octet behind a line, so when authd has said yes whatever the
 * client sent next still waits in the socket for the session half, which
 * also gives the positive reply.
 */

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "io/log.h"
#include "io/login.h"
#include "mail/sasl.h"
#include "pop3d.h"

enum { TRIES = 3 };

static void
refuse(struct session *s, const char *user)
{
	log_line("login failed: user %s from %s", user, peer_name(&s->peer));
	reply_err(s, "[AUTH] wrong user or password");
	s->state = ++s->failures >= TRIES ? CLOSED : START;
}

static void
try_login(struct session *s, const char *user, const char *password)
{
	const struct login l = { "pop3d", user, password,
	    s->utf8 ? UTF8_TAG : "", s->peer.ip };

	/* What we said must be out before another owns the socket. */
	if (output_flush(&s->out) == -1) {
		s->state = CLOSED;
		return;
	}
	switch (login_start(&l, s->in.fd, s->out.fd)) {
	case LOGIN_YES:
		s->state = CLOSED;
		break;
	case LOGIN_NO:
		refuse(s, user);
		break;
	case LOGIN_LATER:
		reply_err(s, "[SYS/TEMP] cannot check that, try again later");
		s->state = START;
		break;
	}
}

/* RFC 2595 2.3: refused before the password is on its way. */
static bool
is_private(struct session *s)
{
	if (!s->may_login)
		reply_err(s, "[SYS/PERM] no passwords in clear: use TLS");
	return s->may_login;
}

/* Whether the name exists is nobody's business before the password. */
static void
cmd_user(struct session *s, char *name)
{
	if (!is_private(s))
		return;
	snprintf(s->user, sizeof s->user, "%s", name);
	s->state = NAMED;
	reply_ok(s, "password, please");
}

static void
cmd_pass(struct session *s, char *password)
{
	try_login(s, s->user, password);
}

/* What an exchange that came to nothing is answered: RFC 5034 4. */
static const char *const wrong[] = {
	[SASL_MECHANISM] = "unknown mechanism",
	[SASL_CANCELLED] = "cancelled",
	[SASL_BASE64] = "not base64",
	[SASL_FORM] = "[AUTH] not a response of this mechanism",
	[SASL_IDENTITY] = "[AUTH] not as another user",
	[SASL_LONG] = "response too long",
};

/* RFC 5034.  Without argument old clients want to see the list. */
static void
cmd_auth(struct session *s, char *arg)
{
	static struct sasl sasl;	/* large */
	char *initial = strchr(arg, ' ');
	enum sasl_end how;

	if (!is_private(s))
		return;
	if (*arg == '\0') {
		reply_ok(s, "mechanisms:");
		for (size_t i = 0; sasl_mechanisms[i] != NULL; i++)
			output_format(&s->out, "%s\r\n", sasl_mechanisms[i]);
		output_text(&s->out, ".\r\n");
		return;
	}
	if (initial != NULL)
		*initial++ = '\0';
	how = sasl_read(&sasl, arg, initial, &s->in, &s->out, "+ ");
	if (how == SASL_OK)
		try_login(s, sasl.user, sasl.password);
	else if (how == SASL_GONE)
		s->state = CLOSED;
	else
		reply_err(s, "%s", wrong[how]);
	sasl_forget(&sasl);
}

/* RFC 2595 4. */
static void
cmd_stls(struct session *s, char *arg)
{
	(void)arg;
	if (!tls_is_offered(&s->tls)) {
		reply_err(s, s->tls.active ? "TLS is on already" :
		    "there is no TLS here");
		return;
	}
	reply_ok(s, "begin TLS");
	if (tls_start(&s->tls, &s->in, &s->out) == -1) {
		log_errno("TLS");
		s->state = CLOSED;
		return;
	}
	s->may_login = true;
	s->user[0] = '\0';
	s->state = START;
}

/* RFC 6856 2.1. */
static void
cmd_utf8(struct session *s, char *arg)
{
	(void)arg;
	s->utf8 = true;
	reply_ok(s, "UTF-8 it is");
}

static void
cmd_quit(struct session *s, char *arg)
{
	(void)arg;
	reply_ok(s, "goodbye");
	s->state = CLOSED;
}

const struct command login_commands[] = {
	{ "USER", START | NAMED, ARG_MUST, cmd_user, "name", false },
	{ "PASS", NAMED, ARG_MUST, cmd_pass, "password", true },
	{ "AUTH", START | NAMED, ARG_MAY, cmd_auth,
	    "[mechanism [initial-response]]", true },
	{ "STLS", START | NAMED, ARG_NONE, cmd_stls, NULL, false },
	{ "UTF8", START | NAMED, ARG_NONE, cmd_utf8, NULL, false },
	{ "LANG", START | NAMED, ARG_MAY, cmd_lang, "[language]", false },
	{ "CAPA", START | NAMED, ARG_NONE, cmd_capa, NULL, false },
	{ "QUIT", START | NAMED, ARG_NONE, cmd_quit, NULL, false },
	{ NULL, 0, ARG_NONE, NULL, NULL, false }
};
