/*
 * partial.h - PARTIAL 1:500 or -1:-100 of results (RFC 9394)
 */
#ifndef LABNET_IMAPD_PARTIAL_H
#define LABNET_IMAPD_PARTIAL_H

#include "reader.h"

struct partial {
	bool		 from_end;	/* counted from the last one */
	uint32_t	 from, to;	/* as the client wrote them */
};

/* Behind the word and a blank. */
bool	partial_parse(struct reader *, struct partial *);

/* Which of n results: count of them from *first on, the first being 0. */
size_t	partial_of(const struct partial *, size_t n, size_t *first);

#endif
