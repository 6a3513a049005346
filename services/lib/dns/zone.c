/* zone.c - a zone in memory: nodes, sets and records in arenas */

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "dns/zone.h"
#include "io/copy.h"

struct zone_node *
zone_node(const struct zone *z, uint32_t index)
{
	return (struct zone_node *)(void *)z->nodes.octets + index;
}

struct zone_set *
zone_set(const struct zone *z, uint32_t index)
{
	return (struct zone_set *)(void *)z->sets.octets + index;
}

struct zone_record *
zone_record(const struct zone *z, uint32_t at)
{
	return (struct zone_record *)(void *)(z->records.octets + at);
}

static uint32_t *
slots(const struct zone *z)
{
	return (uint32_t *)(void *)z->slots.octets;
}

const uint8_t *
zone_prefix(const struct zone *z, const struct zone_node *node, size_t *len)
{
	const uint8_t *p = z->names.octets + node->name;

	*len = *p;
	return p + 1;
}

void
zone_name(const struct zone *z, const struct zone_node *node,
    struct name *name)
{
	size_t len;
	const uint8_t *prefix = zone_prefix(z, node, &len);

	memcpy(name->wire, prefix, len);
	memcpy(name->wire + len, z->apex.wire, z->apex.len);
	name->len = (uint8_t)(len + z->apex.len);
}

static bool
same_prefix(const uint8_t *a, const uint8_t *b, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (name_lower_of[a[i]] != name_lower_of[b[i]])
			return false;
	return true;
}

/* The slot where a name is, or the free one where it belongs. */
static uint32_t *
slot_of(const struct zone *z, uint32_t hash, const uint8_t *prefix, size_t len)
{
	uint32_t i = hash;

	for (;; i++) {
		uint32_t *slot = &slots(z)[i & (z->slot_count - 1)];
		struct zone_node *node;
		size_t n;

		if (*slot == ZONE_NONE)
			return slot;
		node = zone_node(z, *slot);
		if (node->hash == hash) {
			const uint8_t *p = zone_prefix(z, node, &n);

			if (n == len && same_prefix(p, prefix, len))
				return slot;
		}
	}
}

/* Hash of the name prefix + apex, from its end. */
static uint32_t
hash_of(const struct zone *z, const uint8_t *prefix, size_t len)
{
	uint8_t at[DNS_LABELS_MAX];
	unsigned labels = 0;
	uint32_t h = z->apex_hash;

	for (size_t i = 0; i < len; i += prefix[i] + 1U)
		at[labels++] = (uint8_t)i;
	while (labels-- > 0)
		h = name_hash(h, prefix + at[labels]);
	return h;
}

uint32_t
zone_find(const struct zone *z, const uint8_t *prefix, size_t len)
{
	return *slot_of(z, hash_of(z, prefix, len), prefix, len);
}

/* Twice the slots, once they are more than half full. */
static bool
grow_slots(struct zone *z)
{
	uint32_t count = z->slot_count * 2, unused;

	z->slots.used = 0;
	if (!arena_take(&z->slots, count * sizeof(uint32_t), &unused))
		return false;
	z->slot_count = count;
	memset(z->slots.octets, 0xff, count * sizeof(uint32_t));
	for (uint32_t i = 0; i < z->node_count; i++) {
		uint32_t j = zone_node(z, i)->hash;

		while (slots(z)[j & (count - 1)] != ZONE_NONE)
			j++;
		slots(z)[j & (count - 1)] = i;
	}
	return true;
}

/*
 * Find or make a node, and the nodes above it: a name with nothing but
 * names below it exists too (RFC 4592 2.2.2).  ZONE_NONE: no memory.
 */
static uint32_t
node_at(struct zone *z, const uint8_t *prefix, size_t len)
{
	uint32_t hash = hash_of(z, prefix, len), index, at, parent = ZONE_NONE;
	struct zone_node *node;

	index = *slot_of(z, hash, prefix, len);
	if (index != ZONE_NONE)
		return index;
	if (len > 0) {
		parent = node_at(z, prefix + *prefix + 1, len - *prefix - 1);
		if (parent == ZONE_NONE)
			return ZONE_NONE;
	}
	if (z->node_count >= z->slot_count / 2 && !grow_slots(z))
		return ZONE_NONE;
	if (!arena_take(&z->nodes, sizeof *node, &at) ||
	    !arena_take(&z->names, len + 1, &at))
		return ZONE_NONE;
	z->names.octets[at] = (uint8_t)len;
	copy_octets(z->names.octets + at + 1, prefix, len);
	index = z->node_count++;
	node = zone_node(z, index);
	*node = (struct zone_node){ .hash = hash, .parent = parent,
	    .sets = ZONE_NONE, .name = at };
	for (size_t i = 0; i < len; i++)
		if (prefix[i] != name_lower_of[prefix[i]])
			node->flags = NODE_CASED;
	*slot_of(z, hash, prefix, len) = index;
	return index;
}

void
zone_spill(struct zone *z, int folder)
{
	enum { ARENAS = 5 };
	struct arena *all[ARENAS] = { &z->nodes, &z->sets, &z->records,
	    &z->names, &z->slots };

	z->folder = folder;
	for (unsigned i = 0; i < ARENAS; i++) {
		if (all[i]->octets == NULL)
			arena_init(all[i], folder);
		all[i]->folder = folder;
	}
}

