/*
 * segment.c - one zone of zones.db, written
 *
 * Two rounds over the nodes: the first gives each its place, since sets
 * refer to other nodes by place; the second writes them.
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "dns/rdata.h"
#include "image.h"
#include "segment.h"

struct segment {
	struct draft	*out;
	struct zone	*zone;
	struct image	 image;
	uint64_t	 start;		/* of the zone in the file */
	uint64_t	 at;		/* first round: octets so far */
	struct zonedb_zone head;
};

/* The next set to write after `last` (NULL: begin): each set is followed by
 * its signatures, and signatures of nothing come at the end. */
struct walk {
	uint32_t	 next;
	const struct zone_set *signs;
	bool		 orphans;
};

static const struct zone_set *
signature_of(const struct zone *z, const struct zone_node *node, uint16_t type)
{
	uint32_t i = node->sets;

	for (; i != ZONE_NONE; i = zone_set(z, i)->next)
		if (zone_set(z, i)->covers == type &&
		    zone_set(z, i)->type == TYPE_RRSIG)
			return zone_set(z, i);
	return NULL;
}

static const struct zone_set *
next_set(const struct zone *z, const struct zone_node *node, struct walk *w)
{
	const struct zone_set *set;

	if (w->signs != NULL) {
		set = w->signs;
		w->signs = NULL;
		return set;
	}
	while (w->next != ZONE_NONE || !w->orphans) {
		if (w->next == ZONE_NONE) {
			w->next = node->sets;
			w->orphans = true;
			continue;
		}
		set = zone_set(z, w->next);
		w->next = set->next;
		if (!w->orphans && set->type != TYPE_RRSIG) {
			w->signs = signature_of(z, node, set->type);
			return set;
		}
		if (w->orphans && set->type == TYPE_RRSIG &&
		    zone_set_of(z, (uint32_t)(node - zone_node(z, 0)),
		    set->covers) == NULL)
			return set;
	}
	return NULL;
}

/* RFC 4034 3: signatures have the TTL of what they sign. */
static uint32_t
ttl_of(const struct zone *z, const struct zone_node *node,
    const struct zone_set *set)
{
	const struct zone_set *signs;

	if (set->type != TYPE_RRSIG)
		return set->ttl;
	signs = zone_set_of(z, (uint32_t)(node - zone_node(z, 0)), set->covers);
	return signs != NULL ? signs->ttl : set->ttl;
}

static size_t
node_head(const struct zone *z, const struct zone_node *node)
{
	size_t len;

	zone_prefix(z, node, &len);
	if (node->flags & NODE_CASED)
		len *= 2;
	return zonedb_round(sizeof(struct zonedb_node) + len);
}

/* First round: give a node its place. */
static bool
place_node(struct segment *s, struct zone_node *node)
{
	struct walk w = { .next = node->sets };
	const struct zone_set *set;
	size_t size;

	node->offset = (uint32_t)(s->at / 4);
	s->at += node_head(s->zone, node);
	while ((set = next_set(s->zone, node, &w)) != NULL) {
		size = image_plain(s->zone, set);
		if (size == 0) {
			if (!image_make(&s->image, s->zone, set, 0))
				return false;
			size = image_room(&s->image);
		}
		s->at += size;
	}
	if (s->at / 4 > UINT32_MAX - (1 << 24)) {
		errno = EFBIG;
		return false;
	}
	return true;
}

static bool
put_set(struct segment *s, const struct zone_set *set, uint32_t ttl)
{
	struct image *image = &s->image;
	struct zonedb_set head;

	if (!image_make(image, s->zone, set, ttl))
		return false;
	head = (struct zonedb_set){ (uint32_t)image->size, set->type,
	    set->covers, (uint16_t)set->count, (uint16_t)image->fixup_count,
	    image->target_count };
	for (uint32_t i = 0; i < image->target_count; i++)
		image->targets[i].node = zone_node(s->zone,
		    image->targets[i].node)->offset;
	draft_put(s->out, &head, sizeof head);
	draft_put(s->out, image->octets, image->size);
	draft_align(s->out, 4);
	draft_put(s->out, image->fixups,
	    image->fixup_count * sizeof *image->fixups);
	draft_align(s->out, 4);
	draft_put(s->out, image->targets,
	    image->target_count * sizeof *image->targets);
	return true;
}

