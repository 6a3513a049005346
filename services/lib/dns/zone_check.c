/* zone_check.c - is the zone fit to be served?  And what its nodes are. */

#include <stdlib.h>
#include <string.h>

#include "dns/rdata.h"
#include "dns/service.h"
#include "dns/zone.h"

/* A fault at the set's first record. */
static void
fault(struct zone *z, enum severity severity, const struct zone_node *node,
    const struct zone_set *set, const char *what)
{
	const struct zone_record *r = zone_record(z, set->first);
	char text[DNS_NAME_TEXT];
	struct name name;

	zone_name(z, node, &name);
	zone_fault(z, severity, r->source, r->line, "%s %s",
	    name_to_text(text, name.wire), what);
}

static int
compare(const struct zone_record *a, const struct zone_record *b)
{
	size_t n = a->len < b->len ? a->len : b->len;
	int d = memcmp(a->rdata, b->rdata, n);

	return d != 0 ? d : (int)a->len - (int)b->len;
}

/* A record to be sorted with others of its set. */
struct place {
	struct zone_record *record;
};

static int
compare_places(const void *a, const void *b)
{
	const struct place *x = a, *y = b;
	int d = compare(x->record, y->record);

	return d != 0 ? d : x->record < y->record ? -1 : 1;
}

/* Doubles are marked by line 0, which no file has. */
static void
unlink_marked(struct zone *z, struct zone_set *set)
{
	uint32_t *link = &set->first, last = ZONE_NONE;

	while (*link != ZONE_NONE) {
		struct zone_record *r = zone_record(z, *link);

		if (r->line == 0) {
			*link = r->next;
			set->count--;
			z->record_count--;
		} else {
			last = *link;
			link = &r->next;
		}
	}
	set->last = last;
}

/* A record given twice counts once (RFC 2181 5); the later one goes. */
static void
drop_doubles(struct zone *z, struct zone_set *set)
{
	struct place *all;
	uint32_t at = set->first, doubles = 0;

	if (set->count < 2)
		return;
	all = calloc(set->count, sizeof *all);
	if (all == NULL)
		return;		/* a double does no harm */
	for (uint32_t i = 0; i < set->count; i++) {
		all[i].record = zone_record(z, at);
		at = all[i].record->next;
	}
	qsort(all, set->count, sizeof *all, compare_places);
	for (uint32_t i = 1; i < set->count; i++) {
		struct zone_record *r = all[i].record;

		if (compare(all[i - 1].record, r) != 0)
			continue;
		zone_fault(z, ZONE_WARNING, r->source, r->line,
		    "record given twice");
		/* Sorted by place too, so all[i - 1] may be marked already. */
		r->line = 0;
		doubles++;
	}
	free(all);
	if (doubles > 0)
		unlink_marked(z, set);
}

/* Types that may stand beside a CNAME (RFC 4035 2.5). */
static bool
beside_cname(uint16_t type)
{
	return type == TYPE_CNAME || type == TYPE_RRSIG || type == TYPE_NSEC;
}

static void
check_services(struct zone *z, const struct zone_node *node,
    const struct zone_set *set)
{
	char text[DNS_NAME_TEXT];
	struct name name;

	if (set->type != TYPE_SVCB && set->type != TYPE_HTTPS)
		return;
	zone_name(z, node, &name);
	name_to_text(text, name.wire);
	for (uint32_t at = set->first; at != ZONE_NONE;) {
		const struct zone_record *r = zone_record(z, at);
		enum severity severity;
		const char *what = service_fault(set->type, r->rdata, r->len,
		    &severity);

		if (what != NULL)
			zone_fault(z, severity, r->source, r->line, "%s %s",
			    text, what);
		at = r->next;
	}
}

static void
check_node(struct zone *z, uint32_t index)
{
	struct zone_node *node = zone_node(z, index);
	struct zone_set *cname = zone_set_of(z, index, TYPE_CNAME);

	for (uint32_t i = node->sets; i != ZONE_NONE; i = zone_set(z, i)->next)
	{
		struct zone_set *set = zone_set(z, i);

		drop_doubles(z, set);
		check_services(z, node, set);
		if (cname != NULL && !beside_cname(set->type))
			fault(z, ZONE_ERROR, node, set,
			    "has a CNAME and other data");
		if (set->type == TYPE_SOA && index != ZONE_APEX)
			fault(z, ZONE_ERROR, node, set,
			    "has an SOA but is not the zone's name");
		if ((set->type == TYPE_SOA || set->type == TYPE_CNAME ||
		    set->type == TYPE_DNAME) && set->count > 1)
			fault(z, ZONE_ERROR, node, set,
			    "has more than one SOA, CNAME or DNAME");
	}
}

/* Does a node have the given label alone in front of its parent? */
static bool
is_wild(const struct zone *z, const struct zone_node *node)
{
	size_t len;
	const uint8_t *p = zone_prefix(z, node, &len);

	return len >= 2 && p[0] == 1 && p[1] == '*';
}

/* Does the node hold an NSEC3 and its signature, and nothing else? */
static bool
is_hashes(const struct zone *z, uint32_t index)
{
	uint32_t i = zone_node(z, index)->sets;

	if (zone_set_of(z, index, TYPE_NSEC3) == NULL)
		return false;
	for (; i != ZONE_NONE; i = zone_set(z, i)->next)
		if (zone_set(z, i)->type != TYPE_NSEC3 &&
		    zone_set(z, i)->covers != TYPE_NSEC3)
			return false;
	return true;
}

