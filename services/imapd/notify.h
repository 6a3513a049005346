/*
 * notify.h - what a client wants to hear of, whenever it happens (RFC 5465)
 *
 * Until the first NOTIFY a client hears of its mailbox while a command runs,
 * and of nothing else.  NOTIFY SET says which events of which mailboxes it
 * wants to hear of, between commands as well; what it does not name it does
 * not hear of.  So a mailbox that is selected may have been left out: then it
 * is shown as it was, but for what the client itself removes.
 */
#ifndef LABNET_IMAPD_NOTIFY_H
#define LABNET_IMAPD_NOTIFY_H

#include "imapd.h"

enum { EVENT_NEW = 1, EVENT_EXPUNGE = 2, EVENT_FLAGS = 4, EVENT_NAME = 8,
    EVENT_SUBSCRIPTION = 16 };

/* Of any mailbox but the selected one: EVENT_ bits. */
unsigned notify_events(const char *name, bool subscribed);

/* The selected mailbox has messages from that number (less 1) on. */
void	notify_new(struct session *, size_t from);

/* Tell what is due of the other mailboxes. */
void	notify_tell(struct session *);

/*
 * The client itself made, removed, renamed or subscribed to these (b may be
 * NULL).
 */
void	notify_renamed(struct session *, const char *a, const char *b);

/*
 * We have put n messages into a mailbox: what is told of a change is told of
 * those of others.
 */
void	notify_ours(struct session *, const struct mailbox *,
	    const uint32_t *uids, size_t n);

/* The session is over. */
void	notify_end(struct session *);

#endif
