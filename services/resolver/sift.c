/* sift.c - what of a server's message may be believed */

#include <string.h>

#include "proof.h"
#include "sift.h"

/* Sets in the making; one message at a time. */
static uint8_t	set[SET_OCTETS];

struct gathered {
	size_t		 size, extra;
	unsigned	 count;
	uint32_t	 ttl;
	bool		 filtered;	/* some were not wanted */
};

static bool
is_whole(const struct message *m)
{
	struct record_reader reader;
	struct record record;

	records_start(&reader, m);
	while (records_next(&reader, &record))
		;
	return !reader.bad;
}

static uint32_t
clamp(const struct sift *s, uint32_t ttl)
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

/* Bring a set together.  False: broken, or beyond all measure. */
static bool
gather(const struct sift *s, const struct message *m, enum section section,
    const uint8_t *owner, uint16_t type, unsigned most, struct gathered *g)
{
	struct record_reader reader;
	struct record record;

	*g = (struct gathered){ .ttl = UINT32_MAX };
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

static void
keep(const struct sift *s, const uint8_t *name, uint16_t type, enum rank rank,
    const struct gathered *g)
{
	struct fact f = { .name = name, .type = type, .rank = rank,
	    .ttl = clamp(s, g->ttl), .count = (uint16_t)g->count,
	    .data = set, .size = g->size, .extra = g->extra };

	cache_put(s->cache, &f, s->now);
}

static void
keep_negative(const struct sift *s, const uint8_t *name, enum kind kind,
    const struct gathered *g)
{
	struct fact f = { .name = name, .rank = RANK_ANSWER, .kind = kind,
	    .type = kind == KIND_NXDOMAIN ? TYPE_NAME : s->type,
	    .ttl = g->ttl, .count = (uint16_t)g->count, .data = set,
	    .size = g->size, .extra = g->extra };

	cache_put(s->cache, &f, s->now);
}

/*
 * The signatures of the set that was gathered; if they are those of a
 * wildcard, what denies the name itself.  All or nothing: a part would look
 * like an attack to who checks it.
 */
static void
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

/*
 * The SOA of a negative answer (RFC 2308 5): its zone has the name and is
 * in the server's bailiwick.  Without one there is nothing to keep it by.
 */
static bool
gather_soa(const struct sift *s, const struct message *m, const uint8_t *name,
    struct gathered *g)
{
	struct record_reader reader;
	struct record record;
	uint32_t minimum;
	size_t prefix;
	long n;

	*g = (struct gathered){ 0 };
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
		g->ttl = clamp(s, g->ttl);
		if (g->ttl > (uint32_t)s->settings->negative_max)
			g->ttl = (uint32_t)s->settings->negative_max;
		return true;
	}
	return false;
}

/* Where a chain of aliases has come to. */
struct chain {
	struct name	 at;
	unsigned	 links;
};

static bool
follow_cname(const struct sift *s, const struct message *m, struct chain *c)
{
	struct gathered g;

	if (s->type == TYPE_CNAME ||
	    !gather(s, m, ANSWER, c->at.wire, TYPE_CNAME, 2, &g) ||
	    g.count != 1)
		return false;
	gather_proof(s, m, ANSWER, c->at.wire, TYPE_CNAME, &g);
	keep(s, c->at.wire, TYPE_CNAME, RANK_ANSWER, &g);
	name_set(&c->at, set + 2);
	return true;
}

/* RFC 6672 2.2: the DNAME is kept; the CNAME beside it follows from it. */
static bool
follow_dname(const struct sift *s, const struct message *m, struct chain *c)
{
	struct record_reader reader;
	struct record record;
	struct gathered g;
	struct name made;
	size_t prefix;

	records_start(&reader, m);
	while (records_next(&reader, &record)) {
		if (record.section != ANSWER || record.type != TYPE_DNAME ||
		    record.class != CLASS_IN ||
		    !name_within(c->at.wire, record.owner.wire, &prefix) ||
		    prefix == 0 ||
		    !name_within(record.owner.wire, s->zone, &prefix))
			continue;
		if (!gather(s, m, ANSWER, record.owner.wire, TYPE_DNAME, 2,
		    &g) || g.count != 1)
			return false;
		gather_proof(s, m, ANSWER, record.owner.wire, TYPE_DNAME,
		    &g);
		keep(s, record.owner.wire, TYPE_DNAME, RANK_ANSWER, &g);
		if (!cache_synthesize(s->cache, c->at.wire,
		    record.owner.wire, set + 2, clamp(s, g.ttl), s->now,
		    &made))
			return false;
		c->at = made;
		return true;
	}
	return false;
}

/* Addresses of a host that the referral names, if they are theirs to say. */
static void
take_glue(const struct sift *s, const struct message *m, const uint8_t *host)
{
	static const uint16_t types[] = { TYPE_A, TYPE_AAAA };
	struct gathered g;
	size_t prefix;

	if (!name_within(host, s->zone, &prefix))
		return;
	for (unsigned i = 0; i < 2; i++)
		if (gather(s, m, ADDITIONAL, host, types[i], 16, &g) &&
		    g.count > 0)
			keep(s, host, types[i], RANK_REFERRAL, &g);
}

