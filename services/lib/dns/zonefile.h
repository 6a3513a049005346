/*
 * zonefile.h - master files (RFC 1035 5, RFC 2308 4, RFC 3597 5) into a zone
 *
 * Directives: $ORIGIN, $TTL, $INCLUDE file [origin] (files inside the folder
 * only, regular ones, ZONEFILE_DEPTH deep) and $GENERATE (ZONEFILE_GENERATE
 * records each).  A line that is wrong is reported and the next one read, so
 * that one pass shows all faults, up to ZONE_REPORTS of them.
 */
#ifndef LABNET_DNS_ZONEFILE_H
#define LABNET_DNS_ZONEFILE_H

#include <stdbool.h>

#include "dns/zone.h"

enum {
	ZONEFILE_DEPTH = 8,		/* of $INCLUDE */
	ZONEFILE_GENERATE = 65536	/* records of one $GENERATE */
};

/*
 * Read path, beneath the folder that the descriptor is open on, into the
 * zone.  Faults go to zone->report; the files read are in zone->source.
 * False: the file could not be read to its end, or there were errors.
 */
bool	 zonefile_read(struct zone *, int folder, const char *path);

/* The same from memory, for tests; path is only for the messages. */
bool	 zonefile_read_text(struct zone *, int folder, const char *path,
	    const char *text, size_t len);

/*
 * The zone's name from its file's: "dir/hamburger.edu.zone" or the same
 * without ".zone"; "root.zone" is the root.  NULL, or what is wrong.
 */
const char *zonefile_apex(struct name *, const char *path);

#endif
