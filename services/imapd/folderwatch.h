/*
 * folderwatch.h - events in many folders of a maildir, by inotify(7)
 *
 * Of a folder: that a file came, went or was renamed in cur/ or new/.  Of the
 * maildir: that a folder did, or that the file `subscriptions` was replaced.
 */
#ifndef LABNET_IMAPD_FOLDERWATCH_H
#define LABNET_IMAPD_FOLDERWATCH_H

#include <stdbool.h>

struct folderwatch {
	int	fd;		/* readable on an event; -1: closed */
	int	root;		/* these are numbers of inotify's */
};

struct folderwatch_dirs {
	int	cur, new;	/* likewise; -1: not watched */
};

/* Watch the maildir at path.  0, or -1 with errno set. */
int	folderwatch_open(struct folderwatch *, const char *path);
void	folderwatch_close(struct folderwatch *);

/* Watch cur/ and new/ of path/dir.  0, or -1 with errno set: none is. */
int	folderwatch_add(struct folderwatch *, const char *path,
	    const char *dir, struct folderwatch_dirs *);
void	folderwatch_drop(struct folderwatch *, struct folderwatch_dirs *);

/* What happened. */
enum folderwatch_event {
	FOLDERWATCH_NONE,		/* nothing more */
	FOLDERWATCH_MAIL,		/* something in dir */
	FOLDERWATCH_CAME,		/* a folder is there, called name */
	FOLDERWATCH_NAMES,		/* a folder went, or subscriptions */
	FOLDERWATCH_LOST		/* perhaps everything */
};

struct folderwatch_news {
	int		 dir;		/* one of those that were added */
	const char	*name;		/* good until the next call */
	const char	*from;		/* what it was called; "": nothing */
};
enum folderwatch_event folderwatch_next(struct folderwatch *,
	    struct folderwatch_news *);

#endif