/* Second round: write it there. */
static bool
put_node(struct segment *s, const struct zone_node *node)
{
	struct walk w = { .next = node->sets };
	struct zonedb_node head = { .flags = node->flags };
	const struct zone_set *set;
	uint8_t lower[DNS_NAME_MAX];
	size_t len;
	const uint8_t *prefix = zone_prefix(s->zone, node, &len);

	while (next_set(s->zone, node, &w) != NULL)
		head.sets++;
	head.prefix = (uint8_t)len;
	for (size_t i = 0; i < len; i++)
		lower[i] = name_lower_of[prefix[i]];
	draft_put(s->out, &head, sizeof head);
	draft_put(s->out, lower, len);
	if (node->flags & NODE_CASED)
		draft_put(s->out, prefix, len);
	draft_align(s->out, 4);
	w = (struct walk){ .next = node->sets };
	while ((set = next_set(s->zone, node, &w)) != NULL)
		if (!put_set(s, set, ttl_of(s->zone, node, set)))
			return false;
	return true;
}

static uint32_t
here(const struct segment *s)
{
	return (uint32_t)((s->out->at - s->start) / 4);
}

/* RFC 2308 3: the SOA of negative answers has the lower of two TTLs. */
static bool
put_negative(struct segment *s)
{
	const struct zone_set *soa = zone_set_of(s->zone, ZONE_APEX, TYPE_SOA);
	const struct zone_set *signature = signature_of(s->zone,
	    zone_node(s->zone, ZONE_APEX), TYPE_SOA);
	const struct zone_record *r = zone_record(s->zone, soa->first);
	const uint8_t *end = r->rdata + r->len;
	uint32_t minimum = (uint32_t)end[-4] << 24 | (uint32_t)end[-3] << 16 |
	    (uint32_t)end[-2] << 8 | end[-1];
	uint32_t ttl = soa->ttl < minimum ? soa->ttl : minimum;

	s->head.negative_at = here(s);
	if (signature != NULL)
		s->head.flags |= ZONEDB_SIGNED;
	return put_set(s, soa, ttl) &&
	    (signature == NULL || put_set(s, signature, ttl));
}

static bool
put_slots(struct segment *s)
{
	struct zone *z = s->zone;
	struct zonedb_entry *entries;
	struct arena room;
	uint32_t slots = 4, at;

	while (slots / 4 * 3 < z->node_count + 1)
		slots *= 2;
	arena_init(&room, z->folder);
	if (!arena_take(&room, slots * sizeof *entries, &at))
		return false;
	memset(room.octets, 0, slots * sizeof *entries);
	entries = (void *)room.octets;
	for (uint32_t i = 0; i < z->node_count; i++) {
		const struct zone_node *node = zone_node(z, i);
		uint32_t j = node->hash;

		while (entries[j & (slots - 1)].node != 0)
			j++;
		entries[j & (slots - 1)] =
		    (struct zonedb_entry){ node->hash, node->offset };
	}
	draft_align(s->out, 8);
	s->head.slots_at = here(s);
	s->head.slots = slots;
	draft_put(s->out, entries, slots * sizeof *entries);
	arena_free(&room);
	return true;
}

/* The zone that compare_nodes() sorts: qsort(3) passes none along. */
static const struct zone *sorting;

static int
compare_nodes(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;
	struct name m, n;

	zone_name(sorting, zone_node(sorting, *x), &m);
	zone_name(sorting, zone_node(sorting, *y), &n);
	return name_compare(m.wire, n.wire);
}

