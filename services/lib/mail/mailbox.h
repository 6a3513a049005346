/*
 * mailbox.h - one folder of a maildir as numbered messages
 *
 * A mailbox is an array of messages sorted by UID: message number n of POP3
 * and IMAP is msg[n - 1].  The files stay ordinary maildir files that other
 * programs may deliver, rename and remove at any time; UIDs live beside them
 * in dovecot-uidlist (uidlist.h) and keyword names in dovecot-keywords
 * (keywords.h), so the maildir can be shared with Dovecot and with any number
 * of sessions of our own.
 *
 * The array changes only in mailbox_sync(), mailbox_drop_gone() and
 * mailbox_expunge(): indices and pointers into it are good until then.
 * A message that was put in, and the end of one that was expunged, are on the
 * disk, directory included, when the function returns.  Flags are not synced
 * one by one: a power cut may undo the last changes of flags, and no more.
 *
 * Unless it says otherwise a function returns 0, or -1 with errno set.  Some
 * values of errno are ours to explain:
 *	ENOENT		the message's file is gone: another program removed
 *			it.  The message is marked MSG_GONE.
 *	ENOSPC		the disk is full
 *	EDQUOT		the quota is used up: the system's, or that of the
 *			maildir (quota.h), which all functions here keep to
 *	EROFS		the mailbox was opened read-only
 *	ETIMEDOUT	somebody holds the UID lock and does not let go
 *	EOVERFLOW	no UID or no keyword letter is left
 */
#ifndef LABNET_MAIL_MAILBOX_H
#define LABNET_MAIL_MAILBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#include "mail/index.h"
#include "mail/keywords.h"
#include "mail/maildir.h"
#include "mail/modseq.h"
#include "mail/table.h"
#include "mail/uidlist.h"
#include "mail/watch.h"

enum {			/* mail.state */
	MSG_RECENT = 1,	/* this session is the first to see it */
	MSG_GONE = 2,	/* its file vanished; keeps its number until dropped */
	MSG_CHANGED = 4,/* another program changed flags or keywords; the
			   caller clears it when the client has been told */
	MSG_NEW = 8,	/* the file is in new/, not cur/ */
	MSG_ODD = 16,	/* the whole name is stored, not only the base */
	MSG_OPEN = 32,	/* its last line lacks the end; known only where the
			   wire size had to be counted */
	MSG_TOUCHED = 64	/* we changed its flags, not yet recorded */
};

/* A message in a mailbox.  56 octets and the base: 100,000 take 13 MB. */
struct mail {
	const char	*base;		/* base_len octets (see MSG_ODD) */
	int64_t		 size;		/* of the file; -1: not known yet */
	int64_t		 wire;		/* with CRLFs; -1: not known yet */
	int64_t		 date;		/* of arrival; -1: not known yet */
	uint64_t	 keywords;	/* bit i: mailbox.keywords.name[i] */
	uint32_t	 uid;
	uint32_t	 chain;		/* the table's own */
	uint16_t	 base_len;
	uint8_t		 flags;		/* FLAG_ bits */
	uint8_t		 state;		/* MSG_ bits */
	uint8_t		 unsaved;	/* UNSAVED_ bits: index.h */
	uint8_t		 seen;		/* by this pass of a scan, from 1 on;
					   0: it has no file (look.h) */
};

enum mailbox_mode {
	MAILBOX_READ,		/* EXAMINE, STATUS: changes nothing but UIDs,
				   which must be stored to be kept */
	MAILBOX_WRITE		/* moves what is new to cur/ and owns it */
};

/*
 * The name of the file as it is now, in cur/, or in new/ if it is MSG_NEW.
 */
void	mail_name(const struct mail *, char name[MAILDIR_NAME_SIZE]);

struct mailbox {
	struct mail	*msg;		/* sorted by uid, rising */
	size_t		 count;		/* gone ones included */
	size_t		 gone;		/* how many of them are MSG_GONE */
	uint32_t	 uidvalidity;	/* known after the first sync, or
					   when something has been put in */
	uint32_t	 uidnext;
	unsigned long	 version;	/* another one, and never 0, if
					   messages came, went or changed */
	bool		 sticky;	/* false: the UIDs of some messages
					   could not be stored (disk full) and
					   hold for this session only */
	struct keywords	 keywords;
	enum mailbox_mode mode;

