/* deliver.h - the parts of deliver */

#ifndef LABNET_DELIVER_H
#define LABNET_DELIVER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "io/buf.h"
#include "mail/account.h"
#include "mail/delivery.h"
#include "mail/maildir.h"
#include "mail/path.h"
#include "mail/settings.h"

/* One mailbox that the message goes to. */
struct place {
	char	user[ACCOUNT_NAME_MAX + 1];
	uid_t	uid;
	gid_t	gid;
	char	to[PATH_TEXT_SIZE];	/* the recipient as the client said */
	struct maildir_dirs dirs;
	int	file;			/* in tmp/, or -1 */
	char	name[MAILDIR_NAME_SIZE];
	size_t	header_lines;
};

/* Where all recipients of other sites go together: the queue. */
struct remote {
	struct buf	paths;		/* the recipients, NUL-ended each */
	struct buf	aliases;	/* the names here that led to them */
	size_t		n;
	int		file;		/* in tmp, or -1 */
	int		tmp, new;	/* the folders, or -1 */
	char		name[MAILDIR_NAME_SIZE];
};

/* The one message that is under way. */
struct message {
	char		from[PATH_TEXT_SIZE];
	bool		begun;		/* there was a FROM */
	bool		may_relay;	/* to other sites, for this client */
	bool		lent;		/* the places' files are open */
	size_t		n;
	struct place	places[DELIVERY_PLACES_MAX - 1];
	struct remote	remote;		/* one place more, if n is not 0 */
};

/*
 * Add the mailboxes of one recipient to the message.  The reply to RCPT is
 * returned, a literal; on anything but 250 nothing has been added.
 */
const char *recipient_add(struct message *, const struct mail_settings *,
    const char *to);

/*
 * Make the place's file in tmp/, as its user, with the trace header of RFC
 * 5321 4.4 in it.  0, or -1 with errno set.
 */
int	place_open(struct place *, const char *from);
/*
 * Make it durable in new/: sync the file, link it, sync the directory.  0, or
 * -1 with errno set; if only the last sync failed new/ keeps it, since twice
 * is better than never.
 */
int	place_commit(struct place *, size_t lines);
/* Forget the place; what is in tmp/ is removed. */
void	place_drop(struct place *);

/*
 * The same for the recipients of other sites.  An envelope is written in
 * front of the message; nothing is added to it but a Delivered-To for each
 * alias that led away from here.  remote_drop() may be called at any time.
 */
int	remote_open(struct remote *, const char *from);
int	remote_commit(struct remote *);
void	remote_drop(struct remote *);

#endif
