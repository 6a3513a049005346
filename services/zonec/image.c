/*
 * image.c - compress a set of records ahead of time
 *
 * Names in rdata may end in a pointer into the zone's name or into a name
 * earlier in the set.  Work is bounded: only NEAR names are looked at, the
 * last ones of the first ZONEDB_DELTA octets, which pointers can reach.
 */

#include <stdlib.h>
#include <string.h>

#include "dns/rdata.h"
#include "image.h"
#include "io/copy.h"

enum { NEAR = 16 };

/* A name in the image, its first literal octets being there as they are. */
struct placed {
	const uint8_t	*wire;
	uint32_t	 at;
	size_t		 literal;
};

struct compressor {
	struct image	*image;
	const struct zone *zone;
	bool		 whole;		/* names are not to be compressed */
	struct placed	 placed[NEAR];
	unsigned	 count;
};

bool
image_init(struct image *image)
{
	memset(image, 0, sizeof *image);
	image->targets = malloc(IMAGE_TARGETS * sizeof *image->targets);
	return image->targets != NULL;
}

void
image_free(struct image *image)
{
	free(image->octets);
	free(image->fixups);
	free(image->targets);
}

/* Room for one more record, however large. */
static bool
make_room(struct image *image)
{
	size_t room = image->room != 0 ? image->room : 1 << 18;
	uint32_t fixups = image->fixup_room != 0 ? image->fixup_room : 1024;
	void *grown;

	while (room - image->size < RDATA_MAX + 16)
		room *= 2;
	if (room != image->room) {
		grown = realloc(image->octets, room);
		if (grown == NULL)
			return false;
		image->octets = grown;
		image->room = room;
	}
	while (fixups - image->fixup_count < 2)
		fixups *= 2;
	if (fixups != image->fixup_room) {
		grown = realloc(image->fixups, fixups * sizeof(uint16_t));
		if (grown == NULL)
			return false;
		image->fixups = grown;
		image->fixup_room = fixups;
	}
	return true;
}

static void
put(struct image *image, const void *octets, size_t len)
{
	copy_octets(image->octets + image->size, octets, len);
	image->size += len;
}

static void
put16(struct image *image, uint32_t n)
{
	uint8_t wire[2] = { (uint8_t)(n >> 8), (uint8_t)n };

	put(image, wire, 2);
}

/* The suffix of this length in octets, exactly; NULL if labels end else. */
static const uint8_t *
suffix(const uint8_t *wire, size_t total, size_t len)
{
	size_t at = 0;

	while (total - at > len)
		at += wire[at] + 1U;
	return total - at == len ? wire + at : NULL;
}

/* Where a name of len octets is already: a pointer in the making, or 0. */
static uint32_t
find(const struct compressor *c, const uint8_t *name, size_t len)
{
	const struct name *apex = &c->zone->apex;
	const uint8_t *same;

	if (apex->len >= len) {
		same = suffix(apex->wire, apex->len, len);
		if (same != NULL && memcmp(same, name, len) == 0)
			return ZONEDB_POINTER | (uint32_t)(same - apex->wire);
	}
	for (unsigned i = 0; i < c->count; i++) {
		const struct placed *p = &c->placed[i];
		size_t total = name_length(p->wire, DNS_NAME_MAX), at;

		if (total < len)
			continue;
		same = suffix(p->wire, total, len);
		if (same == NULL || memcmp(same, name, len) != 0)
			continue;
		at = (size_t)(same - p->wire);
		if (at < p->literal && p->at + at <= ZONEDB_DELTA)
			return (uint32_t)(ZONEDB_POINTER | ZONEDB_IMAGE |
			    (p->at + at));
	}
	return 0;
}

static void
put_name(struct compressor *c, const uint8_t *name)
{
	struct image *image = c->image;
	size_t len = name_length(name, DNS_NAME_MAX), at = 0;
	uint32_t pointer = 0, start = (uint32_t)image->size;

	while (name[at] != 0 && !c->whole) {
		pointer = find(c, name + at, len - at);
		if (pointer != 0)
			break;
		at += name[at] + 1U;
	}
	if (pointer == 0)
		at = len;
	put(image, name, at);
	if (at > 0 && start <= ZONEDB_DELTA) {
		memmove(c->placed + 1, c->placed,
		    (NEAR - 1) * sizeof *c->placed);
		c->placed[0] = (struct placed){ name, start, at };
		c->count += c->count < NEAR;
	}
	if (pointer != 0) {
		image->fixups[image->fixup_count++] = (uint16_t)image->size;
		put16(image, pointer);
	}
}

