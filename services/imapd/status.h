/*
 * status.h - the items of STATUS
 */
#ifndef LABNET_IMAPD_STATUS_H
#define LABNET_IMAPD_STATUS_H

#include "imapd.h"

enum status_item { MESSAGES = 1, RECENT = 2, UIDNEXT = 4, UIDVALIDITY = 8,
    UNSEEN = 16, DELETED = 32, SIZE = 64, MAILBOXID = 128,
    APPENDLIMIT = 256, DELETED_STORAGE = 512, HIGHESTMODSEQ = 1024 };

/* * STATUS with these items; those of mailbox_status() are known already. */
void	status_write(struct session *, const char *name, unsigned items,
	    const struct mailbox_status *);

#endif
