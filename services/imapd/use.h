/*
 * use.h - what a mailbox is used for (RFC 6154)
 *
 * The uses that a client gave a mailbox when it made it stand in the file
 * labnet.use in the mailbox's folder, so they go with it when it is renamed
 * and are gone when it is deleted.  A mailbox without that file is used for
 * what its name says, if it is Archive, Drafts, Junk, Sent or Trash.
 */
#ifndef LABNET_IMAPD_USE_H
#define LABNET_IMAPD_USE_H

#include "mail/text.h"

enum use { USE_ARCHIVE = 1, USE_DRAFTS = 2, USE_JUNK = 4, USE_SENT = 8,
    USE_TRASH = 16 };

/* The bit of an attribute such as \Sent; 0 if there is none such here. */
unsigned	use_named(const struct text *);

/* The attribute of the lowest bit, which is cleared; NULL: no more. */
const char	*use_next(unsigned *uses);

unsigned	use_get(int root, const char *name);

/* Of a mailbox that exists.  0, or -1 with errno set. */
int		use_set(int root, const char *name, unsigned uses);

#endif
