/*
 * look.h - which files a mailbox has: the scan of new/ and cur/
 *
 * Inside the mail store only; others call mailbox_sync() (mailbox.h).
 */
#ifndef LABNET_MAIL_LOOK_H
#define LABNET_MAIL_LOOK_H

#include <stdbool.h>
#include <stddef.h>

#include "mail/mailbox.h"

/* When new/ and cur/ last changed. */
int	look_times(const struct mailbox *, struct timespec *new,
	    struct timespec *cur);

/* May a scan find anything new?  Two stats. */
bool	look_changed(struct mailbox *);

/*
 * The same, and the times that the mailbox has noted are so old that whoever
 * finds them unchanged later knows that nothing happened.
 */
bool	look_at_rest(struct mailbox *);

/* Have a watch, if it is allowed and possible. */
void	look_watch(struct mailbox *);

/*
 * In front of a change of our own, and behind it: where the folder can be
 * watched no scan will be needed for it.  in_new: the file was in new/; new
 * NULL: it was removed.
 */
void	look_before(struct mailbox *);
void	look_after(struct mailbox *, bool in_new, const char *old,
	    const char *new);

/*
 * Scan until nothing is missing or what is missing is certainly not there.
 * `seen` is 0 then in messages without a file; files that are not known are
 * added at the end with UID 0; of the first `old` messages those whose flags
 * differ get MSG_CHANGED.
 */
int	look_around(struct mailbox *, size_t old);

/*
 * The file of m is not where it was: look for its base.  0 if it was found;
 * else it is MSG_GONE now: -1 with ENOENT.  The names of all other messages
 * are seen to as well (marked if they are gone), but none is added.
 */
int	look_again(struct mailbox *, struct mail *m);

/* Take over the name that m has now, be it of the usual form or not. */
int	look_rename(struct mailbox *, struct mail *, const char *name,
	    const struct maildir_name *, bool in_new);

/* Mark it MSG_GONE, and count it once. */
void	look_gone(struct mailbox *, struct mail *);

#endif
