/* segment.h - one zone of zones.db, written */
#ifndef ZONEC_SEGMENT_H
#define ZONEC_SEGMENT_H

#include "dns/zonedb.h"
#include "draft.h"

/*
 * Write a checked zone at the file's end, which must be aligned.  False: no
 * memory, or the zone is too large for 32-bit offsets (errno is EFBIG).
 */
bool	 segment_write(struct draft *, struct zone *);

/* Write a zone of the old file as it is. */
void	 segment_copy(struct draft *, const struct zonedb_zone *);

/*
 * Write what is left to serve of a zone whose text has errors: the old data
 * if there are any, with the new text's sources, so that the same errors are
 * not looked at again.
 */
void	 segment_keep(struct draft *, const struct zonedb_zone *old,
	    const struct zone *);

/* Its sources. */
const struct zone_source *segment_sources(const struct zonedb_zone *);

#endif