	/* The store's own. */
	int		 root;		/* the maildir; not owned */
	struct maildir_dirs dir;
	struct uidlist	 uids;
	struct table	 table;		/* finds a message by its base */
	bool		 settled;	/* nothing changed since the scan ... */
	struct timespec	 new_time, cur_time;	/* ... unless these did */
	char		 name[MAILDIR_NAME_SIZE];	/* below root */
	const char	*path;		/* root's; NULL: not to be watched */
	struct watch	 watch;
	unsigned	 own_changes;	/* since the last look */
	struct index	 index;
	bool		 hidden;	/* a listed message was not found, but
					   may be there */
	struct modseq	 modseq;
	uint32_t	 touched_from;	/* UIDs of the first and of the last */
	uint32_t	 touched_to;	/* that is MSG_TOUCHED; 0: none is */
	size_t		 changed;	/* MSG_CHANGED set, not yet in news */
	size_t		 measured;	/* wire sizes that had to be counted */
	bool		 corrected;	/* one was not as a name or the list
					   said */
	size_t		 learned;	/* dates and sizes looked up */
};

/* --- opening and looking ------------------------------------------------ */

/*
 * Open the folder dir ("." for INBOX, ".Work" below it: folder.h makes the
 * names) of the maildir whose directory is open as root.  Nothing is read
 * yet: count is 0 until the first mailbox_sync().  A mailbox that is only
 * appended to or copied into needs no sync.
 */
int	mailbox_open(struct mailbox *, int root, const char *dir,
	    enum mailbox_mode);
void	mailbox_close(struct mailbox *);

/*
 * What a sync found.  Arrived messages are at the end of the array, changed
 * ones have MSG_CHANGED; vanished counts all that are MSG_GONE and not yet
 * dropped, whoever removed them.
 */
struct mailbox_news {
	size_t	arrived, changed, vanished;
};

/*
 * See what other programs did.  Cheap if they did nothing: a stat of cur/,
 * new/ and the UID list.
 * errno ESTALE: UIDVALIDITY changed under us, the session must end.
 */
int	mailbox_sync(struct mailbox *, struct mailbox_news *);

/* True if a sync would find something: three stats, no more. */
bool	mailbox_is_stale(struct mailbox *);

/*
 * Before the first sync: the folder may be watched (inotify(7)), so that no
 * scan is needed for what the session changes itself.  path is that of root,
 * and stays the caller's.
 */
void	mailbox_may_watch(struct mailbox *, const char *path);

/*
 * A descriptor that is readable when a sync will find something, or -1; good
 * until that.
 */
int	mailbox_watch(struct mailbox *);

/*
 * Nothing more will be done with the mailbox, but it is closed only later:
 * another one may be watched meanwhile.
 */
void	mailbox_unwatch(struct mailbox *);

/* Close up the array: the messages marked MSG_GONE lose their numbers. */
void	mailbox_drop_gone(struct mailbox *);

/*
 * The index of the first message whose UID is uid or more; count if there is
 * none.
 */
size_t	mailbox_find_uid(const struct mailbox *, uint32_t uid);

/*
 * Numbers without a session: STATUS.  Unseen and deleted by flag.  What is
 * more work than that must be wanted: bits STATUS_SIZES, STATUS_MODSEQ.
 */
enum { STATUS_SIZES = 1, STATUS_MODSEQ = 2 };

struct mailbox_status {
	size_t		messages, recent, unseen, deleted;
	uint32_t	uidnext, uidvalidity;
	int64_t		wire;		/* sum of wire sizes; -1: not asked */
	uint64_t	highest_modseq;	/* 0: not asked, or there is none */
};
int	mailbox_status(int root, const char *dir, unsigned want,
	    struct mailbox_status *);

/* --- one message -------------------------------------------------------- */

/*
 * Open the file of a message for reading.  If another program renamed it, it
 * is found again.  The descriptor is the caller's.
 */
int	mail_open(struct mailbox *, struct mail *);

/*
 * Have the first of the file brought into memory, without waiting for it.
 * Only a hint: nothing is said of what fails.
 */
void	mail_prefetch(const struct mailbox *, const struct mail *);

/*
 * Make size and date (one stat), or wire (one read of the file, unless its
 * name or the UID list knows) known.  Costs nothing where they are.  What
 * had to be counted is remembered in the UID list at mailbox_close().
 */
int	mail_stat(struct mailbox *, struct mail *);
int	mail_measure(struct mailbox *, struct mail *);

/*
 * Who has read all of a file tells its wire size, and whether its last line
 * lacks the end.  Names may lie: what is found is remembered in their place.
 */
void	mail_measured(struct mailbox *, struct mail *, int64_t wire, bool open);

/* --- changing ----------------------------------------------------------- */

/*
 * Change flags and keywords of one message: first off is taken away, then on
 * is set.  Both are relative to what the file has *now*, so that no change
 * of another program is undone.  The message then shows what is in force;
 * MSG_CHANGED is not set by our own changes.  To replace all, take away
 * FLAG_ALL and keywords_named().  If unchanged is set and the file does not
 * have the flags that the message shows, nothing is done: -1 with errno EBUSY,
 * the message shows what is in force, and it is MSG_CHANGED (UNCHANGEDSINCE,
 * RFC 7162 3.1.3).
 */
