/*
 * modseq.h - labnet.modseq: when each message of a folder last changed
 *
 * Inside the mail store only; others ask mailbox.h.  RFC 7162 wants a number
 * for each message that rises whenever its flags change, and to know which
 * UIDs have gone since a number.  Flags live in the names of files, which
 * any program may change, so the file is a log of what sessions of ours have
 * seen: a record says which flags a UID had, or that it was gone, and with
 * which number that was first known.  Whoever scans the folder and finds it
 * different from the log adds records, under flock(2) on the folder.
 *
 * Numbers are microseconds of the clock, or one more than the last if that
 * is more.  So a log that is lost can be begun anew: all messages then have
 * changed now, and what is gone since an older number is every UID that is
 * not there.  The same happens
 *	- when a record is damaged, or UIDVALIDITY is another one;
 *	- after a restart of the machine, unless the last record says that
 *	  the log and the names had been synced: a power cut may have undone
 *	  changes that a client was told of.  They are synced at the end of a
 *	  session, or by the first one that comes a minute later;
 *	- when a client knows a number that we never gave out.
 * A UID below UIDNEXT that is neither in the folder nor in the log has gone
 * as well, so records that are lost while all else is kept do no harm.
 *
 * The file is replaced by rename when most of its records are old, and then
 * remembers the last 10,000 messages that went.
 */
#ifndef LABNET_MAIL_MODSEQ_H
#define LABNET_MAIL_MODSEQ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

enum modseq_kind {
	MODSEQ_LIVE = 1,	/* there, with these flags */
	MODSEQ_GONE,
	MODSEQ_SYNCED		/* all in front of it is on the disk; uid 0 */
};

struct modseq_record {
	uint64_t	modseq, keywords;
	uint32_t	uid;
	uint8_t		flags, kind;
	uint8_t		zero[6];
	uint32_t	sum;		/* of all that, and UIDVALIDITY */
};

struct modseq {
	bool		 on;
	bool		 lost;		/* it cannot be written: all is in
					   memory, and there is no file */
	int		 fd;		/* the log as it was read; -1: none */
	uint32_t	 uidvalidity;	/* of the file */
	struct stat	 seen;
	off_t		 done;		/* octets read, all of them sound */
	size_t		 records;	/* in the file */
	bool		 synced;	/* the last one says so */
	uint64_t	 floor;		/* what went up to it is forgotten */
	uint64_t	 highest;
	uint64_t	 sure;		/* highest when the last scan began */
	struct modseq_record *entry;	/* rising by UID, each UID once */
	size_t		 count, room;
	size_t		 gone;		/* of the entries */
};

struct mail;
struct mailbox;

/* In front of a scan: what is in the log by now, the scan will confirm. */
void	modseq_before_scan(struct mailbox *);

/* Behind it: record what differs. */
void	modseq_after_scan(struct mailbox *);

/* The file of m has been given other flags by us. */
void	modseq_touched(struct mailbox *, struct mail *m);

/* These messages, given by index, have just been removed. */
void	modseq_expunged(struct mailbox *, const size_t *which, size_t n);

void	modseq_close(struct mailbox *);

/* --- between modseq.c, modseq_record.c and modseq_file.c ------------------ */

/* The entry of a UID, or NULL. */
struct modseq_record *modseq_find(const struct modseq *, uint32_t uid);

/* Put it in, or in place of an older one.  False without memory. */
bool	modseq_insert(struct modseq *, const struct modseq_record *);

/*
 * Read what is new.  locked: nobody writes meanwhile, so what makes no sense
 * is damage.  False: there is no sound log, and nothing is in memory.
 */
bool	modseq_read(struct mailbox *, bool locked);

/* With the lock held and all read: sync, and say so in the file. */
void	modseq_sync(struct mailbox *);

/* The number of a change that is made now. */
uint64_t modseq_next(const struct modseq *);

/*
 * With the lock held: add n records, filling in their sums.  What cannot be
 * written is kept in memory, and the file goes: see above.
 */
void	modseq_append(struct mailbox *, struct modseq_record *, size_t n);

/* With the lock held: write all entries into a new file; or as above. */
void	modseq_rewrite(struct mailbox *);

/* Take and give back the lock.  False: nobody gave it back in time. */
bool	modseq_lock(struct mailbox *);
void	modseq_unlock(struct mailbox *);

/* Forget all that was read. */
void	modseq_forget(struct modseq *);

#endif