bool
zone_init(struct zone *z, const struct name *apex)
{
	struct name_key key;
	uint32_t at;

	memset(z, 0, sizeof *z);
	zone_spill(z, -1);
	z->apex = *apex;
	name_lower(&z->apex);
	name_key(&key, z->apex.wire, z->apex.len);
	z->apex_hash = key.hash[0];
	z->slot_count = 1024;
	if (!arena_take(&z->slots, z->slot_count * sizeof(uint32_t), &at))
		return false;
	memset(z->slots.octets, 0xff, z->slots.used);
	return node_at(z, z->apex.wire, 0) != ZONE_NONE;
}

void
zone_free(struct zone *z)
{
	arena_free(&z->nodes);
	arena_free(&z->sets);
	arena_free(&z->records);
	arena_free(&z->names);
	arena_free(&z->slots);
	memset(z, 0, sizeof *z);
}

/* The set of a type, and for RRSIG of the type covered, else NULL. */
static struct zone_set *
set_at(const struct zone *z, uint32_t node, uint16_t type, uint16_t covers)
{
	uint32_t i = zone_node(z, node)->sets;

	for (; i != ZONE_NONE; i = zone_set(z, i)->next)
		if (zone_set(z, i)->type == type &&
		    zone_set(z, i)->covers == covers)
			return zone_set(z, i);
	return NULL;
}

struct zone_set *
zone_set_of(const struct zone *z, uint32_t node, uint16_t type)
{
	return set_at(z, node, type, 0);
}

/* Make a set at the end of the node's list. */
static struct zone_set *
add_set(struct zone *z, uint32_t node, uint16_t type, uint16_t covers,
    uint32_t ttl)
{
	uint32_t at, *link = &zone_node(z, node)->sets;

	if (!arena_take(&z->sets, sizeof(struct zone_set), &at))
		return NULL;
	at /= sizeof(struct zone_set);
	while (*link != ZONE_NONE)
		link = &zone_set(z, *link)->next;
	*link = at;
	*zone_set(z, at) = (struct zone_set){ .next = ZONE_NONE,
	    .first = ZONE_NONE, .last = ZONE_NONE, .ttl = ttl, .type = type,
	    .covers = covers };
	return zone_set(z, at);
}

const char *
zone_no_memory(struct zone *z)
{
	z->failed = true;
	return "no memory";
}

const char *
zone_add(struct zone *z, const struct name *owner, uint16_t type,
    uint32_t ttl, const uint8_t *rdata, size_t len, unsigned source,
    unsigned line)
{
	uint16_t covers = 0;
	uint32_t node, at;
	size_t prefix;
	struct zone_set *set;
	struct zone_record *record;

	if (!name_within(owner->wire, z->apex.wire, &prefix))
		return "name is not in the zone";
	if (type == TYPE_RRSIG && len >= 2)
		covers = (uint16_t)(rdata[0] << 8 | rdata[1]);
	if (len > ZONE_RDATA_MAX)
		return "too long to be sent in any message";
	node = node_at(z, owner->wire, prefix);
	if (node == ZONE_NONE)
		return zone_no_memory(z);
	set = set_at(z, node, type, covers);
	if (set == NULL && (set = add_set(z, node, type, covers, ttl)) == NULL)
		return zone_no_memory(z);
	if (set->count == ZONE_SET_MAX)
		return "more than 65535 records in a set";
	if (!arena_take(&z->records, sizeof *record + len, &at))
		return zone_no_memory(z);
	record = zone_record(z, at);
	*record = (struct zone_record){ .next = ZONE_NONE, .line = line,
	    .source = (uint16_t)source, .len = (uint16_t)len };
	copy_octets(record->rdata, rdata, len);
	if (set->first == ZONE_NONE)
		set->first = at;
	else
		zone_record(z, set->last)->next = at;
	set->last = at;
	set->count++;
	z->record_count++;
	if (ttl != set->ttl && type != TYPE_RRSIG) /* RFC 2181 5.2 */
		zone_fault(z, ZONE_WARNING, source, line,
		    "a set has one time to live: the least is taken");
	if (ttl < set->ttl)
		set->ttl = ttl;
	return NULL;
}

void
zone_fault(struct zone *z, enum severity severity, unsigned source,
    unsigned line, const char *fmt, ...)
{
	char text[1500];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	if (severity == ZONE_ERROR)
		z->errors++;
	else
		z->warnings++;
	if ((severity == ZONE_ERROR ? z->errors : z->warnings) <= ZONE_REPORTS
	    && z->report != NULL)
		z->report(severity, z->source[source].path, line, text);
}

static int64_t
nanoseconds(const struct timespec *t)
{
	return (int64_t)t->tv_sec * 1000000000 + t->tv_nsec;
}

bool
zone_note(struct zone *z, const char *path, const struct stat *st)
{
	struct zone_source *s = &z->source[z->sources];

	if (z->sources == ZONE_SOURCES || strlen(path) >= ZONE_PATH)
		return false;
	memset(s, 0, sizeof *s);
	memcpy(s->path, path, strlen(path));
	s->device = st->st_dev;
	s->inode = st->st_ino;
	s->size = (uint64_t)st->st_size;
	s->mtime = nanoseconds(&st->st_mtim);
	s->ctime = nanoseconds(&st->st_ctim);
	z->sources++;
	return true;
}

bool
zone_same(const struct zone_source *s, const struct stat *st)
{
	return s->device == st->st_dev && s->inode == st->st_ino &&
	    s->size == (uint64_t)st->st_size &&
	    s->mtime == nanoseconds(&st->st_mtim) &&
	    s->ctime == nanoseconds(&st->st_ctim);
}
