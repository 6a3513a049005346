/*
 * login.c - LOGIN and AUTHENTICATE (RFC 3501 6.2, RFC 4616, RFC 4959)
 *
 * The login half takes no octet behind a command, so when authd has said yes
 * the client's next command still waits in the socket for the session half,
 * which also gives the positive reply.
 */

#include <string.h>

#include "imapd.h"
#include "io/log.h"
#include "io/login.h"
#include "mail/base64.h"

enum { TRIES = 3 };

/* A NUL-ended copy.  False if it does not fit, or holds a NUL. */
static bool
copy(char *to, size_t size, const char *s, size_t n)
{
	if (n >= size || memchr(s, '\0', n) != NULL)
		return false;
	memcpy(to, s, n);
	to[n] = '\0';
	return true;
}

static void
refuse(struct session *s, const char *user)
{
	log_line("login failed: user %s from %s", user, peer_name(&s->peer));
	if (++s->failures >= TRIES)
		session_bye(s, "Too many wrong logins");
	reply_no(s, "[AUTHENTICATIONFAILED] Wrong user or password");
}

static void
login(struct session *s, const struct text *user, const struct text *password)
{
	char name[LOGIN_USER_MAX + 1], secret[LOGIN_PASSWORD_MAX + 1];
	struct login l = { "imapd", name, secret, s->tag, s->peer.ip };
	enum login_answer answer = LOGIN_NO;

	if (copy(name, sizeof name, user->s, user->n) &&
	    copy(secret, sizeof secret, password->s, password->n))
		answer = login_start(&l, s->in.fd);
	else
		name[0] = '\0';
	explicit_bzero(secret, sizeof secret);
	if (answer == LOGIN_YES)
		s->over = true;		/* the client is another's now */
	else if (answer == LOGIN_LATER)
		reply_no(s, "[UNAVAILABLE] Cannot check that, "
		    "try again later");
	else
		refuse(s, name);
}

void
cmd_login(struct session *s)
{
	struct reader *r = &s->reader;
	struct text user, password;

	if (reader_space(r) && reader_astring(r, &user) && reader_space(r) &&
	    reader_astring(r, &password) && reader_end(r))
		login(s, &user, &password);
}

/* RFC 4616: authorization, user and password with NULs between. */
static void
plain(struct session *s, const struct text *response)
{
	char text[READER_LOGIN_SIZE];
	struct text act_as = { text, 0 }, user, password;
	const char *end;
	ssize_t n;

	n = base64_decode(response->s, response->n, text);
	if (n == -1) {
		reply_bad(s, "Invalid base64");
		return;
	}
	end = text + n;
	act_as.n = strnlen(text, (size_t)n);
	user.s = act_as.s + act_as.n + 1;
	if (user.s > end) {
		reply_bad(s, "Invalid response");
		return;
	}
	user.n = strnlen(user.s, (size_t)(end - user.s));
	password.s = user.s + user.n + 1;
	if (password.s > end) {
		reply_bad(s, "Invalid response");
		return;
	}
	password.n = (size_t)(end - password.s);
	if (act_as.n > 0 && (act_as.n != user.n ||
	    memcmp(act_as.s, user.s, user.n) != 0))
		reply_no(s, "[AUTHORIZATIONFAILED] Not as another user");
	else
		login(s, &user, &password);
	explicit_bzero(text, sizeof text);
}

void
cmd_authenticate(struct session *s)
{
	struct reader *r = &s->reader;
	struct text mechanism, response = { NULL, 0 };
	bool initial;

	if (!reader_space(r) || !reader_atom(r, &mechanism))
		return;
	initial = reader_try(r, ' ');
	if (initial && !reader_astring(r, &response))
		return;
	if (!reader_end(r))
		return;
	if (!text_is(&mechanism, "PLAIN")) {
		reply_no(s, "[CANNOT] No such mechanism");
		return;
	}
	if (!initial && !reader_continue(r, "+ ", &response))
		return;
	if (text_is(&response, "*"))
		reply_bad(s, "Authentication cancelled");
	else if (text_is(&response, "="))
		reply_bad(s, "Invalid response");
	else
		plain(s, &response);
}
