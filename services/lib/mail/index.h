/*
 * index.h - labnet.index: a mailbox as it was when nobody changed it
 *
 * Inside the mail store only.  The file holds what mailbox_sync() would find
 * in the directories, in the UID list and in the names of all files, together
 * with the times of these; while they are still the same nothing need be
 * scanned or parsed.  It is only a copy: whoever cannot read or believe it
 * does without, and it may be deleted at any time.
 *
 * It begins with all messages as they once were; behind them are *notes* of
 * what changed since.  A session that flagged a few of 100,000 messages adds
 * some octets; when the notes come to a fourth of the rest, or half of the
 * messages are gone, the file is written anew.
 */
#ifndef LABNET_MAIL_INDEX_H
#define LABNET_MAIL_INDEX_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "io/buf.h"
#include "mail/uidlist.h"

/* Of this machine's make: another byte order or layout does not match. */
struct index_head {
	char		magic[8];
	uint32_t	version, record;	/* size of a struct mail */
	uint64_t	count;		/* records at the start ... */
	uint64_t	text;		/* ... octets of their names ... */
	uint64_t	notes;		/* ... and of the notes, ... */
	uint64_t	joined;		/* ... of which so many are records */
	uint64_t	sum;		/* of all that */
	struct timespec	new_time, cur_time;
	struct uidlist_mark list;
	uint64_t	head_sum;	/* of this, while it is 0 */
};

struct index {
	bool		 current;	/* the file knows what we know */
	bool		 known;		/* its head was that one: */
	struct index_head head;
	bool		 forgot;	/* the notes are not complete */
	struct buf	 notes;		/* what went since */
};

enum {			/* mail.unsaved: what the file does not know of it */
	UNSAVED_FLAGS = 1,	/* its flags and keywords */
	UNSAVED_ALL = 2
};

struct mailbox;

/*
 * Fill a mailbox that was never synced.  False, with nothing changed, if the
 * file is missing, out of date or damaged.
 */
bool	index_load(struct mailbox *);

/* The messages marked MSG_GONE are about to be forgotten. */
void	index_dropped(struct mailbox *);

/*
 * Bring the file up to date if the mailbox is worth it and certainly as it is
 * on the disk; the mailbox must be closed then.  Not synced, for a checksum
 * tells a torn one, or one of two who wrote at once; never fails.
 */
void	index_save(struct mailbox *);

void	index_free(struct index *);

#endif
