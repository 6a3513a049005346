/* zones.h - the head of zones.db and its table of zones */
#ifndef ZONEC_ZONES_H
#define ZONEC_ZONES_H

#include "dns/zonedb.h"
#include "draft.h"

struct zones {
	struct zonedb_header head;
	struct zonedb_slot *slots;	/* the caller frees it */
};

/* Leave room for the head. */
void	 zones_begin(struct zones *, struct draft *);

/* Note the zone that was put at `at`.  False: no memory. */
bool	 zones_add(struct zones *, const struct name *apex, uint64_t at);

/* Write table and head.  False, with errno set, if the output failed. */
bool	 zones_end(struct zones *, struct draft *);

#endif
