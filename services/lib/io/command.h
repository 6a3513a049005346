/*
 * command.h - the table that is the protocol
 *
 * Each service has one const table: which verbs exist, in which states each
 * is legal, whether it takes an argument.  All three are settled here, so a
 * handler repeats no check; HELP, CAPA and FEAT are made from the same rows.
 */
#ifndef LABNET_IO_COMMAND_H
#define LABNET_IO_COMMAND_H

#include <stdbool.h>

struct session;		/* each service defines its own */

struct command {
	const char	*verb;		/* NULL closes the table */
	unsigned	 when;		/* the states in which it is legal */
	enum { ARG_NONE, ARG_MAY, ARG_MUST } arg;
	/* Replies once and moves the state; arg is "" where there is none. */
	void		(*run)(struct session *, char *arg);
	const char	*help;		/* the argument's syntax, for HELP */
	bool		 secret;	/* the argument must never be logged */
};

/* What can be wrong with a command line before its handler sees it. */
enum refusal { REFUSE_UNKNOWN, REFUSE_STATE, REFUSE_ARG_MISSING,
    REFUSE_ARG_EXTRA };

/*
 * The row of the verb that starts line, or NULL.  The line is cut in two at
 * its first space: *arg is what follows, "" if nothing does.
 */
const struct command *command_find(const struct command *table, char *line,
    char **arg);

/*
 * Run one line in the given state: the handler, or refuse(), which each
 * service defines: it answers in the protocol's words.  c is NULL for
 * REFUSE_UNKNOWN.
 */
void	command_run(const struct command *table, struct session *,
	    unsigned state, char *line);
void	command_refuse(struct session *, enum refusal, const struct command *c);

#endif
