/* cache.c - a hash table whose entries also stand in the order of use */

#include <stdlib.h>
#include <string.h>

#include "cache.h"
#include "dns/type.h"

enum {
	OVERHEAD = 16,			/* what malloc takes beside */
	BUCKET_FOR = 256,		/* octets of cache a bucket */
	SECOND = 1000000
};

bool
cache_open(struct cache *c, size_t limit)
{
	size_t buckets = 64;

	while (buckets < limit / BUCKET_FOR)
		buckets *= 2;
	*c = (struct cache){ .mask = buckets - 1, .limit = limit };
	c->buckets = calloc(buckets, sizeof(void *));
	return c->buckets != NULL;
}

static size_t
octets_of(const struct entry *e)
{
	return sizeof *e + e->name_len + e->size + e->extra + OVERHEAD;
}

static void
unlink_use(struct cache *c, struct entry *e)
{
	if (e->newer != NULL)
		e->newer->older = e->older;
	else
		c->newest = e->older;
	if (e->older != NULL)
		e->older->newer = e->newer;
	else
		c->oldest = e->newer;
}

static void
link_newest(struct cache *c, struct entry *e)
{
	e->newer = NULL;
	e->older = c->newest;
	if (c->newest != NULL)
		c->newest->newer = e;
	else
		c->oldest = e;
	c->newest = e;
}

static void
drop(struct cache *c, struct entry *e)
{
	struct entry **at = &c->buckets[e->hash & c->mask];

	while (*at != e)
		at = &(*at)->next;
	*at = e->next;
	unlink_use(c, e);
	c->used -= octets_of(e);
	c->entries--;
	free(e);
}

void
cache_clear(struct cache *c)
{
	while (c->oldest != NULL)
		drop(c, c->oldest);
}

void
cache_close(struct cache *c)
{
	cache_clear(c);
	free(c->buckets);
	c->buckets = NULL;
}

static struct entry *
find(const struct cache *c, uint32_t hash, const uint8_t *name, size_t len,
    uint16_t type, enum rank rank)
{
	struct entry *e = c->buckets[hash & c->mask];

	for (; e != NULL; e = e->next)
		if (e->hash == hash && e->type == type && e->rank == rank &&
		    e->name_len == len && memcmp(e->octets, name, len) == 0)
			return e;
	return NULL;
}

/* One chain for all types of a name would be long where names are few. */
static uint32_t
mix(uint32_t hash, uint16_t type, enum rank rank)
{
	uint32_t h = hash ^ (type * 2U + rank) * 0x9e3779b1U;

	return h ^ h >> 15;
}

static struct entry *
make(const struct fact *f, const struct name_key *key, int64_t now)
{
	size_t size = f->size + f->extra;
	struct entry *e = malloc(sizeof *e + key->len + size);

	if (e == NULL)
		return NULL;
	*e = (struct entry){ .stored = now, .ttl = f->ttl,
	    .expires = now + (int64_t)f->ttl * SECOND,
	    .hash = mix(key->hash[0], f->type, f->rank),
	    .size = (uint32_t)f->size, .extra = (uint32_t)f->extra,
	    .type = f->type, .count = f->count,
	    .rank = (uint8_t)f->rank, .kind = (uint8_t)f->kind,
	    .synthesized = f->synthesized, .name_len = key->len };
	memcpy(e->octets, key->wire, key->len);
	if (size > 0)
		memcpy(e->octets + key->len, f->data, size);
	return e;
}

bool
cache_put(struct cache *c, const struct fact *f, int64_t now)
{
	struct name_key key;
	struct entry *e, *old, *next;

	name_key(&key, f->name, name_length(f->name, DNS_NAME_MAX));
	if (f->size + f->extra > c->limit / 8 ||
	    (e = make(f, &key, now)) == NULL)
		return false;
	old = find(c, e->hash, e->octets, e->name_len, e->type,
	    (enum rank)e->rank);
	if (old != NULL)
		drop(c, old);
	for (old = c->oldest; old != NULL &&
	    c->used + octets_of(e) > c->limit; old = next) {
		next = old->newer;
		drop(c, old);
	}
	e->next = c->buckets[e->hash & c->mask];
	c->buckets[e->hash & c->mask] = e;
	link_newest(c, e);
	c->used += octets_of(e);
	c->entries++;
	return true;
}

struct entry *
cache_peek(const struct cache *c, const struct name_key *key, unsigned suffix,
    uint16_t type, enum rank rank)
{
	size_t at = key->at[suffix];

	return find(c, mix(key->hash[suffix], type, rank), key->wire + at,
	    key->len - at, type, rank);
}

const struct entry *
cache_find(struct cache *c, const struct name_key *key, unsigned suffix,
    uint16_t type, enum rank rank, int64_t then)
{
	struct entry *e = cache_peek(c, key, suffix, type, rank);

	if (e == NULL || e->expires < then)
		return NULL;
	if (e->hits < UINT8_MAX)
		e->hits++;
	if (e != c->newest) {
		unlink_use(c, e);
		link_newest(c, e);
	}
	return e;
}

const struct entry *
cache_find_name(struct cache *c, const uint8_t *name, uint16_t type,
    enum rank rank, int64_t then)
{
	struct name_key key;

	name_key(&key, name, name_length(name, DNS_NAME_MAX));
	return cache_find(c, &key, 0, type, rank, then);
}

bool
cache_synthesize(struct cache *c, const uint8_t *name, const uint8_t *owner,
    const uint8_t *target, uint32_t ttl, int64_t now, struct name *alias)
{
	uint8_t data[2 + DNS_NAME_MAX];
	size_t prefix, len = name_length(target, DNS_NAME_MAX);
	struct fact f = { .name = name, .type = TYPE_CNAME,
	    .rank = RANK_ANSWER, .ttl = ttl, .count = 1, .data = data,
	    .synthesized = true };

	if (!name_within(name, owner, &prefix) ||
	    prefix + len > DNS_NAME_MAX)
		return false;
	alias->len = (uint8_t)(prefix + len);
	memcpy(alias->wire, name, prefix);
	memcpy(alias->wire + prefix, target, len);
	data[0] = 0;
	data[1] = alias->len;
	memcpy(data + 2, alias->wire, alias->len);
	f.size = 2U + alias->len;
	return cache_put(c, &f, now);
}

int64_t
entry_end(const struct entry *e)
{
	return e->stored + (int64_t)e->ttl * SECOND;
}

uint32_t
entry_ttl(const struct entry *e, int64_t now)
{
	return now >= e->expires ? 0 :
	    (uint32_t)((e->expires - now + SECOND - 1) / SECOND);
}