/* The names that NSEC or NSEC3 stand at, for finding the one before a name */
static bool
put_sorted(struct segment *s)
{
	struct zone *z = s->zone;
	uint16_t type = TYPE_NSEC;
	struct arena room;
	uint32_t *nodes, count = 0, at;

	if (zone_set_of(z, ZONE_APEX, TYPE_NSEC3PARAM) != NULL &&
	    zone_set_of(z, ZONE_APEX, TYPE_NSEC) == NULL) {
		type = TYPE_NSEC3;
		s->head.flags |= ZONEDB_NSEC3;
	}
	arena_init(&room, z->folder);
	if (!arena_take(&room, z->node_count * sizeof *nodes, &at))
		return false;
	nodes = (void *)room.octets;
	for (uint32_t i = 0; i < z->node_count; i++)
		if (zone_set_of(z, i, type) != NULL)
			nodes[count++] = i;
	sorting = z;
	qsort(nodes, count, sizeof *nodes, compare_nodes);
	for (uint32_t i = 0; i < count; i++)
		nodes[i] = zone_node(z, nodes[i])->offset;
	s->head.sorted_at = here(s);
	s->head.sorted = count;
	draft_put(s->out, nodes, count * sizeof *nodes);
	arena_free(&room);
	return true;
}

static void
put_sources(struct segment *s)
{
	draft_align(s->out, 8);
	s->head.sources_at = here(s);
	s->head.sources = s->zone->sources;
	draft_put(s->out, s->zone->source,
	    s->zone->sources * sizeof *s->zone->source);
	s->head.size = s->out->at - s->start;
}

/* Octets of the head, a place for it being at the start. */
static void
put_head(struct segment *s)
{
	draft_patch(s->out, s->start, &s->head, sizeof s->head);
}

static bool
write_nodes(struct segment *s)
{
	struct zone *z = s->zone;

	s->at = zonedb_round(sizeof s->head);
	for (uint32_t i = 0; i < z->node_count; i++)
		if (!place_node(s, zone_node(z, i)))
			return false;
	s->head.nodes_at = (uint32_t)zonedb_round(sizeof s->head) / 4;
	for (uint32_t i = 0; i < z->node_count; i++)
		if (!put_node(s, zone_node(z, i)))
			return false;
	return true;
}

static void
begin(struct segment *s, struct draft *out, const struct name *apex)
{
	*s = (struct segment){ .out = out, .start = out->at };
	s->head.name_len = apex->len;
	memcpy(s->head.name, apex->wire, apex->len);
	draft_put(out, &s->head, sizeof s->head);
	draft_align(out, 4);
}

bool
segment_write(struct draft *out, struct zone *zone)
{
	struct segment s;
	bool good;

	begin(&s, out, &zone->apex);
	s.zone = zone;
	s.head.flags = ZONEDB_LOADED;
	s.head.serial = zone->serial;
	s.head.nodes = zone->node_count;
	s.head.records = zone->record_count;
	good = image_init(&s.image) && write_nodes(&s) && put_negative(&s) &&
	    put_slots(&s) && put_sorted(&s);
	image_free(&s.image);
	if (!good)
		return false;
	put_sources(&s);
	put_head(&s);
	return true;
}

void
segment_copy(struct draft *out, const struct zonedb_zone *zone)
{
	draft_put(out, zone, zone->size);
}

void
segment_keep(struct draft *out, const struct zonedb_zone *old,
    const struct zone *zone)
{
	struct segment s;

	begin(&s, out, &zone->apex);
	if (old != NULL) {
		size_t sources = (size_t)old->sources_at * 4;

		s.head = *old;
		draft_put(out, (const uint8_t *)old + zonedb_round(sizeof
		    *old), sources - zonedb_round(sizeof *old));
	}
	s.head.flags |= ZONEDB_FAULTY;
	s.zone = (struct zone *)(uintptr_t)zone;
	put_sources(&s);
	put_head(&s);
}

const struct zone_source *
segment_sources(const struct zonedb_zone *zone)
{
	return (const struct zone_source *)(const void *)
	    zonedb_node(zone, zone->sources_at);
}
