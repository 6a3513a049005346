/*
 * search_return.h - which results of a search the client wants, and how
 *
 * SEARCH (RFC 3501 7.2.5), ESEARCH (RFC 4731), SEARCHRES (RFC 5182), PARTIAL
 * (RFC 9394); with the key MODSEQ the highest mod-sequence comes with them
 * (RFC 7162 3.1.5, 3.1.10).
 */
#ifndef LABNET_IMAPD_SEARCH_RETURN_H
#define LABNET_IMAPD_SEARCH_RETURN_H

#include "partial.h"
#include "search.h"

enum {
	RETURN_MIN = 1, RETURN_MAX = 2, RETURN_COUNT = 4, RETURN_ALL = 8,
	RETURN_PARTIAL = 16, RETURN_SAVE = 32,
	RETURN_EXTENDED = 64		/* ESEARCH, not SEARCH */
};

struct search_return {
	unsigned	 wanted;	/* RETURN_ bits */
	struct partial	 partial;
};

/* What matched, as numbers or UIDs, and always as UIDs. */
struct found {
	struct sequence	 shown, uids;
	size_t		 n;
	bool		 failed;	/* a message could not be read */
	uint64_t	 modseq;	/* the highest; 0: not asked for */
};

/* The word RETURN with options in front of the keys, if it is there. */
bool	search_return_parse(struct session *, struct search_return *);

/* Send the results, and save those that `$` shall be. */
void	search_return_send(struct session *, const struct search_return *,
	    struct found *);

#endif
