/*
 * image.h - a set of records as it will go into messages: see dns/zonedb.h
 */
#ifndef ZONEC_IMAGE_H
#define ZONEC_IMAGE_H

#include "dns/zonedb.h"

struct image {
	uint8_t		*octets;	/* grown as needed */
	size_t		 size, room;
	uint16_t	*fixups;
	uint32_t	 fixup_count, fixup_room;
	struct zonedb_target *targets;	/* node: the zone's index as yet */
	uint32_t	 target_count;
};

enum { IMAGE_TARGETS = 64 };		/* hosts looked up for one set */

/* False: no memory.  image_free() after all sets. */
bool	 image_init(struct image *);
void	 image_free(struct image *);

/* Make the set's image with the given TTL.  False: no memory. */
bool	 image_make(struct image *, const struct zone *,
	    const struct zone_set *, uint32_t ttl);

/* The octets of a set in the file, its head included. */
size_t	 image_room(const struct image *);

/*
 * The same without making the image, for a set whose rdata is copied as it
 * is; 0 for other sets.
 */
size_t	 image_plain(const struct zone *, const struct zone_set *);

#endif
