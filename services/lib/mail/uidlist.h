/*
 * uidlist.h - the UIDs of a folder: dovecot-uidlist, version 3
 *
 *	3 V<uidvalidity> N<next uid> G<32 hex digits>
 *	<uid> [S<size>] [W<wire size>] [other fields] :<base name>
 *
 * Records rise by UID.  New ones are appended under the lock, so a reader
 * goes on where it stopped; the file is replaced by rename when many of its
 * messages are gone.  The next UID is N, or the last record's plus one if
 * that is more.  A last line without its end was torn by a crash: it does
 * not count.  Without a file, or with one that makes no sense, a new
 * UIDVALIDITY is taken: UIDs may be lost, but never mean another message.
 *
 * The lock is the file dovecot-uidlist.lock, as Dovecot makes it: O_EXCL,
 * holding "pid:host".  A lock whose process on this host is gone, or that
 * has not changed for two minutes, is nobody's.
 *
 * Functions return 0, or -1 with errno set, unless they say otherwise.
 */
#ifndef LABNET_MAIL_UIDLIST_H
#define LABNET_MAIL_UIDLIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

enum { UIDLIST_GUID_SIZE = 33, UIDLIST_BLOCK = 16384 };

struct uidlist {
	int		 folder;	/* its directory; not owned */
	uint32_t	 uidvalidity;	/* 0: no list has been read or made */
	uint32_t	 next;		/* more than every UID ever given */
	char		 guid[UIDLIST_GUID_SIZE];
	size_t		 records;	/* lines in the file */
	bool		 damaged;	/* has lines that make no sense */
	bool		 locked;	/* by us */
	struct stat	 seen;		/* the file as far as it was read */
	int64_t		 done;		/* octets of it that were read */
};

struct uid_record {
	uint32_t	 uid;
	int64_t		 size, wire;	/* -1: not given */
	const char	*fields;	/* all of them as they stand */
	size_t		 fields_len;
	const char	*base;		/* closed by NUL */
	size_t		 base_len;
};

void	uidlist_init(struct uidlist *, int folder);

/*
 * Read the records that are new since the last time, one a call of _next():
 * 1 for a record, which is good until the next call, 0 at the end.
 * uidlist_read() returns 1 if the file is another one than before, so that
 * all its records come (again), 0 if only new ones come; in both cases the
 * header has been read.  No file: 1, with uidvalidity 0 and no records.
 */
struct uidlist_reader {
	struct uidlist	*list;
	int		 fd;
	size_t		 start, end;
	char		 buf[UIDLIST_BLOCK];
};
int	uidlist_read(struct uidlist *, struct uidlist_reader *);
int	uidlist_next(struct uidlist_reader *, struct uid_record *);
void	uidlist_end(struct uidlist_reader *);

/* True if the file is not as it was read: one stat. */
bool	uidlist_changed(const struct uidlist *);

/* Take and give back the lock; waits up to a minute (ETIMEDOUT). */
int	uidlist_lock(struct uidlist *);
void	uidlist_unlock(struct uidlist *);

/*
 * With the lock held and everything read: add records behind the last, sync
 * them to the disk.  fields are not written, size and wire are.  If there is
 * no list it is made, with an uidvalidity that this maildir (its directory
 * open as root) never had.  The list then counts as read up to its end.
 */
int	uidlist_append(struct uidlist *, int root, const struct uid_record *,
	    size_t n);

/*
 * With the lock held: write the list anew.  keep() says of each record of the
 * old file whether it stays, and may change size and wire.  Also removes
 * damage.  Synced, then renamed into place.
 */
struct mailbox;
int	uidlist_rewrite(struct uidlist *, struct mailbox *,
	    bool (*keep)(struct mailbox *, struct uid_record *));

/* A value for UIDVALIDITY that no folder of the maildir had (never 0). */
int	uidvalidity_new(int root, uint32_t *);

#endif
