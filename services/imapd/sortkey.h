/*
 * sortkey.h - what SORT and THREAD need to know of each message (RFC 5256)
 */
#ifndef LABNET_IMAPD_SORTKEY_H
#define LABNET_IMAPD_SORTKEY_H

#include "imapd.h"

/* Which of a message's texts are wanted, as bits of one command. */
enum { WANT_CC = 1, WANT_FROM = 2, WANT_SUBJECT = 4, WANT_TO = 8,
    WANT_SENT = 16, WANT_ARRIVAL = 32, WANT_SIZE = 64, WANT_REFERENCES = 128,
    WANT_DISPLAY = 256	/* names instead of addresses: RFC 5957 */ };

/*
 * Closed by NUL, NULL where not wanted.  The texts lie in the cache or in
 * memory of the struct sortkeys: they are good until sortkeys_free(), which
 * comes before cache_flush().
 */
struct sortkey {
	size_t		 index;		/* into box.msg */
	int64_t		 sent, arrival, size;
	const char	*cc, *from, *subject, *to;
	const char	*id;		/* the Message-ID, with its brackets */
	const char	*references;	/* those of the ancestors, oldest
					   first, separated by blanks */
	bool		 reply;		/* the subject says so */
};

struct sortkeys {
	struct sortkey	*k;
	size_t		 n;
	struct block	*blocks;	/* of texts; their own */
};

/*
 * Those of the messages that match a search, rising by number.  False if
 * there is no memory or something could not be read: errno; a message that
 * is gone is left out.
 */
struct search;
bool	sortkeys_read(struct session *, const struct search *, unsigned wanted,
	    struct sortkeys *);
void	sortkeys_free(struct sortkeys *);

/* --- sortrecord.c: between header and key -------------------------------- */

/*
 * The records of a header that the cache keeps (CACHE_SORT, CACHE_THREAD).
 * 0, or -1: no memory.
 */
int	sortrecord_render(struct buf *, const struct text *header);
int	threadrecord_render(struct buf *, const struct text *header);

/*
 * Let the key point into a record.  False if it makes no sense.  *dated is
 * whether sent is known.
 */
bool	sortrecord_parse(const struct text *, unsigned wanted,
	    struct sortkey *, bool *dated);
bool	threadrecord_parse(const struct text *, struct sortkey *);

#endif
