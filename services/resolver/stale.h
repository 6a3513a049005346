/*
 * stale.h - answers past their time, when nobody can tell better (RFC 8767)
 *
 * Only if serve-stale of resolver.conf(5) says so, and up to that age.
 */
#ifndef RESOLVER_STALE_H
#define RESOLVER_STALE_H

#include "resolver.h"

enum {
	STALE_TTL = 30,			/* s; and until it is tried again */
	STALE_WAIT = 1800 * 1000	/* us that a client waits for better */
};

/*
 * If the cache once had an answer, with all aliases on the way to it: let it
 * count for STALE_TTL more.  False: there is none, or it is too old.
 */
bool	 stale_revive(struct resolver *, const struct name_key *,
	    uint16_t type);

#endif
