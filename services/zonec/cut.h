/* cut.h - does a zone look as if its file were still being written? */
#ifndef ZONEC_CUT_H
#define ZONEC_CUT_H

#include "dns/zonedb.h"

/*
 * Is the zone the old one's text cut off behind some record: the same
 * serial, the same names in the same order, but fewer records?
 */
bool	 cut_off(const struct zonedb_zone *old, const struct zone *);

#endif