struct flag_change {
	unsigned	on, off;		/* FLAG_ bits */
	uint64_t	keywords_on, keywords_off;
	bool		unchanged;
};
int	mail_flag(struct mailbox *, struct mail *,
	    const struct flag_change *);

/*
 * Remove the files of n messages given by their index, marking each
 * MSG_GONE.  A file that is gone already is no failure.  On failure those
 * done are marked, the rest is as it was.
 */
int	mailbox_expunge(struct mailbox *, const size_t *which, size_t n);
/* The same of those alone that have FLAG_TRASHED still, whoever took it. */
int	mailbox_expunge_deleted(struct mailbox *, const size_t *which,
	    size_t n);

/*
 * Put copies of n messages into another mailbox of the same maildir, all or
 * none, with flags, keywords (by name) and date; hard links where possible.
 * uids, unless NULL, has room for n: the new UIDs, in the same order (rising).
 * to may be the same mailbox.  Copies show up at its next sync.
 */
int	mailbox_copy(struct mailbox *from, const size_t *which, size_t n,
	    struct mailbox *to, uint32_t *uids);

/*
 * The same, and the originals go (marked MSG_GONE).  At no instant is a
 * message in neither; a crash may leave it in both.
 */
int	mailbox_move(struct mailbox *from, const size_t *which, size_t n,
	    struct mailbox *to, uint32_t *uids);

/* --- mod-sequences (RFC 7162) -------------------------------------------- */

/*
 * Keep numbers that tell which messages changed since when, in the file
 * labnet.modseq (modseq.h).  Called before the first mailbox_sync() of a
 * mailbox; each sync then numbers what other programs did.  A number is below
 * 2^63 and above all that were given out before, whatever happened to the
 * file.  Never fails: where no numbers can be kept there are none.
 */
void	mailbox_keep_modseqs(struct mailbox *);

/* 0: there are none (NOMODSEQ). */
uint64_t mailbox_highest_modseq(const struct mailbox *);
uint64_t mail_modseq(const struct mailbox *, const struct mail *);

/*
 * Number the messages that mail_flag() changed since the last time or sync:
 * at the end of a STORE, in front of what the client is told of it.
 * mailbox_expunge() needs no such call.
 */
void	mailbox_record_changes(struct mailbox *);

/*
 * A client says that it knows the mailbox as of modseq (SELECT with QRESYNC,
 * CHANGEDSINCE).  If we never gave out so high a number then our file was
 * lost, and all messages count as changed now.
 */
void	mailbox_modseq_told(struct mailbox *, uint64_t modseq);

/*
 * The UIDs that are gone since a number: n ranges, rising, from malloc(3);
 * perhaps more than had to be told, never fewer.
 */
struct uid_range {
	uint32_t	from, to;
};
int	mailbox_vanished(const struct mailbox *, uint64_t since,
	    struct uid_range **, size_t *n);

/*
 * At the end of a session, when the client has heard the last word: get its
 * changes of flags, and the file, onto the disk.  If a power cut comes
 * earlier all messages get new numbers.  mailbox_close() is still due.
 */
void	mailbox_secure(struct mailbox *);

/* --- putting in --------------------------------------------------------- */

/*
 * A message on its way in.  CR LF becomes LF in the file; any other CR stays.
 * Until mailbox_append() nothing is visible.
 */
struct append {
	int		 fd;		/* of the file in tmp/; -1: none */
	char		 tmp[MAILDIR_NAME_SIZE];
	unsigned	 flags;		/* to be set by the caller */
	uint64_t	 keywords;	/* of the mailbox it goes to */
	time_t		 date;		/* INTERNALDATE; (time_t)-1: now */
	uint32_t	 uid;		/* set by mailbox_append() */
	int64_t		 size, wire;	/* so far */
	int		 crs;		/* 1: a CR waits for its LF; 2: more
					   than one, written already */
	char		 last;		/* octet written */
	size_t		 held;
	char		 buf[8192];
};

int	append_start(struct append *, struct mailbox *to);
int	append_write(struct append *, const void *, size_t);
/* Forget it: the file in tmp/ goes.  No-op where append_start() failed. */
void	append_abort(struct append *, struct mailbox *to);

/*
 * Make n messages appear, all or none, with rising UIDs in a[i]->uid.  Done
 * or not, they need no append_abort() afterwards.
 */
int	mailbox_append(struct mailbox *to, struct append *const a[], size_t n);

#endif
