/*
 * queue.h - a queued message: one file, the envelope above the message
 *
 * deliver writes it into spool/queue/tmp, and links it into new/ when it is
 * on the disk; relay takes it from there, and nothing else is known of a
 * message than what its file says.  What cannot be read goes to bad/.
 *
 *	labnet-queue 1 -
 *	arrived 000000001795234567
 *	from <alice@crepes.fr>
 *	with RET=HDRS ENVID=QQ314159 BODY=8BITMIME SMTPUTF8
 *	to W- 0003 000000001795238167 <bob@hamburger.edu>
 *		the last reply or error, filled up with blanks
 *		000000001795234570 mail.hamburger.edu (blanks)
 *	with NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;bob@hamburger.edu
 *	(more recipients, three or four lines each)
 *	(an empty line)
 *	(the message, line ends as LF)
 *
 * The hyphen of the first line is H while the message is held.  The lines of
 * `with' are what the client asked for (parameter.h), and are there only if
 * it asked: a message or recipient without has nothing there.  Behind `to'
 * stand the recipient's state, D if the sender has been told of the delay,
 * the attempts so far, and the time before which there is no other; below the
 * last reply the time of the last attempt, and the server whose reply it is,
 * if it is a server's.  Files of older versions lack that third line, and go
 * on without it.  Times are seconds of the epoch.  All that changes has its
 * place and its width:
 * it is changed where it stands by one write(2), so two who deal with two
 * recipients do not disturb each other, and a crash leaves the old or the
 * new.
 *
 * Locks: who sends holds flock(2) shared on the file, who removes it or
 * changes it by hand exclusive.
 */
#ifndef LABNET_MAIL_QUEUE_H
#define LABNET_MAIL_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "io/buf.h"
#include "mail/parameter.h"
#include "mail/path.h"

#define QUEUE_DIR	"spool/queue"
#define QUEUE_NEW	"spool/queue/new"
#define QUEUE_TMP	"spool/queue/tmp"
#define QUEUE_BAD	"spool/queue/bad"
/* relay listens here: see queue_wake(). */
#define QUEUE_SOCKET	"spool/run/relay"

enum {
	QUEUE_RECIPIENTS_MAX = 250,
	QUEUE_REASON_MAX = 200,		/* octets kept of a reply */
	QUEUE_SERVER_MAX = 255,		/* of a server's name */
	QUEUE_ENVELOPE_MAX = 512 * 1024	/* octets above the message */
};

/* All but the first and the last: the sender is to be told, and then D. */
enum queue_state {
	QUEUE_WAITING = 'W',
	QUEUE_FAILED = 'F',	/* for good */
	QUEUE_RELAYED = 'R',	/* a server has it that sends no reports */
	QUEUE_DELIVERED = 'L',	/* it is in a mailbox here */
	QUEUE_EXPANDED = 'E',	/* it has gone on to several addresses */
	QUEUE_DONE = 'D'
};

struct queue_recipient {
	char		state;			/* one of enum queue_state */
	bool		warned;
	unsigned	attempts;
	int64_t		next;
	char		path[PATH_TEXT_SIZE];
	char		reason[QUEUE_REASON_MAX + 1];
	int64_t		tried;			/* 0: not yet */
	char		server[QUEUE_SERVER_MAX + 1];	/* "": no reply */
	struct rcpt_parameters with;
	bool		old;			/* no place for the last two */
	off_t		at;			/* its place in the file */
};

struct queue_message {
	bool		held;
	int64_t		arrived;
	char		from[PATH_TEXT_SIZE];	/* "" for the null path */
	struct mail_parameters with;
	size_t		n;
	struct queue_recipient to[QUEUE_RECIPIENTS_MAX];
	off_t		body;			/* where the message starts */
};

/*
 * Write the envelope of a new message into a buffer: its head, each recipient
 * (all but `at' of it counts), and the end.  0, or -1 with errno set.
 */
int	queue_begin(struct buf *, int64_t arrived, const char *from,
	    const struct mail_parameters *);
int	queue_add(struct buf *, const struct queue_recipient *);
int	queue_end(struct buf *);

/* Understand an envelope.  False if it is none, or is cut short. */
bool	queue_parse(struct queue_message *, const char *text, size_t len);

/* Read it from an open file.  0, or -1 with errno set: EBADMSG as above. */
int	queue_read(struct queue_message *, int fd);

/* Write down what has become of a recipient.  0, or -1 with errno set. */
int	queue_mark(int fd, const struct queue_recipient *);

/* Hold a message, or let it go.  0, or -1 with errno set. */
int	queue_hold(int fd, bool held);

/* Is nothing left to be done for any recipient? */
bool	queue_is_done(const struct queue_message *);

/* Of a reply or an error what is kept; what is not printable becomes blank. */
void	queue_reason(char reason[QUEUE_REASON_MAX + 1], const char *text);

/*
 * Tell relay that a file is new or changed, or with QUEUE_ALL to look at all
 * of them and try them now.  A relay that is gone is no error: it will look.
 */
#define QUEUE_ALL	"*"
void	queue_wake(const char *name);

#endif
