/* deliver.h - the parts of deliver */

#ifndef LABNET_DELIVER_H
#define LABNET_DELIVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "io/buf.h"
#include "io/login.h"
#include "mail/account.h"
#include "mail/delivery.h"
#include "mail/forward.h"
#include "mail/maildir.h"
#include "mail/parameter.h"
#include "mail/path.h"
#include "mail/queue.h"
#include "mail/settings.h"

enum {
	RECIPIENTS_MAX = 250,		/* of a message */
	MAILBOXES_MAX = DELIVERY_PLACES_MAX - 1,
	FOLDER_SIZE = PATH_LOCAL_MAX + 2
};

/* One mailbox, or a folder of it, that the message goes to. */
struct place {
	char	user[ACCOUNT_NAME_MAX + 1];
	uid_t	uid;
	gid_t	gid;
	char	folder[FOLDER_SIZE];	/* ".Name", or "." */
	char	to[PATH_TEXT_SIZE];	/* the recipient as the client said */
	bool	counted;		/* the maildir counts: quota.h ... */
	bool	bound;			/* ... and has to be obeyed */
	int	file, tmp, new;		/* the file in tmp/, the folders; -1 */
	char	name[MAILDIR_NAME_SIZE + 64];	/* of the file, in tmp/ ... */
	bool	linked;				/* ... or by now in new/ */
	size_t	header_lines;
	int64_t	size;			/* of the file */
	const char *result;		/* the reply: literal; NULL: good */
};

/* Where all recipients of other sites go together: the queue. */
struct remote {
	size_t		n;
	struct buf	aliases;	/* the names here that led to them */
	int		file;		/* in tmp, or -1 */
	int		tmp, new;	/* the folders, or -1 */
	char		name[MAILDIR_NAME_SIZE];
	const char	*result;	/* as of a place */
	struct queue_recipient to[QUEUE_RECIPIENTS_MAX];
};

/*
 * The one message that is under way.  What is mostly empty stands last: a child
 * pays for each page that it writes to.
 */
struct message {
	char		from[PATH_TEXT_SIZE];
	struct mail_parameters with;
	bool		begun;		/* there was a FROM ... */
	const char	*wrong;		/* ... and this, if anything, with it */
	bool		may_relay;	/* to other sites, for this client */
	int64_t		size;		/* as the client says; 1: it does not */
	bool		lent;		/* the places' files are open */
	size_t		n;		/* of the places */
	size_t		recipients;
	/* Which places stand for a recipient: a bit each, remote's last. */
	uint8_t		uses[RECIPIENTS_MAX][(DELIVERY_PLACES_MAX + 7) / 8];
	struct place	places[MAILBOXES_MAX];
	struct remote	remote;		/* one place more, if n is not 0 */
};

/* Begin with one that is all zero. */
void	message_init(struct message *);

void	message_use(struct message *, size_t recipient, size_t place);
bool	message_uses(const struct message *, size_t recipient, size_t place);

/* Is it a socket that waits for clients, and not one of them? */
bool	is_listening(int);

/*
 * Have a child for each client.  Comes back in the child alone, with the client
 * in the place of the listener.  The next is born when it calls
 * let_others_in(), or ends: not before it is ready, for whoever has come first
 * needs the processor more.
 */
void	wait_for_client(int listener);
void	let_others_in(void);

/*
 * Add the mailboxes of one recipient to the message.  The reply to RCPT is
 * returned, a literal; on anything but 250 nothing has been added.
 */
const char *recipient_add(struct message *, const struct mail_settings *,
    const char *to, const struct rcpt_parameters *);

/*
 * The reply to OWNS: 250 if the address is the user's account or an alias
 * that leads there, 550 if not, or what kept us from knowing.  What the user
 * made of his mailbox does not count.
 */
const char *recipient_owned(const struct mail_settings *,
    const char *address, const char *user);

/*
 * What an account says of mail for it: does its .forward lead elsewhere (the
 * caller frees f->targets), is the folder behind the + of its address there,
 * and can the mailbox take a message of that size?  place has user and ids;
 * detail may be "".  NULL if it can or is to get none, else the reply.
 */
const char *account_look(struct place *, const struct login_account *,
    const char *detail, int64_t size, struct forward *f);

/* Is there room for it?  0, or -1 with errno set: EDQUOT, or never: EFBIG. */
int	mailbox_admit(int box, int64_t size);

/* What errno says to the sender; logged with the name. */
const char *failure(const char *what);

/*
 * Make the place's file in tmp/, as its user, with the trace header of RFC
 * 5321 4.4 in it.  0, or -1 with errno set.
 */
int	place_open(struct place *, const char *from);
/*
 * Three steps make it durable: the text is synced, the file linked into new/
 * under a name that tells its size, and new/ is synced.  0, or -1 with errno
 * set; EDQUOT and EFBIG from the first if the mailbox is bound and has no room
 * for it, now or ever.
 */
int	place_sync(struct place *);
int	place_link(struct place *, size_t lines);
int	place_settle(struct place *);
/* Take it out of new/ again: its client will hear that nobody has it. */
void	place_undo(struct place *);
/* Forget the place; what is in tmp/ is removed. */
void	place_drop(struct place *);

/*
 * The same for the recipients of other sites.  An envelope is written in
 * front of the message; nothing is added to it but a Delivered-To for each
 * alias that led away from here.  remote_drop() may be called at any time.
 * remote_share() comes before all: processes that are born behind it share
 * the syncs of the queue's folder.
 */
int	remote_share(void);
int	remote_open(struct remote *, const char *from,
	    const struct mail_parameters *);
int	remote_sync(struct remote *);
int	remote_link(struct remote *);
int	remote_settle(struct remote *);
void	remote_undo(struct remote *);
void	remote_drop(struct remote *);

/*
 * Open the mailboxes among the places, to have less to do for who asks for
 * them; what cannot be opened yet is left to message_open().
 */
void	message_prepare(struct message *);
/* Open all places, or none: NULL, or the reply. */
const char *message_open(struct message *);
/*
 * Make the message durable in all places.  Unless `each', a place that fails
 * takes it away from the others, too: who is told that it failed will send
 * it to all of them again.  A quota alone is no reason for that: it binds a
 * mailbox only if no other has to go without.  NULL, or the first failure's
 * reply; that of a place is in it.
 */
const char *message_commit(struct message *, size_t lines, bool each);
void	message_drop(struct message *);

#endif
