/*
 * proof.h - the DNSSEC records that belong to what a server said
 *
 * Signatures and proofs of nothing are carried to those who ask for them (DO,
 * RFC 4035 3.2.1) and looked at by nobody here: to check them needs a
 * cryptographic library.  So many keys or hash iterations cost nothing
 * (CVE-2023-50387, CVE-2023-50868); how many records there may be is bounded.
 */
#ifndef RESOLVER_PROOF_H
#define RESOLVER_PROOF_H

#include "message.h"

enum { EXTRAS = 32 };		/* records of one set or negative answer */

/* Records one behind the other, in the form that cache.h gives extras. */
struct proof {
	uint8_t		*out;
	size_t		 room, used;
	unsigned	 count;
	uint32_t	 ttl;		/* the least of all, and of the set */
	bool		 wildcard;	/* a signature is for "*" above */
	bool		 full;		/* not all of them fit */
};

/* Add the signatures of the set in that section. */
void	 proof_sign(struct proof *, const struct message *, enum section,
	    const uint8_t *owner, uint16_t type);

/* Add what the authority section of a server of the zone denies with. */
void	 proof_deny(struct proof *, const struct message *,
	    const uint8_t *zone);

#endif
