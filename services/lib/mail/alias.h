/*
 * alias.h - etc/aliases: mail for one name goes to others
 *
 *	name: target, target ...
 *
 * A line that starts with white space goes on with the one before; a line
 * whose first other octet is # is a comment.  Names match without regard to
 * case.
 */
#ifndef LABNET_MAIL_ALIAS_H
#define LABNET_MAIL_ALIAS_H

#include "io/buf.h"

#define ALIAS_FILE	"etc/aliases"

enum {
	ALIAS_LINE_MAX = 2048,		/* octets of a line, with its LF */
	ALIAS_TARGETS_MAX = 65536	/* octets of one name's targets */
};

/*
 * The targets of name, each closed by a NUL octet, into targets (which the
 * caller frees).  1, or 0 if there is no such alias (or no file), or -1 with
 * errno set: so for an entry of which a line is wrong, or that has no target
 * (EIO).  Wrong lines are logged as "etc/aliases:line: what".
 */
int	alias_find(const char *name, struct buf *targets);

#endif
