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
	struct mail_parameters with;	/* -R, -V, and what the text needs */
	struct rcpt_parameters each;	/* -N */
	struct buf	 header;	/* with the empty line behind it */
	const char	*body;		/* part of the text that was given */
	size_t		 body_len;
};

/* Add a recipient; ends the program if it is no address. */
void	letter_add(struct letter *, const char *address);

/*
 * Cut the text, closed by a NUL, into header and body.  Missing fields are
 * added (Date, From, Message-ID), Bcc goes; with from_header the addresses of
 * To, Cc and Bcc are recipients too.  Ends the program if memory lacks.
 */
void	letter_make(struct letter *, const char *text, size_t len,
	    bool from_header);

#endif
