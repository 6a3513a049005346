/* sendmail.h - the message between standard input and the mail server */

#ifndef LABNET_SENDMAIL_H
#define LABNET_SENDMAIL_H

#include <stdbool.h>
#include <stddef.h>

#include "io/buf.h"
#include "mail/parameter.h"
#include "mail/path.h"

enum { MESSAGE_MAX = 64 << 20 };	/* octets of standard input */

struct letter {
	char		 host[PATH_DOMAIN_MAX + 1];
	char		 sender[PATH_TEXT_SIZE];	/* "": null path */
	const char	*name;		/* of the sender, or NULL */
	struct buf	 to;		/* recipients, NUL-ended each */
	bool		 utf8_address;	/* one of them, or the sender */
	struct mail_parameters with;	/* -R, -V, and what the text needs */
	struct rcpt_parameters each;	/* -N */
	struct buf	 header;	/* with the empty line behind it */
	const char	*body;		/* part of the text that was given */
	size_t		 body_len;
};

/* --- letter.c: the header ------------------------------------------------ */

/*
 * Add a recipient, or several as a header field has them: with names and
 * commas.  Ends the program if it is no address.
 */
void	letter_add(struct letter *, const char *address);

/*
 * Cut the text, closed by a NUL, into header and body.  Missing fields are
 * added (Date, From, Message-ID), Bcc goes; with from_header the addresses of
 * To, Cc and Bcc are recipients too.  Ends the program if memory lacks.
 */
void	letter_make(struct letter *, const char *text, size_t len,
	    bool from_header);

/* --- submit.c: the server at "address", "address:port", "[address]:port" -- */

/* Send it.  Ends the program if anything is refused. */
void	submit_message(struct letter *, const char *server);

/* Ask for each recipient, and print the reply; the exit status. */
int	submit_verify(struct letter *, const char *server);

/* Join standard input and output to the server; the exit status. */
int	submit_session(const char *server);

#endif
