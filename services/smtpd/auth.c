/* auth.c - AUTH and STARTTLS: RFC 4954, RFC 3207 */

#include <stdio.h>
#include <string.h>

#include "io/log.h"
#include "io/login.h"
#include "mail/sasl.h"
#include "smtpd.h"

enum { TRIES = 3 };

static void
refuse(struct session *s, const char *user)
{
	log_line("login failed: user %s from %s", user, peer_name(&s->peer));
	if (++s->failures >= TRIES) {
		reply(s, 421, "4.7.0", "%s too many wrong logins",
		    s->settings.hostname);
		s->state = CLOSED;
		return;
	}
	reply(s, 535, "5.7.8", "Wrong user or password");
}

/* The session stays with us, so authd is asked for a verdict alone. */
static void
verify(struct session *s, const char *user, const char *password)
{
	const struct login l = { "smtpd", user, password, "", s->peer.ip };

	switch (login_verify(&l)) {
	case LOGIN_YES:
		snprintf(s->account, sizeof s->account, "%s", user);
		reply(s, 235, "2.7.0", "Logged in");
		break;
	case LOGIN_NO:
		refuse(s, user);
		break;
	case LOGIN_LATER:
		reply(s, 454, "4.7.0", "Cannot check that, try again later");
		break;
	}
}

/* The words of RFC 4954 4 for an exchange that came to nothing. */
static void
tell(struct session *s, enum sasl_end how)
{
	switch (how) {
	case SASL_MECHANISM:
		reply(s, 504, "5.5.4", "Unknown mechanism");
		break;
	case SASL_CANCELLED:
		reply(s, 501, "5.7.0", "Cancelled");
		break;
	case SASL_BASE64:
		reply(s, 501, "5.5.2", "Not base64");
		break;
	case SASL_LONG:
		reply(s, 500, "5.5.6", "Response too long");
		break;
	case SASL_FORM:
	case SASL_IDENTITY:
		reply(s, 535, "5.7.8", how == SASL_FORM ? "Not a response of "
		    "this mechanism" : "Not as another user");
		break;
	case SASL_OK:
	case SASL_GONE:
		s->state = CLOSED;
		break;
	}
}

/* Nobody can listen, or the admin does not mind. */
static bool
may_login(const struct session *s)
{
	return s->settings.plaintext || tls_is_private(&s->tls, &s->peer);
}

void
cmd_auth(struct session *s, char *arg)
{
	static struct sasl sasl;	/* large */
	char *initial = strchr(arg, ' ');
	enum sasl_end how;

	if (!s->extended || s->account[0] != '\0') {
		reply(s, 503, "5.5.1", s->extended ? "Logged in already" :
		    "EHLO first");
		return;
	}
	if (!may_login(s)) {
		reply(s, 538, "5.7.11", "No passwords in clear: use TLS");
		return;
	}
	if (initial != NULL)
		*initial++ = '\0';
	if (initial != NULL && strchr(initial, ' ') != NULL) {
		reply(s, 501, "5.5.4", "Syntax: AUTH mechanism "
		    "[initial-response]");
		return;
	}
	how = sasl_read(&sasl, arg, initial, &s->in, &s->out, "334 ");
	if (how == SASL_OK)
		verify(s, sasl.user, sasl.password);
	else
		tell(s, how);
	sasl_forget(&sasl);
}

/*
 * RFC 3207 4.2: all that the client said before is forgotten, and so is what
 * it sent behind its command.
 */
void
cmd_starttls(struct session *s, char *arg)
{
	(void)arg;
	if (!tls_is_offered(&s->tls)) {
		reply(s, s->tls.active ? 503 : 502, "5.5.1", s->tls.active ?
		    "TLS is on already" : "There is no TLS here");
		return;
	}
	reply(s, 220, "2.0.0", "Begin TLS");
	if (tls_start(&s->tls, &s->in, &s->out) == -1) {
		log_errno("TLS");
		s->state = CLOSED;
		return;
	}
	s->state = START;
	s->extended = false;
	s->lf_only = true;
	s->client[0] = s->account[0] = '\0';
}

void
auth_capability(struct session *s)
{
	if (tls_is_offered(&s->tls))
		output_text(&s->out, "250-STARTTLS\r\n");
	if (!may_login(s))
		return;
	output_text(&s->out, "250-AUTH");
	for (size_t i = 0; sasl_mechanisms[i] != NULL; i++)
		output_format(&s->out, " %s", sasl_mechanisms[i]);
	output_text(&s->out, "\r\n");
}
