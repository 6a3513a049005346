/*
 * sasl.h - who a client says it is: SASL PLAIN (RFC 4616) and LOGIN
 *
 * The exchange is the same in SMTP (RFC 4954), POP3 (RFC 5034) and IMAP
 * (RFC 3501 6.2.2, RFC 4959) but for the octets in front of a challenge, so
 * there is one reader for the three.  What is read is neither checked against
 * anything nor logged; the caller asks authd (io/login.h), replies in its
 * protocol's words, and calls sasl_forget().
 */
#ifndef LABNET_MAIL_SASL_H
#define LABNET_MAIL_SASL_H

#include <stddef.h>

#include "io/input.h"
#include "io/output.h"

/* Octets of a line of an exchange and its NUL: RFC 4954 4 wants 12288. */
enum { SASL_LINE_SIZE = 12288 + 1 };

/* What AUTH, CAPA and CAPABILITY tell, in the order of preference. */
extern const char *const sasl_mechanisms[];	/* NULL closes the list */

enum sasl_end {
	SASL_OK,
	SASL_MECHANISM,		/* a mechanism that is not ours */
	SASL_CANCELLED,		/* the client sent `*' */
	SASL_BASE64,		/* a response that is not base64 */
	SASL_FORM,		/* not of the mechanism's parts, or a NUL */
	SASL_IDENTITY,		/* to act as another than who logs in */
	SASL_LONG,		/* a line over SASL_LINE_SIZE; it is gone */
	SASL_GONE		/* the client is gone, or has been silent */
};

struct sasl {
	/* Closed by NUL, in text; both may be empty, or too long for authd,
	   which is for login_start() and login_verify() to refuse. */
	const char	*user;
	const char	*password;
	size_t		 held;		/* octets of text, for sasl_forget() */
	char		 text[2 * SASL_LINE_SIZE];
};

/*
 * Carry out an exchange.  initial is the initial response as the client sent
 * it, `=' for an empty one, or NULL if there was none: then the client is
 * asked, with `prompt' ("334 ", "+ ") in front of each challenge.
 */
enum sasl_end	sasl_read(struct sasl *, const char *mechanism,
		    const char *initial, struct input *, struct output *,
		    const char *prompt);

/* Leave no password in memory. */
void		sasl_forget(struct sasl *);

#endif
