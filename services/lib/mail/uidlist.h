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
 * The lock is the file dovecot-uidlist.lock (dotlock.h), as in Dovecot.
 *
 * Functions return 0, or -1 with errno set, unless they say otherwise.
 */
#ifndef LABNET_MAIL_UIDLIST_H
#define LABNET_MAIL_UIDLIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <time.h>

enum { UIDLIST_GUID_SIZE = 33, UIDLIST_BLOCK = 16384 };

struct uidlist {
	int		 folder;	/* its directory; not owned */
	int		 fd;		/* the file as it was read; -1: none */
	uint32_t	 uidvalidity;	/* 0: no list has been read or made */
	uint32_t	 next;		/* more than every UID ever given */
	uint32_t	 last;		/* UID of the last record read */
	char		 guid[UIDLIST_GUID_SIZE];
	size_t		 records;	/* in the file */
	bool		 damaged;	/* it has lines that make no sense */
	bool		 has_uidl;	/* a record read has an id for POP3 */
	struct stat	 seen;		/* the file when it was read */
	off_t		 done;		/* octets of it that were read */
};

struct uid_record {
	uint32_t	 uid;
	int64_t		 size, wire;	/* -1: not known */
	const char	*fields;	/* all of them as they stand, for
					   rewriting; may be NULL */
	size_t		 fields_len;
	const char	*base;
	size_t		 base_len;
	const char	*uidl;		/* an id for POP3 that came with the
					   message from elsewhere; NULL: none */
	size_t		 uidl_len;	/* 0: its id is the base */
};

void	uidlist_init(struct uidlist *, int folder);
void	uidlist_free(struct uidlist *);

/*
 * Read what is new since the last time.  uidlist_read() reads the header and
 * returns 1 if the file is another one than before, so that all its records
 * come (again), 0 if only new ones come.  No file: 1, with uidvalidity 0 and
 * no records.  Then uidlist_next() returns 1 for each record, which is good
 * until the next call, and 0 at the end.  Both: -1 with errno set.
 */
struct uidlist_reader {
	struct uidlist	*list;
	size_t		 start, end;
	char		 buf[UIDLIST_BLOCK];
};
int	uidlist_read(struct uidlist *, struct uidlist_reader *);
int	uidlist_next(struct uidlist_reader *, struct uid_record *);

/*
 * For a list that only gets records appended: read the header and the last
 * record, whatever lies between.  The same as reading all, only faster, but
 * `records` stays unknown.  0, or -1 with errno set.
 */
int	uidlist_skip(struct uidlist *);

/*
 * The list of a folder that nobody else knows yet, without messages, with an
 * UIDVALIDITY that the maildir (its directory open as root) never had.  The
 * open file, which the caller must still sync, or -1 with errno set.
 */
int	uidlist_make(int folder, int root);

/*
 * How far a list was read, to go on there in another process.  Both: false
 * if that is not possible; resume then leaves a list as after init.
 */
struct uidlist_mark {
	uint64_t	device, inode, size;
	struct timespec	mtime, ctime;
	uint64_t	records, done;
	uint32_t	uidvalidity, next, last, damaged, has_uidl;
	char		guid[UIDLIST_GUID_SIZE + 3];
};
bool	uidlist_mark(const struct uidlist *, struct uidlist_mark *);
bool	uidlist_resume(struct uidlist *, const struct uidlist_mark *);

/* True if the file is not as it was read: one stat. */
bool	uidlist_changed(const struct uidlist *);

/* Take and give back the lock; waits up to a minute (ETIMEDOUT). */
int	uidlist_lock(struct uidlist *);
void	uidlist_unlock(struct uidlist *);

/*
 * With the lock held and everything read: write records.
 *
 * uidlist_append() makes the list if there is none, with an UIDVALIDITY that
 * the maildir (its directory open as root) never had, and then adds records
 * behind the last.  uidlist_rewrite() begins the file anew, with the header
 * of the list; the caller puts in all that is to stay.  Either way
 * uidlist_put() adds one record, rising by UID, and uidlist_commit() syncs
 * the file and, after uidlist_rewrite(), moves it into place.  Then the list
 * counts as read up to its end.  If it fails, records that others may have
 * read stay, and UIDs they have are not used again.
 */
struct uidlist_writer {
	struct uidlist	*list;
	int		 fd;
	int		 error;		/* errno of the first failure, or 0 */
	bool		 anew;
	off_t		 at;		/* where buf goes in the file */
	size_t		 records;
	uint32_t	 last;
	size_t		 len;
	char		 buf[UIDLIST_BLOCK];
};
int	uidlist_append(struct uidlist *, int root, struct uidlist_writer *);
int	uidlist_rewrite(struct uidlist *, struct uidlist_writer *);
void	uidlist_put(struct uidlist_writer *, const struct uid_record *);
int	uidlist_commit(struct uidlist_writer *);
/* Or give it up, keeping errno. */
void	uidlist_abort(struct uidlist_writer *);

/* A value for UIDVALIDITY that no folder of the maildir had (never 0). */
int	uidvalidity_new(int root, uint32_t *);

#endif
