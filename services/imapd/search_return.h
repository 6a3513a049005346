/*
 * search_return.h - which results of a search the client wants, and how
 *
 * SEARCH (RFC 3501 7.2.5), ESEARCH (RFC 4731), SEARCHRES (RFC 5182), PARTIAL
 * (RFC 9394); with the key MODSEQ the highest mod-sequence comes with them
 * (RFC 7162 3.1.5, 3.1.10).
 */
#ifndef LABNET_IMAPD_SEARCH_RETURN_H
#define LABNET_IMAPD_SEARCH_RETURN_H

#include "fetch.h"
#include "search.h"

enum {
	RETURN_MIN = 1, RETURN_MAX = 2, RETURN_COUNT = 4, RETURN_ALL = 8,
	RETURN_PARTIAL = 16, RETURN_SAVE = 32,
	RETURN_EXTENDED = 64,		/* ESEARCH, not SEARCH */
	RETURN_CONTEXT = 128,		/* a hint that we do not need */
	RETURN_UPDATE = 256		/* go on with it (context.h) */
};

struct search_return {
	unsigned	 wanted;	/* RETURN_ bits */
	struct partial	 partial;
	struct fetch	*attributes;	/* of UPDATE, RFC 5465 7; NULL: none */
};

/*
 * What matched, as numbers or UIDs, and as UIDs if somebody needs them: in the
 * order of the mailbox, or in that which SORT was asked for.
 */
struct found {
	bool		 needs_uids;
	struct sequence	 shown, uids;
	size_t		 n;
	bool		 failed;	/* a message could not be read */
	uint64_t	 modseq;	/* the highest; 0: not asked for */
};

/*
 * The word RETURN with options and a blank, if it is there; else nothing is
 * wanted but a plain answer.
 */
bool	search_return_parse(struct session *, struct search_return *);
/*
 * At the end of the command, `= {0}` or parsed, in any case.  With SAVE, after
 * a NO, `$` is nothing (RFC 5182 2.1).
 */
void	search_return_end(struct session *, struct search_return *);

/* Nothing found yet of what is wanted of a search. */
struct found found_none(const struct search_return *, const struct search *);
/* One more match.  0, or -1: no memory. */
int	found_add(const struct session *, struct found *,
	    const struct search *, size_t index);
void	found_free(struct found *);

/*
 * Send the results, by `* SEARCH` or what word says unless they are to be
 * extended, and save those that `$` shall be.
 */
void	search_return_send(struct session *, const struct search_return *,
	    const struct found *, const char *word);

#endif
