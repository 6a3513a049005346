/*
 * zonedb.h - the compiled zones, spool/dns/zones.db
 *
 * Written by zonec, mapped read-only by dnsd and shared by all its
 * processes.  All is found by offsets, so opening costs the same for ten
 * names or a million; a name costs a slot, a node and its records: two or
 * three cache lines.
 *
 *	header, then zone after zone, then the table of zones:
 *	zone:	head | nodes | slots of their hashes | sorted nodes | sources
 *	node:	head, name in front of the apex, sets; whole in 4-octet units
 *	set:	head, image, fixups (2 octets each), targets
 *
 * The image of a set is its records as they go into a message, except for
 * compression pointers, because these depend on the message.  The owner of
 * every record is a pointer to octet 12, the name in the question.  Where a
 * fixup points at, the image has 14 bits of a pointer in the making:
 * ZONEDB_IMAGE and an offset from the image's start, or an offset from where
 * the message has the zone's name.
 *
 * Numbers are in the machine's own order, but for those in images.  A zone
 * never refers to anything outside it, so zonec copies unchanged ones as
 * they are.
 */
#ifndef LABNET_DNS_ZONEDB_H
#define LABNET_DNS_ZONEDB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dns/name.h"
#include "dns/zone.h"

#define ZONEDB_MAGIC	"labnetZ"	/* 8 octets with the NUL */

enum {
	ZONEDB_VERSION = 1,
	ZONEDB_ALIGN = 64,		/* of zones in the file */
	ZONEDB_OWNER = 12,		/* the question's name in a message */
	ZONEDB_IMAGE = 0x2000,		/* fixup: relative to the image */
	ZONEDB_DELTA = 0x1fff,
	ZONEDB_POINTER = 0xc000,
	ZONEDB_POINTER_MAX = 0x3fff	/* the last octet to point at */
};

struct zonedb_header {
	char		 magic[8];
	uint32_t	 version;
	uint32_t	 order;		/* 1: made on a machine like this */
	uint64_t	 size;		/* of the whole file */
	uint64_t	 slots_at;	/* the table of zones */
	uint32_t	 slots;		/* power of two */
	uint32_t	 zones;
	uint32_t	 labels;	/* of the longest zone name */
	uint32_t	 check;		/* all the words above, xored */
};

struct zonedb_slot {
	uint64_t	 at;		/* of the zone; 0: free */
	uint32_t	 hash;
	uint32_t	 unused;
};

enum zonedb_flag {
	ZONEDB_LOADED = 1,	/* else it never compiled: SERVFAIL */
	ZONEDB_FAULTY = 2,	/* sources are of a later text with errors */
	ZONEDB_SIGNED = 4,	/* has RRSIG at the apex */
	ZONEDB_NSEC3 = 8
};

struct zonedb_zone {
	uint64_t	 size;
	uint32_t	 flags;
	uint32_t	 serial;
	uint32_t	 slots;		/* power of two */
	uint32_t	 nodes;
	uint32_t	 records;
	uint32_t	 sources;
	/* In 4-octet units from here, the start of the zone. */
	uint32_t	 nodes_at;
	uint32_t	 slots_at;
	uint32_t	 sorted_at;	/* places of the nodes with NSEC or */
	uint32_t	 sorted;	/* NSEC3, in canonical order */
	uint32_t	 sources_at;
	uint32_t	 negative_at;	/* set: the SOA of negative answers */
	uint16_t	 name_len;
	uint8_t		 name[DNS_NAME_MAX + 3];	/* lower case */
};

struct zonedb_entry {		/* a slot of a zone's hash */
	uint32_t	 hash;
	uint32_t	 node;		/* in units; 0: free */
};

struct zonedb_node {
	uint8_t		 prefix;	/* octets of name */
	uint8_t		 flags;		/* enum node_flag */
	uint16_t	 sets;
	uint8_t		 name[];	/* lower case; twice if NODE_CASED */
};

struct zonedb_set {
	uint32_t	 size;		/* octets of the image */
	uint16_t	 type;
	uint16_t	 covers;	/* RRSIG: what it signs */
	uint16_t	 count;		/* records */
	uint16_t	 fixups;
	uint32_t	 targets;	/* struct zonedb_target */
};