/*
 * What each node is.  Parents may come after their children in the arena,
 * so a node's own state is settled for all before it is passed down.
 */
static void
settle_flags(struct zone *z)
{
	for (uint32_t i = 0; i < z->node_count; i++) {
		struct zone_node *node = zone_node(z, i);

		if (i != ZONE_APEX && zone_set_of(z, i, TYPE_NS) != NULL)
			node->flags |= NODE_CUT;
		if (is_hashes(z, i))
			node->flags |= NODE_HASHES;
		if (zone_set_of(z, i, TYPE_DNAME) != NULL)
			node->flags |= NODE_DNAME;
		if (i != ZONE_APEX && is_wild(z, node))
			zone_node(z, node->parent)->flags |= NODE_WILD;
	}
	for (uint32_t i = 0; i < z->node_count; i++) {
		struct zone_node *node = zone_node(z, i);
		uint32_t up = node->parent;

		for (; up != ZONE_NONE; up = zone_node(z, up)->parent)
			if (zone_node(z, up)->flags & (NODE_CUT | NODE_DNAME))
				node->flags |= NODE_BELOW;
	}
}

/* Can a name without a node exist all the same, by a wildcard or a cut? */
static bool
is_covered(const struct zone *z, const uint8_t *p, size_t len,
    const struct zone_node *asking)
{
	for (; len > 0; len -= *p + 1U, p += *p + 1) {
		uint32_t up = zone_find(z, p, len);
		const struct zone_node *node;

		if (up == ZONE_NONE)
			continue;
		node = zone_node(z, up);
		return (node->flags & NODE_WILD) != 0 ||
		    ((node->flags & NODE_CUT) != 0 && node != asking);
	}
	return (zone_node(z, ZONE_APEX)->flags & NODE_WILD) != 0;
}

/* What is wrong with a host in the zone that NS, MX or SRV names, or NULL */
static const char *
target_fault(const struct zone *z, const uint8_t *prefix, size_t len,
    const struct zone_node *asking)
{
	uint32_t target = zone_find(z, prefix, len);

	if (target == ZONE_NONE)
		return is_covered(z, prefix, len, asking) ? NULL :
		    "has no address";
	if (zone_set_of(z, target, TYPE_CNAME) != NULL)
		return "is a CNAME; NS, MX and SRV must name the host itself";
	if (zone_set_of(z, target, TYPE_A) == NULL &&
	    zone_set_of(z, target, TYPE_AAAA) == NULL)
		return "has no address";
	return NULL;
}

static void
check_target(struct zone *z, const struct zone_node *asking,
    const struct zone_record *r, const uint8_t *target)
{
	char text[DNS_NAME_TEXT];
	const char *what;
	size_t prefix;

	if (*target == 0 || !name_within(target, z->apex.wire, &prefix))
		return;
	what = target_fault(z, target, prefix, asking);
	if (what != NULL)
		zone_fault(z, ZONE_WARNING, r->source, r->line, "%s %s",
		    name_to_text(text, target), what);
}

static void
check_targets(struct zone *z, uint32_t index)
{
	static const struct { uint16_t type; uint8_t at; } named[] = {
		{ TYPE_NS, 0 }, { TYPE_MX, 2 }, { TYPE_SRV, 6 }
	};
	const struct zone_node *node = zone_node(z, index);

	if (node->flags & NODE_BELOW)
		return;
	for (size_t i = 0; i < sizeof named / sizeof *named; i++) {
		const struct zone_set *set = zone_set_of(z, index,
		    named[i].type);
		uint32_t r = set != NULL ? set->first : ZONE_NONE;

		for (; r != ZONE_NONE; r = zone_record(z, r)->next) {
			const struct zone_record *record = zone_record(z, r);

			check_target(z, node, record,
			    record->rdata + named[i].at);
		}
	}
}

/* What is below a cut and no address, or below a DNAME, is never served. */
static void
check_hidden(struct zone *z, uint32_t index)
{
	const struct zone_node *node = zone_node(z, index);
	uint32_t i = node->sets;

	if (!(node->flags & NODE_BELOW))
		return;
	for (; i != ZONE_NONE; i = zone_set(z, i)->next) {
		struct zone_set *set = zone_set(z, i);

		if (set->type != TYPE_A && set->type != TYPE_AAAA)
			fault(z, ZONE_WARNING, node, set,
			    "is below a delegation or DNAME: not served");
	}
}

static void
check_apex(struct zone *z)
{
	const struct zone_set *soa = zone_set_of(z, ZONE_APEX, TYPE_SOA);
	const struct zone_record *r;
	const uint8_t *p;

	if (soa == NULL) {
		if (z->errors == 0)	/* else it may be what is wrong */
			zone_fault(z, ZONE_ERROR, 0, 1,
			    "no SOA at the zone's name");
		return;
	}
	r = zone_record(z, soa->first);
	p = r->rdata + r->len - 20;
	z->serial = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	    (uint32_t)p[2] << 8 | p[3];
	if (zone_set_of(z, ZONE_APEX, TYPE_NS) == NULL)
		zone_fault(z, ZONE_ERROR, r->source, r->line,
		    "no NS at the zone's name");
}

bool
zone_check(struct zone *z)
{
	check_apex(z);
	for (uint32_t i = 0; i < z->node_count && z->errors < ZONE_REPORTS; i++)
		check_node(z, i);
	settle_flags(z);
	for (uint32_t i = 0; i < z->node_count && z->errors == 0; i++) {
		check_targets(z, i);
		check_hidden(z, i);
	}
	return z->errors == 0;
}
