/*
 * arrive.h - inside the mail store: messages put into a folder, all or none
 *
 * One message appears by one link(2).  For several the names are first
 * written to the file labnet.undo, which goes when all are there and have
 * their UIDs.  Whoever next takes the UID lock and finds it knows that its
 * writer died: unless all it names have UIDs, it removes them.
 */
#ifndef LABNET_MAIL_ARRIVE_H
#define LABNET_MAIL_ARRIVE_H

#include "mail/mailbox.h"

struct arrival {
	int		 from;		/* open directory ... */
	char		 source[MAILDIR_NAME_SIZE];	/* ... and name in it */
	char		 name[MAILDIR_NAME_SIZE];	/* that it gets */
	bool		 in_new;	/* in new/, else in cur/ */
	int64_t		 wire;		/* for the list, if name says none */
	uint32_t	 uid;		/* set on success */
};

/*
 * Link n files into the folder and give them UIDs.  The sources stay.  0 when
 * all is on the disk; -1 with errno set and nothing there: ENOENT, EXDEV,
 * EMLINK or EPERM if a source could not be linked; *failed says which, or
 * is n if it was something else.
 */
int	arrive(struct mailbox *to, struct arrival *, size_t n, size_t *failed);

/*
 * With the UID lock held: undo what another left half done.  1 if files were
 * removed, 0 if not, or -1 with errno set.
 */
int	arrive_recover(struct mailbox *);

#endif
