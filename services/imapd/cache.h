/*
 * cache.h - labnet.cache: what was rendered of messages, kept for next time
 *
 * A file beside the mailbox with records of ENVELOPE, BODYSTRUCTURE and their
 * like as they go on the wire, header fields (kept.c) and what SORT and THREAD
 * make of them (sortrecord.c), written as they are asked for and mapped by all
 * sessions.  It only grows, by one write(2) of whole records at its end; a
 * record whose checksum is wrong counts as none, and a file that makes no
 * sense, belongs to another UIDVALIDITY or holds mostly what is gone is
 * removed.  It may be deleted at any time, and nothing here ever fails: who
 * has no cache renders again.
 */
#ifndef LABNET_IMAPD_CACHE_H
#define LABNET_IMAPD_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "io/buf.h"
#include "mail/mailbox.h"
#include "mail/text.h"

enum cache_kind { CACHE_ENVELOPE = 1, CACHE_BODY, CACHE_STRUCTURE,
    CACHE_PREVIEW, CACHE_EMAILID, CACHE_HEADER, CACHE_SORT, CACHE_THREAD,
    CACHE_KINDS };

enum {
	CACHE_MAX = 256 << 20,		/* octets of a file that may grow */
	CACHE_RECORD_MAX = 65536,	/* a longer text is not kept */
	CACHE_PENDING = 1 << 20		/* what is gathered for one write */
};

/* `= {0}` is a cache that has not been looked for yet. */
struct cache {
	const struct mailbox *box;	/* NULL: not in use */
	int		 fd;
	bool		 off;		/* given up for this mailbox */
	const char	*map;
	size_t		 len;		/* octets mapped */
	size_t		 known;		/* octets of whole records therein */
	size_t		 records;
	uint32_t	*slot;		/* offsets by UID and kind */
	size_t		 slots;
	size_t		 next[CACHE_KINDS];	/* behind what was last found */
	bool		 has[CACHE_KINDS];	/* records of that kind */
	struct buf	 pending;
};

/* Before the first look into a mailbox that was synced. */
void	cache_open(struct cache *, const struct mailbox *);

/* True if it is there; the text is good until the next cache_flush(). */
bool	cache_get(struct cache *, uint32_t uid, enum cache_kind,
	    struct text *);
void	cache_put(struct cache *, uint32_t uid, enum cache_kind,
	    const struct text *);

/* At the end of a command: write, and see what others wrote. */
void	cache_flush(struct cache *);
void	cache_close(struct cache *);
/* The mailbox lies elsewhere now, and its cache as well; from is closed. */
void	cache_move(struct cache *to, struct cache *from,
	    const struct mailbox *);

#endif
