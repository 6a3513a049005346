/*
 * denial.h - what goes along with "there is no such thing"
 *
 * The SOA (RFC 2308), and in signed zones the proofs (RFC 4035 3.1.3, RFC
 * 5155 7.2).  A proof that does not fit sets TC.
 */
#ifndef DNSD_DENIAL_H
#define DNSD_DENIAL_H

#include "reply.h"

void	 denial_soa(struct reply *);

/*
 * In all of these `apex` is the suffix of the key that is the zone's name,
 * and `suffix` that of the closest name that exists.
 */

/* node is there, or is the wildcard that stands for the name; no such type */
void	 denial_no_data(struct reply *, const struct name_key *,
	    unsigned apex, unsigned suffix, const struct zonedb_node *node,
	    bool wild);
/* Neither the name nor a wildcard for it. */
void	 denial_no_name(struct reply *, const struct name_key *,
	    unsigned apex, unsigned suffix);
/* The answer came from a wildcard: no closer name is there. */
void	 denial_wildcard(struct reply *, const struct name_key *,
	    unsigned apex, unsigned suffix);
/* The delegation's DS, or that there is none. */
void	 denial_delegation(struct reply *, const struct name_key *,
	    unsigned apex, unsigned suffix, const struct zonedb_node *cut);

#endif
