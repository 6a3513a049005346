/* zonedb.c - the compiled zones: mapping and looking up */

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "dns/zonedb.h"

uint32_t
zonedb_check(const struct zonedb_header *header)
{
	uint32_t word, sum = 0x6c61626e;

	for (size_t i = 0; i < offsetof(struct zonedb_header, check); i += 4) {
		memcpy(&word, (const uint8_t *)header + i, 4);
		sum = (sum << 5 | sum >> 27) ^ word;
	}
	return sum;
}

/* Is it a file of ours, as long as it says? */
static bool
is_whole(const struct zonedb_header *h, size_t size)
{
	return memcmp(h->magic, ZONEDB_MAGIC, sizeof h->magic) == 0 &&
	    h->version == ZONEDB_VERSION && h->order == 1 &&
	    h->size == size && h->check == zonedb_check(h) &&
	    h->slots != 0 && (h->slots & (h->slots - 1)) == 0 &&
	    h->slots_at <= size &&
	    h->slots <= (size - h->slots_at) / sizeof(struct zonedb_slot);
}

bool
zonedb_map(struct zonedb *db, int fd)
{
	struct stat st;
	void *map;

	if (fstat(fd, &st) == -1)
		return false;
	if (!S_ISREG(st.st_mode) ||
	    (size_t)st.st_size < sizeof(struct zonedb_header)) {
		errno = EINVAL;
		return false;
	}
	db->size = (size_t)st.st_size;
	map = mmap(NULL, db->size, PROT_READ, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED)
		return false;
	db->map = map;
	db->header = map;
	if (!is_whole(db->header, db->size)) {
		zonedb_unmap(db);
		errno = EINVAL;
		return false;
	}
	return true;
}

void
zonedb_unmap(struct zonedb *db)
{
	if (db->map != NULL)
		munmap((void *)(uintptr_t)db->map, db->size);
	memset(db, 0, sizeof *db);
}

/* memcmp(3) goes by single octets in small libcs; this is the hot path. */
static inline bool
is_same(const uint8_t *a, const uint8_t *b, size_t len)
{
	uint64_t x, y;

	for (; len >= 8; len -= 8, a += 8, b += 8) {
		memcpy(&x, a, 8);
		memcpy(&y, b, 8);
		if (x != y)
			return false;
	}
	for (; len > 0; len--)
		if (*a++ != *b++)
			return false;
	return true;
}

static const struct zonedb_slot *
table(const struct zonedb *db)
{
	return (const struct zonedb_slot *)(const void *)
	    (db->map + db->header->slots_at);
}

static const struct zonedb_zone *
zone_at(const struct zonedb *db, uint64_t at)
{
	return (const struct zonedb_zone *)(const void *)(db->map + at);
}

const struct zonedb_zone *
zonedb_zone_of(const struct zonedb *db, const struct name_key *key,
    unsigned from, unsigned *suffix)
{
	uint32_t mask = db->header->slots - 1;
	const struct zonedb_slot *slots = table(db);
	unsigned deepest = db->header->labels;

	if (key->labels > deepest && from < key->labels - deepest)
		from = key->labels - deepest;
	for (; from <= key->labels; from++) {
		uint32_t hash = key->hash[from], i = hash;

		for (; slots[i & mask].at != 0; i++) {
			const struct zonedb_zone *zone;
			size_t len = key->len - (size_t)key->at[from];

			if (slots[i & mask].hash != hash)
				continue;
			zone = zone_at(db, slots[i & mask].at);
			if (zone->name_len == len && is_same(zone->name,
			    key->wire + key->at[from], len)) {
				*suffix = from;
				return zone;
			}
		}
	}
	return NULL;
}

const struct zonedb_zone *
zonedb_next(const struct zonedb *db, const struct zonedb_zone *zone)
{
	uint64_t at = ZONEDB_ALIGN;

	if (zone != NULL)
		at = (uint64_t)((const uint8_t *)zone - db->map) + zone->size;
	at = (at + ZONEDB_ALIGN - 1) & ~(uint64_t)(ZONEDB_ALIGN - 1);
	return at < db->header->slots_at ? zone_at(db, at) : NULL;
}

static const struct zonedb_entry *
entries(const struct zonedb_zone *zone)
{
	return (const struct zonedb_entry *)(const void *)
	    ((const uint8_t *)zone + (uint64_t)zone->slots_at * 4);
}

const struct zonedb_node *
zonedb_find(const struct zonedb_zone *zone, const struct name_key *key,
    unsigned suffix)
{
	const struct zonedb_entry *slots = entries(zone);
	uint32_t mask = zone->slots - 1, hash = key->hash[suffix], i = hash;
	const uint8_t *name = key->wire + key->at[suffix];
	size_t len = key->len - (size_t)key->at[suffix] - zone->name_len;

	for (; slots[i & mask].node != 0; i++) {
		const struct zonedb_node *node;

		if (slots[i & mask].hash != hash)
			continue;
		node = zonedb_node(zone, slots[i & mask].node);
		if (node->prefix == len && is_same(node->name, name, len))
			return node;
	}
	return NULL;
}

const struct zonedb_node *
zonedb_wild(const struct zonedb_zone *zone, const struct name_key *key,
    unsigned suffix)
{
	const struct zonedb_entry *slots = entries(zone);
	static const uint8_t star[] = { 1, '*' };
	uint32_t mask = zone->slots - 1;
	uint32_t hash = name_hash(key->hash[suffix], star), i = hash;
	const uint8_t *name = key->wire + key->at[suffix];
	size_t len = key->len - (size_t)key->at[suffix] - zone->name_len;

	for (; slots[i & mask].node != 0; i++) {
		const struct zonedb_node *node;

		if (slots[i & mask].hash != hash)
			continue;
		node = zonedb_node(zone, slots[i & mask].node);
		if (node->prefix == len + 2 && node->name[1] == '*' &&
		    is_same(node->name + 2, name, len))
			return node;
	}
	return NULL;
}

const struct zonedb_set *
zonedb_type(const struct zonedb_node *node, uint16_t type)
{
	const struct zonedb_set *set = zonedb_first(node);

	for (unsigned n = node->sets; n > 0; n--) {
		if (set->type == type)
			return set;
		set = zonedb_after(set);
	}
	return NULL;
}

const struct zonedb_set *
zonedb_signature(const struct zonedb_node *node, const struct zonedb_set *of)
{
	const struct zonedb_set *set = zonedb_first(node);

	for (unsigned n = node->sets; n > 0; n--) {
		const struct zonedb_set *after = zonedb_after(set);

		if (set == of)
			return n > 1 && after->type == TYPE_RRSIG &&
			    after->covers == of->type ? after : NULL;
		set = after;
	}
	return NULL;
}
