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

/* Closed by NUL, from malloc(3), NULL where not wanted. */
struct sortkey {
	size_t	 index;			/* into box.msg */
	int64_t	 sent, arrival, size;
	char	*cc, *from, *subject, *to;
	char	*id;			/* the Message-ID, with its brackets */
	char	*references;		/* those of the ancestors, oldest
					   first, separated by blanks */
	bool	 reply;			/* the subject says so */
};

struct sortkeys {
	struct sortkey	*k;
	size_t		 n;
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

#endif