/* The servers of a zone, which are in the set, and addresses of them. */
static void
keep_servers(const struct sift *s, const struct message *m,
    const uint8_t *zone, const struct gathered *g)
{
	struct name hosts[REFERRAL_SERVERS];
	unsigned n = g->count < REFERRAL_SERVERS ? g->count :
	    REFERRAL_SERVERS;
	size_t at = 0;

	keep(s, zone, TYPE_NS, RANK_REFERRAL, g);
	for (unsigned i = 0; i < n; i++) {
		name_set(&hosts[i], set + at + 2);
		at += get16(set + at) + 2U;
	}
	for (unsigned i = 0; i < n; i++)
		take_glue(s, m, hosts[i].wire);
}

/* The answer at this end of the chain; SAID_ALIAS: it is not here. */
static enum said
take_end(const struct sift *s, const struct message *m, const uint8_t *name)
{
	struct gathered g;

	if (!gather(s, m, ANSWER, name, s->type, SET_RECORDS, &g))
		return SAID_NOTHING;
	if (g.count > 0) {
		gather_proof(s, m, ANSWER, name, s->type, &g);
		keep(s, name, s->type, RANK_ANSWER, &g);
		g.extra = 0;
		if (s->prime)	/* RFC 8109 3.3 */
			keep_servers(s, m, name, &g);
		return SAID_ANSWER;
	}
	if (!g.filtered)
		return SAID_ALIAS;
	g.ttl = 60;
	keep_negative(s, name, KIND_NODATA, &g);
	return SAID_NODATA;
}

/*
 * The answer at the end of the chain, if it is in the message.  What is below
 * a DNAME has nothing else, not even for questions of type CNAME.
 */
static enum said
take_answer(const struct sift *s, const struct message *m, struct chain *c)
{
	enum said said;
	size_t prefix;

	for (; name_within(c->at.wire, s->zone, &prefix); c->links++) {
		bool more = c->links < (unsigned)s->settings->chain;

		if (more && follow_dname(s, m, c))
			continue;
		said = take_end(s, m, c->at.wire);
		if (said != SAID_ALIAS)
			return said;
		if (!more || !follow_cname(s, m, c))
			break;
	}
	return c->links > 0 ? SAID_ALIAS : SAID_NOTHING;
}

static enum said
take_negative(const struct sift *s, const struct message *m,
    const struct chain *c, enum kind kind)
{
	struct gathered g;
	size_t prefix;

	if (!name_within(c->at.wire, s->zone, &prefix))
		return SAID_ALIAS;
	if (!gather_soa(s, m, c->at.wire, &g))
		g = (struct gathered){ 0 };	/* for this question only */
	keep_negative(s, c->at.wire, kind, &g);
	return kind == KIND_NODATA ? SAID_NODATA : SAID_NXDOMAIN;
}

/* The cut that the authority section speaks of: further down, our way. */
static bool
find_cut(struct sift *s, const struct message *m)
{
	struct record_reader reader;
	struct record record;
	size_t prefix;

	records_start(&reader, m);
	while (records_next(&reader, &record)) {
		if (record.section != AUTHORITY || record.type != TYPE_NS ||
		    record.class != CLASS_IN ||
		    !name_within(s->name, record.owner.wire, &prefix) ||
		    !name_within(record.owner.wire, s->zone, &prefix) ||
		    prefix == 0)
			continue;
		s->cut = record.owner;
		return true;
	}
	return false;
}

static enum said
take_referral(struct sift *s, const struct message *m)
{
	struct gathered g;
	int64_t left = (s->zone_expires - s->now) / 1000000;

	if (!gather(s, m, AUTHORITY, s->cut.wire, TYPE_NS, REFERRAL_SERVERS,
	    &g) || g.count == 0)
		return SAID_NOTHING;
	if (left < g.ttl)
		g.ttl = left > 0 ? (uint32_t)left : 0;
	s->ttl = clamp(s, g.ttl);
	keep_servers(s, m, s->cut.wire, &g);
	return SAID_REFERRAL;
}

enum said
sift(struct sift *s, const struct message *m)
{
	struct chain chain = { .links = 0 };
	unsigned rcode = m->flags & RCODE_MASK;
	bool authority = s->forward || (m->flags & FLAG_AA);
	enum said said = SAID_NOTHING;
	struct gathered soa;

	if ((rcode != NOERROR && rcode != NXDOMAIN) || !is_whole(m))
		return SAID_NOTHING;
	name_set(&chain.at, s->name);
	if (authority && m->counts[ANSWER] > 0)
		said = take_answer(s, m, &chain);
	if (said == SAID_ANSWER || said == SAID_NODATA)
		return said;
	/* Something was there, but nothing to be believed. */
	if (said == SAID_NOTHING && m->counts[ANSWER] > 0)
		return SAID_NOTHING;
	if (rcode == NXDOMAIN)
		return authority ? take_negative(s, m, &chain,
		    KIND_NXDOMAIN) : SAID_NOTHING;
	if (said == SAID_NOTHING && !s->forward &&
	    !(m->flags & FLAG_AA) && find_cut(s, m))
		return take_referral(s, m);
	if (said == SAID_ALIAS && !gather_soa(s, m, chain.at.wire, &soa))
		return SAID_ALIAS;
	return authority ? take_negative(s, m, &chain, KIND_NODATA) :
	    SAID_NOTHING;
}
