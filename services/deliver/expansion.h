/*
 * expansion.h - one recipient on its way to the places that stand for it
 *
 * recipient.c follows its aliases to mailboxes; queued.c keeps what goes into
 * the queue: addresses of other sites, and what the sender is to be told.
 */
#ifndef LABNET_EXPANSION_H
#define LABNET_EXPANSION_H

#include "deliver.h"

struct expansion {
	struct message			*m;	/* NULL: tell whether ... */
	const struct mail_settings	*s;
	const char			*to;	/* as the client said */
	struct rcpt_parameters		 with;
	size_t				 found;	/* addresses that it led to */
	const char			*missed; /* why one was left out */
	size_t				 names;	/* a .forward has led to */
	const char			*whose;	/* ... it is this user's ... */
	bool				 owned;	/* ... and it is */
};

/* Replies that are compared by their address. */
extern const char expansion_ok[], expansion_later[], expansion_many[];

/* An address of another site; alias says that a name here led to it. */
const char *queued_remote(struct expansion *, const char *to, bool alias);

/*
 * A mailbox of an alias refuses the message, by what is in its user's own
 * hands: the others get theirs, and the sender hears of him alone.
 */
const char *queued_missed(struct expansion *, const char *user,
	    const char *why);

/*
 * RFC 3461 5.2.7: the sender who asked for it hears of the mailbox, or that
 * the message went to several; then not of each of them, which are those of
 * the queue from remotes on.
 */
const char *queued_report(struct expansion *, size_t remotes);

#endif
