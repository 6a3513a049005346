/*
 * sort.h - messages in an order (RFC 5256 3)
 */
#ifndef LABNET_IMAPD_SORT_H
#define LABNET_IMAPD_SORT_H

#include "search_return.h"

enum { SORT_CRITERIA_MAX = 16 };

struct sort_order {
	unsigned	 n;
	unsigned	 wanted;	/* WANT_ bits (sortkey.h) */
	struct {
		unsigned	 want;
		bool		 reverse;
	} by[SORT_CRITERIA_MAX];
};

/*
 * Those that match, in that order, into what was nothing; what has the same
 * keys, by number.  False with errno set.  found_free() in any case.
 */
bool	sort_find(struct session *, const struct search *,
	    const struct sort_order *, struct found *);

#endif
