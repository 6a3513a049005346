/*
 * scan.h - the message files of a directory, in one pass
 *
 * No file is opened, and none is looked at if the kernel tells its kind
 * with its name.  Whatever cannot be a message is passed over: names with a
 * leading dot or a control character, and anything but regular files, which
 * is logged.
 */
#ifndef LABNET_MAIL_SCAN_H
#define LABNET_MAIL_SCAN_H

#include "io/entries.h"
#include "mail/maildir.h"

/*
 * The next message of a reading begun: 1, with *name (good until the next
 * call) and its parts; 0 at the end; -1 with errno set.
 */
int	scan_next(struct entries *, const char **name, struct maildir_name *);

/*
 * Remove what has lain in tmp/ unchanged for more than 36 hours: its writer
 * is dead.  Never fails: what cannot be removed stays.
 */
void	scan_clean_tmp(int tmp);

#endif
