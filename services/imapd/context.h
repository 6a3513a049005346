/*
 * context.h - searches that go on: RETURN (UPDATE) (RFC 5267 4.3)
 *
 * As long as the mailbox is selected the client hears what comes to the result
 * of such a search and what goes from it, by * ESEARCH with ADDTO and
 * REMOVEFROM: of SORT with the place, of SEARCH without.  A message is only
 * looked into again if its flags changed.
 */
#ifndef LABNET_IMAPD_CONTEXT_H
#define LABNET_IMAPD_CONTEXT_H

#include "search_return.h"

enum { CONTEXTS_MAX = 16 };

struct sort_order;

/* False after a failure that has been told: the tag is one's already. */
bool	context_may_add(struct session *, const struct search_return *);

/*
 * Go on with the command in hand, whose results have been told; order is NULL
 * for SEARCH.  The search and the attributes are taken from the caller.  What
 * cannot be done is told by * NO [NOUPDATE].
 */
void	context_add(struct session *, struct search *,
	    const struct sort_order *, struct search_return *,
	    const struct found *);

/* In front of EXPUNGE: messages that are gone go from all results. */
void	contexts_expunge(struct session *);
/* Behind EXISTS and FETCH: all else. */
void	contexts_update(struct session *);

/* The mailbox is left. */
void	contexts_end(void);
/* Is there one? */
bool	contexts_any(void);

#endif
