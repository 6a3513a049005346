/*
 * objectid.h - names that stay (RFC 8474)
 *
 * A mailbox is called by the id in its UID list, which goes with it when it
 * is renamed.  A message is called by the digest of its octets, so a copy is
 * called the same; its thread by the first message that it refers to, or by
 * itself, which is the same in all mailboxes and needs no other message.
 */
#ifndef LABNET_IMAPD_OBJECTID_H
#define LABNET_IMAPD_OBJECTID_H

#include "io/buf.h"
#include "imapd.h"

enum { OBJECTID_SIZE = 48 };

/* Of a list that has been read; of a mailbox by name: 0, or -1 with errno. */
void	objectid_mailbox(char id[OBJECTID_SIZE], const struct uidlist *);
int	objectid_named(char id[OBJECTID_SIZE], int root, const char *name);
/* Of the text of a message, in parentheses. */
int	objectid_render(struct buf *, const char *text, size_t);
/*
 * The same of a message of the selected mailbox, from its cache or its text;
 * good until the next command or call.  0, or -1 with errno set.
 */
int	objectid_get(struct session *, struct mail *, struct text *);
/* Of its thread, without parentheses.  0, or -1 with errno set. */
int	objectid_thread(struct session *, struct mail *,
	    char id[OBJECTID_SIZE]);

#endif
