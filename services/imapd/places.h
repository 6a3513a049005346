/*
 * places.h - the mailboxes around the selected one, watched for NOTIFY
 *
 * The folders that events are wanted of are watched by inotify(7), and the
 * maildir for folders that come, go and change their names.  What happens in
 * a folder is told by a * STATUS if its figures differ from those told last;
 * to its name or subscription, by a * LIST.  Where the system has no more
 * watches to give, all of them are looked at now and then.  Events of other
 * machines, on a file system of the network, are not seen.
 */
#ifndef LABNET_IMAPD_PLACES_H
#define LABNET_IMAPD_PLACES_H

#include "imapd.h"

enum {
	PLACES_MAX = 1000,	/* folders that are watched at once */
	PLACES_DELAY_MS = 100,	/* what happens within is told together */
	PLACES_LOOK_MS = 2000	/* between looks without inotify */
};

/*
 * Watch what notify_events() wants; status: a * STATUS of each at once.  0,
 * or -1: there are too many, or the system cannot.
 */
int	places_start(struct session *, bool status);
void	places_end(void);

/* A descriptor that is readable when something happens; -1: none is. */
int	places_fd(void);

/*
 * Take note of what happened: milliseconds till it should be told, or till
 * this should be asked again, 0: now; -1: there is nothing.
 */
int	places_due(void);
/* Tell it.  0, or -1: what should be watched cannot be. */
int	places_look(struct session *);

/*
 * The client itself made, removed, renamed or subscribed to these folders (b
 * may be NULL), put messages into one, given by its directory, or left the
 * selected one: it need not be told.  places_renamed() fails as
 * places_look() does.
 */
int	places_renamed(struct session *, const char *a, const char *b);
void	places_ours(const char *dir, const uint32_t *uids, size_t n);
void	places_left(struct session *);

#endif
