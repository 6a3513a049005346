/* table.h - the head of zones.db and its table of zones */
#ifndef ZONEC_TABLE_H
#define ZONEC_TABLE_H

#include "dns/zonedb.h"
#include "draft.h"

struct table {
	struct zonedb_header head;
	struct zonedb_slot *slots;	/* the caller frees it */
};

/* Leave room for the head. */
void	 table_begin(struct table *, struct draft *);

/* Note the zone that was put at `at`.  False: no memory. */
bool	 table_add(struct table *, const struct name *apex, uint64_t at);

/* Write table and head.  False, with errno set, if the output failed. */
bool	 table_end(struct table *, struct draft *);

#endif