/* Note the host at name if the zone has addresses for it. */
static void
note_target(struct compressor *c, const uint8_t *name, size_t at)
{
	struct image *image = c->image;
	uint32_t node;
	size_t prefix;

	if (image->target_count == IMAGE_TARGETS ||
	    !name_within(name, c->zone->apex.wire, &prefix))
		return;
	node = zone_find(c->zone, name, prefix);
	if (node == ZONE_NONE ||
	    (zone_set_of(c->zone, node, TYPE_A) == NULL &&
	    zone_set_of(c->zone, node, TYPE_AAAA) == NULL))
		return;
	for (uint32_t i = 0; i < image->target_count; i++)
		if (image->targets[i].node == node)
			return;
	image->targets[image->target_count++] =
	    (struct zonedb_target){ node, (uint32_t)at };
}

/* Where rdata of a type names a host to send along (RFC 1035 3.3, 2782). */
static int
host_at(uint16_t type)
{
	switch (type) {
	case TYPE_NS:
		return 0;
	case TYPE_MX: case TYPE_SVCB: case TYPE_HTTPS:
		return 2;
	case TYPE_SRV:
		return 6;
	}
	return -1;
}

static void
put_rdata(struct compressor *c, uint16_t type, const struct zone_record *r)
{
	const struct type *row = type_of(type);
	const char *field = row != NULL ? row->fields : "";
	const uint8_t *p = r->rdata;
	size_t left = r->len, start = c->image->size;
	int host = host_at(type);

	for (; *field != '\0'; field++) {
		long n = rdata_field(*field, p, left);

		if (*field == 'n')
			put_name(c, p);
		else
			put(c->image, p, (size_t)n);
		p += n;
		left -= (size_t)n;
	}
	put(c->image, p, left);
	if (host != -1)
		note_target(c, r->rdata + host, start + (size_t)host);
}

static bool
make(struct image *image, const struct zone *zone, const struct zone_set *set,
    uint32_t ttl, bool whole)
{
	struct compressor c = { .image = image, .zone = zone,
	    .whole = whole };
	uint32_t at = set->first;

	image->size = 0;
	image->fixup_count = image->target_count = 0;
	for (; at != ZONE_NONE; at = zone_record(zone, at)->next) {
		size_t start = image->size, len;

		if (!make_room(image))
			return false;
		put16(image, ZONEDB_POINTER | ZONEDB_OWNER);
		put16(image, set->type);
		put16(image, CLASS_IN);
		put16(image, ttl >> 16);
		put16(image, ttl & 0xffff);
		put16(image, 0);
		put_rdata(&c, set->type, zone_record(zone, at));
		len = image->size - start - 12;
		image->octets[start + 10] = (uint8_t)(len >> 8);
		image->octets[start + 11] = (uint8_t)len;
	}
	return true;
}

/* A set that no message can hold is sent in parts: no pointers across. */
bool
image_make(struct image *image, const struct zone *zone,
    const struct zone_set *set, uint32_t ttl)
{
	return make(image, zone, set, ttl, false) &&
	    (image->size <= ZONE_RDATA_MAX || image->fixup_count == 0 ||
	    make(image, zone, set, ttl, true));
}

static size_t
room(size_t size, size_t fixups, size_t targets)
{
	return sizeof(struct zonedb_set) + zonedb_round(size) +
	    zonedb_round(fixups * sizeof(uint16_t)) +
	    targets * sizeof(struct zonedb_target);
}

size_t
image_room(const struct image *image)
{
	return room(image->size, image->fixup_count, image->target_count);
}

size_t
image_plain(const struct zone *zone, const struct zone_set *set)
{
	const struct type *row = type_of(set->type);
	size_t size = 0;
	uint32_t at = set->first;

	if (host_at(set->type) != -1 ||
	    (row != NULL && strchr(row->fields, 'n') != NULL))
		return 0;
	for (; at != ZONE_NONE; at = zone_record(zone, at)->next)
		size += zone_record(zone, at)->len + 12U;
	return room(size, 0, 0);
}
