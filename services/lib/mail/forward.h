/*
 * forward.h - a user's .forward: where he wants his mail
 *
 * Addresses with commas or line ends between them; a line whose first octet
 * beside blanks is # is a comment.  The user's own name, or any name behind
 * a backslash, keeps a copy in the mailbox.  Programs, files and includes
 * are refused.
 */
#ifndef LABNET_MAIL_FORWARD_H
#define LABNET_MAIL_FORWARD_H

#include <stdbool.h>
#include <stddef.h>

#include "io/buf.h"

enum {
	FORWARD_MAX = 16384,		/* octets of the file */
	FORWARD_TARGETS_MAX = 100
};

struct forward {
	struct buf	 targets;	/* addresses, NUL-ended each */
	size_t		 n;
	bool		 keep;		/* a copy for the mailbox */
};

/*
 * Understand the file of that user; text is changed.  What is wrong is
 * logged, and then the mailbox keeps a copy too: mail does not get lost by a
 * slip in it.  0, or -1 with errno set if there is no memory.  The caller
 * frees targets.
 */
int	forward_parse(struct forward *, const char *user, char *text,
	    size_t len);

#endif
