/*
 * login.c - LOGIN, AUTHENTICATE and STARTTLS (RFC 3501 6.2, RFC 4959)
 *
 * The login half takes no octet behind a command, so when authd has said yes
 * the client's next command still waits in the socket for the session half,
 * which also gives the positive reply.
 */

#include <string.h>

#include "imapd.h"
#include "io/log.h"
#include "io/login.h"
#include "mail/sasl.h"

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
		answer = login_start(&l, s->in.fd, s->out.fd);
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

/* RFC 3501 6.2.3, RFC 5530: before the password is on its way, if it can be. */
static bool
is_private(struct session *s)
{
	if (!s->may_login)
		reply_no(s, "[PRIVACYREQUIRED] No passwords in clear: use TLS");
	return s->may_login;
}

void
cmd_login(struct session *s)
{
	struct reader *r = &s->reader;
	struct text user, password;

	if (reader_space(r) && reader_astring(r, &user) && reader_space(r) &&
	    reader_astring(r, &password) && reader_end(r) && is_private(s))
		login(s, &user, &password);
}

/* The words for an exchange that came to nothing. */
static void
tell(struct session *s, enum sasl_end how)
{
	switch (how) {
	case SASL_MECHANISM:
		reply_no(s, "[CANNOT] No such mechanism");
		break;
	case SASL_CANCELLED:
		reply_bad(s, "Authentication cancelled");
		break;
	case SASL_BASE64:
		reply_bad(s, "Invalid base64");
		break;
	case SASL_FORM:
		reply_bad(s, "Invalid response");
		break;
	case SASL_LONG:
		reply_bad(s, "Response too long");
		break;
	case SASL_IDENTITY:
		reply_no(s, "[AUTHORIZATIONFAILED] Not as another user");
		break;
	case SASL_OK:
	case SASL_GONE:
		s->over = true;
		break;
	}
}

/* The lines of an exchange are no part of a command, so no reader's. */
static void
exchange(struct session *s, const struct text *mechanism, const char *initial)
{
	static struct sasl sasl;	/* large */
	char name[32];
	struct text user, password;
	enum sasl_end how = SASL_MECHANISM;

	if (copy(name, sizeof name, mechanism->s, mechanism->n))
		how = sasl_read(&sasl, name, initial, &s->in, &s->out, "+ ");
	if (how != SASL_OK) {
		tell(s, how);
	} else {
		user = (struct text){ sasl.user, strlen(sasl.user) };
		password = (struct text){ sasl.password,
		    strlen(sasl.password) };
		login(s, &user, &password);
	}
	sasl_forget(&sasl);
}

void
cmd_authenticate(struct session *s)
{
	struct reader *r = &s->reader;
	struct text mechanism, response = { NULL, 0 };
	char initial[READER_LOGIN_SIZE];
	bool has_initial;

	if (!reader_space(r) || !reader_atom(r, &mechanism))
		return;
	has_initial = reader_try(r, ' ');
	if (has_initial && !reader_astring(r, &response))
		return;
	if (!reader_end(r) || !is_private(s))
		return;
	if (has_initial && !copy(initial, sizeof initial, response.s,
	    response.n))
		tell(s, SASL_LONG);
	else
		exchange(s, &mechanism, has_initial ? initial : NULL);
	explicit_bzero(initial, sizeof initial);
}

/* RFC 3501 6.2.1.  The tagged OK is the last that goes out in clear. */
void
cmd_starttls(struct session *s)
{
	if (!reader_end(&s->reader))
		return;
	if (!tls_is_offered(&s->tls)) {
		reply_bad(s, s->tls.active ? "TLS is on already" :
		    "There is no TLS here");
		return;
	}
	output_format(&s->out, "%s OK Begin TLS\r\n", s->tag);
	s->may_login = tls_start(&s->tls, &s->in, &s->out) == 0;
	if (!s->may_login) {
		log_errno("TLS");
		s->over = true;
	}
	s->result = RESULT_SENT;
}
