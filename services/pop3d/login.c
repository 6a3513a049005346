/*
 * login.c - the half that asks who it is: USER, PASS, AUTH
 *
 * It takes no octet behind a line, so when authd has said yes whatever the
 * client sent next still waits in the socket for the session half, which
 * also gives the positive reply.
 */

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "io/log.h"
#include "io/login.h"
#include "mail/base64.h"
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
	const struct login l = { "pop3d", user, password, "", s->peer.ip };

	/* What we said must be out before another owns the socket. */
	if (output_flush(&s->out) == -1) {
		s->state = CLOSED;
		return;
	}
	switch (login_start(&l, s->in.fd)) {
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

/* Whether the name exists is nobody's business before the password. */
static void
cmd_user(struct session *s, char *name)
{
	snprintf(s->user, sizeof s->user, "%s", name);
	s->state = NAMED;
	reply_ok(s, "password, please");
}

static void
cmd_pass(struct session *s, char *password)
{
	try_login(s, s->user, password);
}

/*
 * One response of an AUTH exchange, decoded and closed by NUL.  Its length;
 * or -1 after the client has been told, or is gone.
 */
static ssize_t
response(struct session *s, const char *challenge, char text[RESPONSE_SIZE])
{
	char line[RESPONSE_SIZE];
	enum input_end end;
	size_t len;
	ssize_t n;

	output_format(&s->out, "+ %s\r\n", challenge);
	end = input_line(&s->in, line, sizeof line, &len);
	if (end != INPUT_OK) {
		if (end == INPUT_LONG || end == INPUT_NUL)
			reply_err(s, "response too long, or with a NUL");
		s->state = CLOSED;
		return -1;
	}
	if (strcmp(line, "*") == 0) {
		reply_err(s, "cancelled");
		return -1;
	}
	n = base64_decode(line, len, text);
	explicit_bzero(line, sizeof line);
	if (n == -1)
		reply_err(s, "not base64");
	else
		text[n] = '\0';
	return n;
}

/* The initial response, or else what the client says when asked. */
static ssize_t
first_response(struct session *s, const char *initial, const char *challenge,
    char text[RESPONSE_SIZE])
{
	ssize_t n;

	if (initial == NULL)
		return response(s, challenge, text);
	n = strcmp(initial, "=") == 0 ? 0 :
	    base64_decode(initial, strlen(initial), text);
	if (n == -1)
		reply_err(s, "not base64");
	else
		text[n] = '\0';
	return n;
}

/* RFC 4616: authorization, user and password with NULs between. */
static void
auth_plain(struct session *s, const char *initial)
{
	char text[RESPONSE_SIZE];
	const char *end, *user, *password;
	ssize_t n = first_response(s, initial, "", text);

	if (n == -1)
		return;
	end = text + n;
	user = text + strlen(text) + 1;
	password = user > end ? user : user + strlen(user) + 1;
	if (password > end || password + strlen(password) != end)
		reply_err(s, "a PLAIN response has three parts");
	else if (*text != '\0' && strcmp(text, user) != 0)
		reply_err(s, "[AUTH] not as another user");
	else
		try_login(s, user, password);
	explicit_bzero(text, sizeof text);
}

static void
auth_login(struct session *s, const char *initial)
{
	char user[RESPONSE_SIZE], password[RESPONSE_SIZE];
	ssize_t u, p;

	u = first_response(s, initial, "VXNlcm5hbWU6", user);	/* Username: */
	if (u == -1)
		return;
	p = response(s, "UGFzc3dvcmQ6", password);		/* Password: */
	if (p == -1)
		return;
	if (strlen(user) != (size_t)u || strlen(password) != (size_t)p)
		reply_err(s, "NUL in a response");
	else
		try_login(s, user, password);
	explicit_bzero(password, sizeof password);
}

static const struct {
	const char	*name;
	void		(*run)(struct session *, const char *initial);
} mechanisms[] = {
	{ "PLAIN", auth_plain },
	{ "LOGIN", auth_login },
};

enum { MECHANISMS = sizeof mechanisms / sizeof mechanisms[0] };

/* RFC 5034.  Without argument old clients want to see the list. */
static void
cmd_auth(struct session *s, char *arg)
{
	char *initial = strchr(arg, ' ');

	if (*arg == '\0') {
		reply_ok(s, "mechanisms:");
		for (size_t i = 0; i < MECHANISMS; i++)
			output_format(&s->out, "%s\r\n", mechanisms[i].name);
		output_text(&s->out, ".\r\n");
		return;
	}
	if (initial != NULL)
		*initial++ = '\0';
	for (size_t i = 0; i < MECHANISMS; i++)
		if (strcasecmp(arg, mechanisms[i].name) == 0) {
			mechanisms[i].run(s, initial);
			return;
		}
	reply_err(s, "unknown mechanism");
}

/*
 * RFC 6856 2: messages go out as they are, whether UTF-8 or not, so there is
 * nothing to switch on.
 */
static void
cmd_utf8(struct session *s, char *arg)
{
	(void)arg;
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
	{ "UTF8", START | NAMED, ARG_NONE, cmd_utf8, NULL, false },
	{ "LANG", START | NAMED, ARG_MAY, cmd_lang, "[language]", false },
	{ "CAPA", START | NAMED, ARG_NONE, cmd_capa, NULL, false },
	{ "QUIT", START | NAMED, ARG_NONE, cmd_quit, NULL, false },
	{ NULL, 0, ARG_NONE, NULL, NULL, false }
};
