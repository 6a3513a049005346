/*
 * index.h - labnet.index: a mailbox as it was when nobody changed it
 *
 * Inside the mail store only.  The file holds what mailbox_sync() would find
 * in the directories, in the UID list and in the names of all files, together
 * with the times of these; while they are still the same nothing need be
 * scanned or parsed.  It is only a copy: whoever cannot read or believe it
 * does without, and it may be deleted at any time.
 */
#ifndef LABNET_MAIL_INDEX_H
#define LABNET_MAIL_INDEX_H

#include <stdbool.h>

#include "mail/mailbox.h"

/*
 * Fill a mailbox that was never synced.  False, with nothing changed, if the
 * file is missing, out of date or damaged.
 */
bool	index_load(struct mailbox *);

/*
 * Write the file if the mailbox is worth it and certainly as it is on the
 * disk.  Not synced, for a checksum tells a torn one, or one of two who wrote
 * at once; never fails.
 */
void	index_save(struct mailbox *);

#endif
