/*
 * url.h - an IMAP URL for a message or a part, as CATENATE has them
 *
 * RFC 2192 and RFC 5092, without scheme and server:
 *	/mailbox;UIDVALIDITY=1/;UID=20/;SECTION=1.MIME/;PARTIAL=0.1024
 * Only mailbox, which may be the selected one, and ;UID are needed.
 */
#ifndef LABNET_IMAPD_URL_H
#define LABNET_IMAPD_URL_H

#include <stdbool.h>
#include <stdint.h>

#include "mail/text.h"

enum { URL_PIECE_MAX = 1024 };		/* octets of a name or a section */

struct url {
	char		 mailbox[URL_PIECE_MAX]; /* UTF-8; "": selected */
	char		 section[URL_PIECE_MAX]; /* "": the message */
	uint32_t	 uidvalidity;		/* 0: not said */
	uint32_t	 uid;
	bool		 partial;
	uint64_t	 skip, count;
};

/* False if it is none. */
bool	url_parse(struct url *, const struct text *);

#endif
