/*
 * answer.c - what a zone says to a question
 *
 * RFC 1034 4.3.2 with RFC 4592 (wildcards), 6672 (DNAME), 2308 and 6604
 * (negative answers) and 4035 3.1 (signatures).  Which nodes are delegations
 * or below one zonec has settled, so an existing name is one look-up.
 */

#include <assert.h>
#include <string.h>

#include "answer.h"
#include "denial.h"

/* The name being looked for: the one asked, later what it is an alias of. */
struct search {
	struct reply	*r;
	const struct name_key *key;
	const uint8_t	*written;	/* as it came, with its case */
	struct place	 place;		/* in the message */
	unsigned	 apex;		/* suffix that is the zone's name */
	const struct zonedb_set **used;	/* aliases so far */
	unsigned	 uses;
	/* What locate() found: */
	const struct zonedb_node *node;
	unsigned	 suffix;	/* of node's name, or its parent's */
};

enum found { FOUND_NAME, FOUND_WILD, FOUND_CUT, FOUND_DNAME, FOUND_NOTHING };

/*
 * Down from the apex to the first delegation or DNAME above the suffix, the
 * suffix included.  There is one, but for a DNAME at the name itself.
 */
static enum found
descend(struct search *s, unsigned suffix)
{
	unsigned i = s->apex + 1;

	while (i-- > suffix) {
		s->node = zonedb_find(s->r->zone, s->key, i);
		s->suffix = i;
		assert(s->node != NULL);	/* names above it exist */
		if (s->node->flags & NODE_CUT)
			return FOUND_CUT;
		if ((s->node->flags & NODE_DNAME) && i > 0)
			return FOUND_DNAME;
	}
	return FOUND_NAME;
}

/* Is the name there, and if not, what stands in its place? */
static enum found
locate(struct search *s)
{
	const struct zonedb_zone *zone = s->r->zone;
	const struct zonedb_node *node = zonedb_find(zone, s->key, 0);
	unsigned i = 0;

	if (node != NULL && !(node->flags & NODE_HASHES)) {
		if (node->flags & (NODE_CUT | NODE_BELOW))
			return descend(s, 0);
		s->node = node;
		s->suffix = 0;
		return FOUND_NAME;
	}
	/* The closest encloser; the apex is always there. */
	do {
		node = zonedb_find(zone, s->key, ++i);
	} while ((node == NULL || (node->flags & NODE_HASHES)) && i < s->apex);
	assert(node != NULL);
	if (node->flags & (NODE_CUT | NODE_BELOW | NODE_DNAME))
		return descend(s, i);
	s->suffix = i;
	s->node = node;
	if (node->flags & NODE_WILD) {
		s->node = zonedb_wild(zone, s->key, i);
		assert(s->node != NULL);
		return FOUND_WILD;
	}
	return FOUND_NOTHING;
}

static void
refer(struct search *s)
{
	struct reply *r = s->r;
	const struct zonedb_set *ns = zonedb_type(s->node, TYPE_NS);
	size_t owner = reply_suffix(&s->place, s->key->at[s->suffix]);
	size_t at;

	if (!reply_set(r, AUTHORITY, ns, owner, s->node)) {
		r->flags |= FLAG_TC;
		return;
	}
	at = r->image;
	if (r->dnssec)
		denial_delegation(r, s->key, s->apex, s->suffix, s->node);
	reply_addresses(r, ns, at, s->node);
}

/* The name is there, or a wildcard for it, but not the type. */
static void
no_data(struct search *s, bool wild)
{
	denial_soa(s->r);
	if (s->r->dnssec)
		denial_no_data(s->r, s->key, s->apex, s->suffix, s->node,
		    wild);
}

static void
no_name(struct search *s)
{
	s->r->rcode = NXDOMAIN;
	denial_soa(s->r);
	if (s->r->dnssec)
		denial_no_name(s->r, s->key, s->apex, s->suffix);
}

/* The set to answer with, or NULL. */
static const struct zonedb_set *
choose(const struct zonedb_node *node, uint16_t type)
{
	if (type != TYPE_ANY)
		return zonedb_type(node, type);
	/* RFC 8482 4.1: one set is enough. */
	return node->sets > 0 ? zonedb_first(node) : NULL;
}

/* The signatures of other sets, as far as there is room. */
static void
add_signatures(struct search *s, const struct zonedb_set *first)
{
	const struct zonedb_set *set;

	assert(s->node != NULL);
	set = zonedb_first(s->node);
	for (unsigned n = s->node->sets; n > 0; n--) {
		if (set->type == TYPE_RRSIG && set != first)
			reply_set(s->r, ANSWER, set,
			    reply_suffix(&s->place, 0), s->node);
		set = zonedb_after(set);
	}
}

/* Has this alias been followed before?  Then it is a loop.  Notes it. */
static bool
is_used(struct search *s, const struct zonedb_set *set)
{
	for (unsigned i = 0; i < s->uses; i++)
		if (s->used[i] == set)
			return true;
	if (s->uses < ANSWER_CHAIN)
		s->used[s->uses++] = set;
	return false;
}

