/* denial3.h - proofs by NSEC3 (RFC 5155 7.2), for denial.c alone */
#ifndef DNSD_DENIAL3_H
#define DNSD_DENIAL3_H

#include "reply.h"

void	 denial3_no_data(struct reply *, const struct name_key *,
	    unsigned apex, unsigned suffix, const struct zonedb_node *node,
	    bool wild);
void	 denial3_no_name(struct reply *, const struct name_key *,
	    unsigned suffix);
void	 denial3_next_closer(struct reply *, const struct name_key *,
	    unsigned suffix);
void	 denial3_delegation(struct reply *, const struct name_key *,
	    unsigned apex, unsigned suffix);

/* Add a node's NSEC or NSEC3, once; in denial.c. */
void	 denial_put(struct reply *, const struct zonedb_node *, uint16_t type);

#endif
