/*
 * watch.h - what others do in a folder, told by inotify(7)
 *
 * Inside the mail store only.  The times of a directory are too coarse to
 * tell whether, beside the files that we renamed ourselves, others have
 * changed as well; the kernel's list of events does.  Each event has a number
 * made of its kind and name: those of ours are added up, those that come are
 * taken off again, so nothing is left if all were ours.
 *
 * Events of other machines, on a file system of the network, do not come:
 * who watches looks at the times as well.
 */
#ifndef LABNET_MAIL_WATCH_H
#define LABNET_MAIL_WATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "mail/maildir.h"

struct watch {
	int		 fd;		/* readable on an event; -1: none */
	int		 cur, new;	/* as inotify calls the directories */
	uint64_t	 sum;		/* what is left, see above */
	unsigned	 ours;		/* events since the last look */
	bool		 lost;		/* some did not fit, or it ended */
};

/*
 * Watch the folder's cur/ and new/, whose names are path/folder/cur and
 * path/folder/new.  A process watches one folder at a time.  False if that is
 * not possible, these are not the ones that are open, or somebody is at them
 * right now.
 */
bool	watch_open(struct watch *, const struct maildir_dirs *,
	    const char *path, const char *folder);
void	watch_close(struct watch *);

/* We renamed a file to new in cur/, or removed it. */
void	watch_renamed(struct watch *, bool in_new, const char *old,
	    const char *new);
void	watch_removed(struct watch *, bool in_new, const char *name);

/*
 * Did others do something?  False: since the last time, or watch_open(), all
 * was ours.  If events were lost: true, and the watch is closed.
 */
bool	watch_disturbed(struct watch *);

#endif