/* At a node that answers.  True: follow the alias that is now in `alias`. */
static bool
answer_node(struct search *s, bool wild, struct name *alias)
{
	struct reply *r = s->r;
	uint16_t type = r->query->type;
	const struct zonedb_set *set;
	bool follow = false;
	size_t at;

	assert(s->node != NULL);
	set = choose(s->node, type);
	r->flags |= FLAG_AA;
	if (set == NULL && type != TYPE_RRSIG && type != TYPE_NSEC) {
		set = zonedb_type(s->node, TYPE_CNAME);
		follow = set != NULL;
	}
	if (set == NULL) {
		no_data(s, wild);
		return false;
	}
	if (follow && is_used(s, set))
		return false;
	if (!reply_signed(r, ANSWER, s->node, set,
	    reply_suffix(&s->place, 0))) {
		r->flags |= FLAG_TC;
		return false;
	}
	at = r->image;
	if (wild && r->dnssec) {
		/* The proof is of the authority section: no answer follows. */
		denial_wildcard(r, s->key, s->apex, s->suffix);
		follow = false;
	}
	if (follow) {
		const uint8_t *p = r->octets + at + HEADER;

		reply_name(r->zone, set, 12, alias);
		s->place.at = at + 12;
		for (s->place.literal = 0; p[s->place.literal] != 0 &&
		    p[s->place.literal] < 0xc0;)
			s->place.literal += p[s->place.literal] + 1U;
		return true;
	}
	if (type == TYPE_RRSIG && r->whole)
		add_signatures(s, set);
	if (r->additional && set->targets > 0 && type != TYPE_ANY &&
	    !(r->flags & FLAG_TC))
		reply_addresses(r, set, at, NULL);
	return false;
}

/* RFC 6672 3.2: DNAME, and the CNAME that it amounts to. */
static bool
answer_dname(struct search *s, struct name *alias)
{
	struct reply *r = s->r;
	const struct zonedb_set *set = zonedb_type(s->node, TYPE_DNAME);
	const uint8_t *image = zonedb_image(set), *ttl = image + 6;
	size_t prefix = s->key->at[s->suffix], owner;
	struct name target;

	r->flags |= FLAG_AA;
	owner = reply_suffix(&s->place, prefix);
	reply_name(r->zone, set, 12, &target);
	if (!is_used(s, set) &&
	    !reply_signed(r, ANSWER, s->node, set, owner)) {
		r->flags |= FLAG_TC;
		return false;
	}
	if (prefix + target.len > DNS_NAME_MAX) {
		r->rcode = YXDOMAIN;
		return false;
	}
	memcpy(alias->wire, s->written, prefix);
	memcpy(alias->wire + prefix, target.wire, target.len);
	alias->len = (uint8_t)(prefix + target.len);
	owner = reply_suffix(&s->place, 0);
	s->place = (struct place){ r->len + 12, alias->len };
	if (!reply_cname(r, owner, (uint32_t)ttl[0] << 24 |
	    (uint32_t)ttl[1] << 16 | (uint32_t)ttl[2] << 8 | ttl[3], alias)) {
		r->flags |= FLAG_TC;
		return false;
	}
	return r->query->type != TYPE_CNAME && r->query->type != TYPE_ANY &&
	    !name_equal(alias->wire, s->written);
}

/* One name.  True: go on with `alias`. */
static bool
step(struct search *s, struct name *alias)
{
	switch (locate(s)) {
	case FOUND_NAME:
		return answer_node(s, false, alias);
	case FOUND_WILD:
		s->r->wild = true;
		return answer_node(s, true, alias);
	case FOUND_CUT:
		/* RFC 4035 3.1.4.1: DS is the parent's to answer. */
		if (s->suffix == 0 && s->r->query->type == TYPE_DS)
			return answer_node(s, false, alias);
		refer(s);
		return false;
	case FOUND_DNAME:
		return answer_dname(s, alias);
	case FOUND_NOTHING:
		s->r->flags |= FLAG_AA;
		no_name(s);
	}
	return false;
}

void
answer(struct reply *r, unsigned suffix)
{
	/* Large, and most often not used: not cleared for each answer. */
	static struct name alias[2];	/* this one and the one before */
	static struct name_key key;
	static const struct zonedb_set *used[ANSWER_CHAIN];
	struct search s = { .r = r, .used = used, .key = &r->query->key,
	    .written = r->query->octets + HEADER, .apex = suffix,
	    .place = { HEADER, r->query->key.len } };
	size_t prefix;

	for (unsigned i = 0; i < ANSWER_CHAIN; i++) {
		struct name *next = &alias[i % 2];

		if (!step(&s, next) ||
		    !name_within(next->wire, r->zone->name, &prefix))
			return;
		name_key(&key, next->wire, next->len);
		s.key = &key;
		s.written = next->wire;
		s.apex = key.labels - name_labels(r->zone->name);
		if (reply_suffix(&s.place, 0) == 0) {
			r->flags |= FLAG_TC;
			return;
		}
	}
}
