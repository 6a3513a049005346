/*
 * mimetype.h - Content-Type, Content-Disposition: a value and parameters
 *
 * RFC 2045 5.1, RFC 2183, RFC 2231 3 (continuations are joined; charsets and
 * %HH stay as they are, as IMAP wants it: RFC 2231 6).  A missing or broken
 * Content-Type is text/plain in us-ascii, or message/rfc822 in a digest.
 */
#ifndef LABNET_MAIL_MIMETYPE_H
#define LABNET_MAIL_MIMETYPE_H

#include <stdbool.h>
#include <stddef.h>

#include "mail/token.h"

enum {
	MIME_BOUNDARY_MAX = 200,	/* RFC 2046 5.1.1 allows 70 */
	MIME_NAME_MAX = 78		/* of a parameter; longer: left out */
};

struct mime_type {
	const char	*type, *subtype;
	size_t		 type_len, subtype_len;
	bool		 is_default;	/* none was given */
	bool		 is_multipart, is_message, is_text, is_digest;
	struct lexer	 params;	/* behind the subtype */
};

/* From the header [at, end). */
void	mime_type_of(struct mime_type *, const char *at, const char *end,
	    bool in_digest);

struct mime_param {
	char	 name[MIME_NAME_MAX + 1];
	char	*value;		/* not closed by a NUL */
	size_t	 len;
};

/*
 * The next parameter of l; p->value points into room, which has as many
 * octets as l has left.  False: no more.
 */
bool	mime_param_next(struct lexer *l, struct mime_param *p, char *room);

/*
 * The value of a parameter into to; 0 if there is none or it is longer than
 * size.
 */
size_t	mime_param(const struct lexer *, const char *name, char *to,
	    size_t size);

/* The boundary, at most MIME_BOUNDARY_MAX octets; 0: none. */
size_t	mime_boundary(const struct mime_type *, char *to);

#endif
