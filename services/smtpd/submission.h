/*
 * submission.h - what a submission server does to a message: RFC 6409 8
 *
 * Called by the name submissiond, smtpd takes mail only from accounts, and
 * mends what their programs left out: Date, Message-ID and From are added,
 * Bcc is removed, addresses without a domain get our own.
 */
#ifndef LABNET_SUBMISSION_H
#define LABNET_SUBMISSION_H

#include <stdbool.h>
#include <stddef.h>

#include "io/buf.h"

struct session;

enum { SUBMISSION_FIELD_MAX = 65536 };	/* octets of an address field */

struct submission {
	struct buf	 field;		/* the address field under way */
	bool		 holds;		/* there is one */
	bool		 date, id, from;	/* were in the header */
	bool		 foreign;	/* an address in From is not the
					   account's */
	bool		 later;		/* no memory, or nobody to say whose
					   From is */
	bool		 failed;	/* a field too long */
};

/* What is to be done with a header field. */
enum submission_fate { FIELD_PASS, FIELD_DROP, FIELD_HOLD };

void	submission_begin(struct submission *);
/* The start of a field's first line, its name and colon in it. */
enum submission_fate submission_name(struct submission *, const char *,
	    size_t);
/* More of a field that is held, line ends as LF. */
void	submission_hold(struct submission *, const char *, size_t);
/* It is whole: complete it, and see whose it is.  The text is in field. */
void	submission_field(struct submission *, struct session *);
/* The fields that the header lacks, into field. */
void	submission_missing(struct submission *, struct session *);

/*
 * Copy a field of addresses and give each that has no domain that one, local
 * names of groups aside.  0, or -1 with errno set.
 */
int	submission_complete(struct buf *to, const char *field, size_t len,
	    const char *domain);

#endif