/* A host named in the image, in the zone, that has addresses. */
struct zonedb_target {
	uint32_t	 node;		/* in units */
	uint32_t	 at;		/* where in the image its name starts */
};

struct zonedb {
	const uint8_t	*map;
	size_t		 size;
	const struct zonedb_header *header;
};

/*
 * Map a file that is open.  False, with errno set, if it cannot be mapped or
 * is none of ours (EINVAL).
 */
bool	 zonedb_map(struct zonedb *, int fd);
void	 zonedb_unmap(struct zonedb *);
uint32_t zonedb_check(const struct zonedb_header *);

/*
 * The zone nearest above a name, the name itself included; from is the
 * first suffix of the key to try.  Gives the suffix that is its name.  NULL:
 * none.
 */
const struct zonedb_zone *zonedb_zone_of(const struct zonedb *,
	    const struct name_key *, unsigned from, unsigned *suffix);

/* The zones in the order of the file; NULL after the last, begin with NULL. */
const struct zonedb_zone *zonedb_next(const struct zonedb *,
	    const struct zonedb_zone *);

/* The node of a suffix of key, which is in the zone; NULL: none. */
const struct zonedb_node *zonedb_find(const struct zonedb_zone *,
	    const struct name_key *, unsigned suffix);

/* The node "*" under that suffix; NULL: none. */
const struct zonedb_node *zonedb_wild(const struct zonedb_zone *,
	    const struct name_key *, unsigned suffix);

static inline const struct zonedb_node *
zonedb_node(const struct zonedb_zone *zone, uint32_t at)
{
	return (const struct zonedb_node *)(const void *)
	    ((const uint8_t *)zone + (uint64_t)at * 4);
}

static inline const struct zonedb_set *
zonedb_set(const struct zonedb_zone *zone, uint32_t at)
{
	return (const struct zonedb_set *)(const void *)
	    ((const uint8_t *)zone + (uint64_t)at * 4);
}

/* The nodes with NSEC or NSEC3, zone->sorted of them. */
static inline const uint32_t *
zonedb_sorted(const struct zonedb_zone *zone)
{
	return (const uint32_t *)(const void *)
	    ((const uint8_t *)zone + (uint64_t)zone->sorted_at * 4);
}

/* The name as the zone file writes it, in front of the apex. */
static inline const uint8_t *
zonedb_written(const struct zonedb_node *node)
{
	return node->name + (node->flags & NODE_CASED ? node->prefix : 0);
}

static inline size_t
zonedb_round(size_t n)
{
	return (n + 3) & ~(size_t)3;
}

/* The first set, node->sets of them; then the one behind a set. */
static inline const struct zonedb_set *
zonedb_first(const struct zonedb_node *node)
{
	size_t names = node->prefix * (node->flags & NODE_CASED ? 2U : 1U);

	return (const struct zonedb_set *)(const void *)
	    ((const uint8_t *)node + zonedb_round(sizeof *node + names));
}

static inline const uint8_t *
zonedb_image(const struct zonedb_set *set)
{
	return (const uint8_t *)(set + 1);
}

static inline const uint16_t *
zonedb_fixups(const struct zonedb_set *set)
{
	return (const uint16_t *)(const void *)
	    (zonedb_image(set) + zonedb_round(set->size));
}

static inline const struct zonedb_target *
zonedb_targets(const struct zonedb_set *set)
{
	return (const struct zonedb_target *)(const void *)
	    ((const uint8_t *)zonedb_fixups(set) +
	    zonedb_round(set->fixups * 2U));
}

static inline const struct zonedb_set *
zonedb_after(const struct zonedb_set *set)
{
	return (const struct zonedb_set *)(const void *)
	    (zonedb_targets(set) + set->targets);
}

/* The set of a type, or NULL. */
const struct zonedb_set *zonedb_type(const struct zonedb_node *,
	    uint16_t type);

/* The signatures of a set: they lie right behind it.  NULL: none. */
const struct zonedb_set *zonedb_signature(const struct zonedb_node *,
	    const struct zonedb_set *);

#endif
