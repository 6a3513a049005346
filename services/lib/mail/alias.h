/*
 * alias.h - etc/aliases: mail for one name goes to others
 *
 *	name: target, target ...
 *
 * A line that starts with white space goes on with the one before; a line
 * whose first other octet is # is a comment.  Names match without regard to
 * case.  A name is a local part, or an address in full, or @domain for what
 * else there is in a domain.
 */
#ifndef LABNET_MAIL_ALIAS_H
#define LABNET_MAIL_ALIAS_H

#include "io/buf.h"

#define ALIAS_FILE	"etc/aliases"

enum {
	ALIAS_LINE_MAX = 2048,		/* octets of a line, with its LF */
	ALIAS_TARGETS_MAX = 65536	/* octets of one name's targets */
};

/* A target `:include:NAME' stands for the lines of the file NAME in it. */
#define ALIAS_LISTS	"etc/lists"

/*
 * Open the file that alias_find() reads from then on, before the sandbox is
 * entered: none opens what has been put in its place meanwhile.  0, also if
 * there is none; -1 with errno set, and logged.
 */
int	alias_open(void);

/*
 * The targets of the first of n names that is an alias, in the order of the
 * names, each closed by a NUL octet, into targets (which the caller frees).
 * The file is read anew each time.
 * Returns which name it was, from 1; or 0 if none is (or there is no file);
 * or -1 with errno set: so for an entry of which a line is wrong, or that has
 * no target (EIO).  Wrong lines are logged as "etc/aliases:line: what".
 */
int	alias_find(const char *const names[], size_t n, struct buf *targets);

#endif
