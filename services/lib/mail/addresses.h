/*
 * addresses.h - the addresses of a From, To or like field, one by one
 *
 * RFC 5322 3.4 with its obsolete forms (4.4), as RFC 3501's ENVELOPE wants
 * it: names with the quoting taken off, encoded words as they are, a comment
 * as the name where there is no other, group beginnings and ends as rows of
 * their own.  Anything at all gives some row: a word without @ is an address
 * without a domain.
 */
#ifndef LABNET_MAIL_ADDRESSES_H
#define LABNET_MAIL_ADDRESSES_H

#include <stdbool.h>
#include <stddef.h>

#include "mail/header.h"
#include "mail/text.h"
#include "mail/token.h"

struct address {
	enum { ADDRESS_BOX, ADDRESS_GROUP, ADDRESS_GROUP_END } kind;
	struct text	 name;		/* of a group too */
	struct text	 route;		/* "@a,@b" */
	struct text	 local, domain;
};

struct addresses {
	struct lexer	 lex;
	char		*room;		/* where the texts are put together */
	size_t		 used;
	bool		 in_group;
	char		 small[512];	/* room enough for most fields */
};

/* Start on a field.  0, or -1 if there is no memory; then addresses_end(). */
int	addresses_start(struct addresses *, const struct field *);
void	addresses_end(struct addresses *);

/* The next one, its texts good until the next call.  False: no more. */
bool	addresses_next(struct addresses *, struct address *);

#endif
