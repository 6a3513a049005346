/* login.c - the half that strangers talk to; it owns no file */

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "commands.h"
#include "io/log.h"
#include "session.h"

enum { TRIES = 3 };

#define ANY	(START | NAMED)

static void
cmd_user(struct session *s, char *arg)
{
	/* A name that is too long is as wrong as any, at PASS. */
	if (strlen(arg) > LOGIN_USER_MAX)
		arg[0] = '\0';
	strcpy(s->user, strcasecmp(arg, "ftp") == 0 ||
	    strcasecmp(arg, "anonymous") == 0 ? "anonymous" : arg);
	if (!s->may_login && strcmp(s->user, "anonymous") != 0) {
		reply(s, 530, "No passwords in clear: AUTH TLS first.");
		s->state = START;
		return;
	}
	s->state = NAMED;
	if (strcmp(s->user, "anonymous") == 0)
		reply(s, 331, "Guest login ok, send your e-mail address as "
		    "password.");
	else
		reply(s, 331, "Password required.");
}

static void
refuse_login(struct session *s)
{
	log_line("login of \"%s\" from %s refused", s->user,
	    peer_name(&s->peer));
	s->state = START;
	s->over = ++s->failed == TRIES;
	reply(s, 530, s->over ? "Login incorrect; closing control connection." :
	    "Login incorrect.");
}

/*
 * After LOGIN_YES the session half owns the client and says 230: not one
 * octet may go out or be taken in here.
 */
static void
cmd_pass(struct session *s, char *arg)
{
	char tag[LOGIN_TAG_MAX + 1];
	const struct login l = { "ftpd", s->user, arg, tag, s->peer.ip };

	protect_hand_over(s, tag, sizeof tag);
	if (output_flush(&s->control.out) == -1) {
		s->over = true;
		return;
	}
	if (strcmp(s->user, "anonymous") == 0 && !s->settings.anonymous) {
		refuse_login(s);
		return;
	}
	switch (login_start(&l, s->control.in.fd, s->control.out.fd)) {
	case LOGIN_YES:
		s->over = true;
		break;
	case LOGIN_NO:
		refuse_login(s);
		break;
	case LOGIN_LATER:
		reply(s, 421, "Login not possible now, try again later.");
		s->over = true;
		break;
	}
}

/* RFC 959 4.1.1: as if the connection had just been made. */
static void
cmd_rein(struct session *s, char *arg)
{
	(void)arg;
	if (s->tls.active) {	/* RFC 4217 13 wants it to end: it cannot */
		reply(s, 502, "Not with TLS.");
		return;
	}
	s->state = START;
	s->user[0] = '\0';
	reply(s, 220, "%s", s->settings.banner);
}

/* RFC 7151 3.1: a domain or an address; all of them are this server. */
static void
cmd_host(struct session *s, char *arg)
{
	for (const char *p = arg; *p != '\0'; p++)
		if (!isalnum((unsigned char)*p) &&
		    strchr(".-:[]", *p) == NULL) {
			reply(s, 501, "Syntax: HOST <name>");
			return;
		}
	reply(s, 220, "%s", s->settings.banner);
}

static void
cmd_acct(struct session *s, char *arg)
{
	(void)arg;
	reply(s, 503, "Log in with USER and PASS; no account is needed.");
}

const struct command login_commands[] = {
	{ "USER", ANY,		ARG_MUST, cmd_user,	"<name>", false },
	{ "PASS", NAMED,	ARG_MAY,  cmd_pass,	"<password>", true },
	{ "AUTH", ANY,		ARG_MUST, cmd_auth,	"TLS", false },
	{ "PBSZ", ANY,		ARG_MUST, cmd_pbsz,	"0", false },
	{ "PROT", ANY,		ARG_MUST, cmd_prot,	"C", false },
	{ "ACCT", ANY,		ARG_MUST, cmd_acct,	"<account>", true },
	{ "REIN", ANY,		ARG_NONE, cmd_rein,	"", false },
	{ "QUIT", ANY,		ARG_NONE, cmd_quit,	"", false },
	{ "HOST", START,	ARG_MUST, cmd_host,	"<name>", false },
	{ "SYST", ANY,		ARG_NONE, cmd_syst,	"", false },
	{ "FEAT", ANY,		ARG_NONE, cmd_feat,	"", false },
	{ "OPTS", ANY,		ARG_MUST, cmd_opts,	"<command> [<options>]",
	    false },
	{ "LANG", ANY,		ARG_MAY,  cmd_lang,	"[<language>]", false },
	{ "CLNT", ANY,		ARG_MUST, cmd_clnt,	"<name>", false },
	{ "CSID", ANY,		ARG_MUST, cmd_csid,	"<facts>", false },
	{ "HELP", ANY,		ARG_MAY,  cmd_help,	"[<command>]", false },
	{ "NOOP", ANY,		ARG_NONE, cmd_noop,	"", false },
	{ NULL, 0, ARG_NONE, NULL, NULL, false }
};

/* What is left of the time for all of the login. */
static int
login_seconds(const struct session *s)
{
	int64_t left = s->login_until - clock_ms();

	return left > 0 ? (int)((left + 999) / 1000) : 0;
}

int
login_half(struct session *s)
{
	s->commands = login_commands;
	s->state = START;
	tls_init(&s->tls);
	s->may_login = s->settings.plaintext ||
	    tls_is_private(&s->tls, &s->peer);
	s->login_until = clock_ms() + s->settings.login_seconds * 1000L;
	reply(s, 220, "%s", s->settings.banner);
	session_run(s, login_seconds);
	return 0;
}
