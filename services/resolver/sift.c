/* sift.c - what of a server's message may be believed */

#include <string.h>

#include "gather.h"
#include "sift.h"

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
	    !gather_set(s, m, ANSWER, c->at.wire, TYPE_CNAME, 2, &g) ||
	    g.count != 1)
		return false;
	gather_proof(s, m, ANSWER, c->at.wire, TYPE_CNAME, &g);
	gather_keep(s, c->at.wire, TYPE_CNAME, RANK_ANSWER, &g);
	name_set(&c->at, g.data + 2);
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
		if (!gather_set(s, m, ANSWER, record.owner.wire, TYPE_DNAME, 2,
		    &g) || g.count != 1)
			return false;
		gather_proof(s, m, ANSWER, record.owner.wire, TYPE_DNAME,
		    &g);
		gather_keep(s, record.owner.wire, TYPE_DNAME, RANK_ANSWER, &g);
		if (!cache_synthesize(s->cache, c->at.wire,
		    record.owner.wire, g.data + 2, gather_clamp(s, g.ttl),
		    s->now, &made))
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
		if (gather_set(s, m, ADDITIONAL, host, types[i], 16, &g) &&
		    g.count > 0)
			gather_keep(s, host, types[i], RANK_REFERRAL, &g);
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

	gather_keep(s, zone, TYPE_NS, RANK_REFERRAL, g);
	for (unsigned i = 0; i < n; i++) {
		name_set(&hosts[i], g->data + at + 2);
		at += get16(g->data + at) + 2U;
	}
	for (unsigned i = 0; i < n; i++)
		take_glue(s, m, hosts[i].wire);
}

/* The answer at this end of the chain; SAID_ALIAS: it is not here. */
static enum said
take_end(const struct sift *s, const struct message *m, const uint8_t *name)
{
	struct gathered g;

	if (!gather_set(s, m, ANSWER, name, s->type, SET_RECORDS, &g))
		return SAID_NOTHING;
	if (g.count > 0) {
		gather_proof(s, m, ANSWER, name, s->type, &g);
		gather_keep(s, name, s->type, RANK_ANSWER, &g);
		g.extra = 0;
		if (s->prime)	/* RFC 8109 3.3 */
			keep_servers(s, m, name, &g);
		return SAID_ANSWER;
	}
	if (!g.filtered)
		return SAID_ALIAS;
	g.ttl = 60;
	gather_keep_negative(s, name, KIND_NODATA, &g);
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
	gather_keep_negative(s, c->at.wire, kind, &g);
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
	/* Begun seconds count: else each level would lose one. */
	int64_t left = s->zone_expires <= s->now ? 0 :
	    (s->zone_expires - s->now - 1) / 1000000 + 1;

	if (!gather_set(s, m, AUTHORITY, s->cut.wire, TYPE_NS, REFERRAL_SERVERS,
	    &g) || g.count == 0)
		return SAID_NOTHING;
	if (left < g.ttl)
		g.ttl = left > 0 ? (uint32_t)left : 0;
	s->ttl = gather_clamp(s, g.ttl);
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
