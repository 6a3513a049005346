/* gather.c - sets of a message, brought together and kept */

#include <string.h>

#include "gather.h"
#include "local.h"
#include "proof.h"

/* Sets in the making; one at a time. */
static uint8_t	set[SET_OCTETS];

uint32_t
gather_clamp(const struct sift *s, uint32_t ttl)
{
	if (ttl < (uint32_t)s->settings->ttl_min)
		return (uint32_t)s->settings->ttl_min;
	if (ttl > (uint32_t)s->settings->ttl_max)
		return (uint32_t)s->settings->ttl_max;
	return ttl;
}

/* Is this an inside address from a stranger (DNS rebinding)? */
static bool
is_unwanted(const struct sift *s, const struct record *record,
    const uint8_t *rdata)
{
	struct address a;

	if (!s->settings->filter || s->trusted ||
	    record->section != ANSWER ||
	    (record->type != TYPE_A && record->type != TYPE_AAAA))
		return false;
	address_set(&a, rdata, record->len, 0);
	return address_is_private(&a);
}

static bool
is_of(const struct record *record, enum section section, const uint8_t *owner,
    uint16_t type)
{
	return record->section == section && record->type == type &&
	    record->class == CLASS_IN &&
	    name_equal(record->owner.wire, owner);
}

bool
gather_set(const struct sift *s, const struct message *m, enum section section,
    const uint8_t *owner, uint16_t type, unsigned most, struct gathered *g)
{
	struct record_reader reader;
	struct record record;

	*g = (struct gathered){ .data = set, .ttl = UINT32_MAX };
	records_start(&reader, m);
	while (records_next(&reader, &record)) {
		long n;

		if (!is_of(&record, section, owner, type))
			continue;
		if (g->count == most)
			return section == AUTHORITY;
		if (g->size + 2 > sizeof set)
			return false;
		n = record_rdata(m, &record, set + g->size + 2,
		    sizeof set - g->size - 2);
		if (n == -1)
			return false;
		if (is_unwanted(s, &record, set + g->size + 2)) {
			g->filtered = true;
			continue;
		}
		put16(set + g->size, (size_t)n);
		g->size += (size_t)n + 2;
		g->count++;
		if (record.ttl < g->ttl)
			g->ttl = record.ttl;
	}
	return true;
}

/* Of names that are answered here no server is believed. */
static bool
is_servers_to_say(const struct sift *s, const uint8_t *wire)
{
	struct name name;

	name_set(&name, wire);
	return !local_has(s->settings, &name);
}

void
gather_keep(const struct sift *s, const uint8_t *name, uint16_t type,
    enum rank rank, const struct gathered *g)
{
	struct fact f = { .name = name, .type = type, .rank = rank,
	    .ttl = gather_clamp(s, g->ttl), .count = (uint16_t)g->count,
	    .data = g->data, .size = g->size, .extra = g->extra };

	if (rank == RANK_REFERRAL || is_servers_to_say(s, name))
		cache_put(s->cache, &f, s->now);
}

void
gather_keep_negative(const struct sift *s, const uint8_t *name, enum kind kind,
    const struct gathered *g)
{
	struct fact f = { .name = name, .rank = RANK_ANSWER, .kind = kind,
	    .type = kind == KIND_NXDOMAIN ? TYPE_NAME : s->type,
	    .ttl = g->ttl, .count = (uint16_t)g->count, .data = g->data,
	    .size = g->size, .extra = g->extra };

	if (is_servers_to_say(s, name))
		cache_put(s->cache, &f, s->now);
}

void
gather_proof(const struct sift *s, const struct message *m,
    enum section section, const uint8_t *owner, uint16_t type,
    struct gathered *g)
{
	struct proof p = { .out = set + g->size,
	    .room = sizeof set - g->size, .ttl = g->ttl };

	proof_sign(&p, m, section, owner, type);
	if (p.wildcard || section == AUTHORITY)
		proof_deny(&p, m, s->zone);
	if (p.full)
		return;
	g->extra = p.used;
	g->ttl = p.ttl;
}

bool
gather_soa(const struct sift *s, const struct message *m, const uint8_t *name,
    struct gathered *g)
{
	struct record_reader reader;
	struct record record;
	uint32_t minimum;
	size_t prefix;
	long n;

	*g = (struct gathered){ .data = set };
	records_start(&reader, m);
	while (records_next(&reader, &record)) {
		if (record.section != AUTHORITY || record.type != TYPE_SOA ||
		    record.class != CLASS_IN ||
		    !name_within(name, record.owner.wire, &prefix) ||
		    !name_within(record.owner.wire, s->zone, &prefix))
			continue;
		memcpy(set, record.owner.wire, record.owner.len);
		n = record_rdata(m, &record, set + record.owner.len,
		    sizeof set - record.owner.len);
		if (n == -1)
			return false;
		g->size = record.owner.len + (size_t)n;
		g->count = 1;
		minimum = get32(set + g->size - 4);
		g->ttl = minimum < record.ttl ? minimum : record.ttl;
		gather_proof(s, m, AUTHORITY, record.owner.wire, TYPE_SOA, g);
		g->ttl = gather_clamp(s, g->ttl);
		if (g->ttl > (uint32_t)s->settings->negative_max)
			g->ttl = (uint32_t)s->settings->negative_max;
		return true;
	}
	return false;
}
