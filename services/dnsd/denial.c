/* denial.c - negative answers: the SOA, and proofs by NSEC */

#include <string.h>

#include "denial.h"
#include "denial3.h"

void
denial_soa(struct reply *r)
{
	const struct zonedb_node *apex = zonedb_node(r->zone,
	    r->zone->nodes_at);
	const struct zonedb_set *soa = zonedb_set(r->zone,
	    r->zone->negative_at);
	uint16_t count = r->counts[AUTHORITY];
	size_t len = r->len;

	if (reply_set(r, AUTHORITY, soa, r->apex, apex) && (!r->dnssec ||
	    reply_set(r, AUTHORITY, zonedb_after(soa), r->apex, apex)))
		return;
	r->len = len;
	r->counts[AUTHORITY] = count;
	r->flags |= FLAG_TC;
}

void
denial_put(struct reply *r, const struct zonedb_node *node, uint16_t type)
{
	const struct zonedb_set *set = zonedb_type(node, type);

	for (unsigned i = 0; i < r->proofs; i++)
		if (r->proof[i] == node)
			return;
	if (set == NULL || r->proofs == REPLY_PROOFS)
		return;
	r->proof[r->proofs++] = node;
	if (!reply_signed(r, AUTHORITY, node, set,
	    node->prefix == 0 ? r->apex : 0))
		r->flags |= FLAG_TC;
}

/* A name in front of the apex, ended as names are. */
static void
relative(struct name *n, const uint8_t *prefix, size_t len)
{
	memcpy(n->wire, prefix, len);
	n->wire[len] = 0;
	n->len = (uint8_t)(len + 1);
}

/* The NSEC of the name itself, or of the last one before it. */
static void
prove(struct reply *r, const uint8_t *prefix, size_t len)
{
	const uint32_t *sorted = zonedb_sorted(r->zone);
	uint32_t low = 0, high = r->zone->sorted;
	struct name name, other;

	relative(&name, prefix, len);
	while (high - low > 1) {
		uint32_t mid = low + (high - low) / 2;
		const struct zonedb_node *node = zonedb_node(r->zone,
		    sorted[mid]);

		relative(&other, node->name, node->prefix);
		if (name_compare(other.wire, name.wire) <= 0)
			low = mid;
		else
			high = mid;
	}
	if (low < high)
		denial_put(r, zonedb_node(r->zone, sorted[low]), TYPE_NSEC);
}

/* A suffix of the key, without the apex. */
static void
prove_suffix(struct reply *r, const struct name_key *key, unsigned apex,
    unsigned suffix)
{
	prove(r, key->wire + key->at[suffix],
	    (size_t)(key->at[apex] - key->at[suffix]));
}

void
denial_no_data(struct reply *r, const struct name_key *key, unsigned apex,
    unsigned suffix, const struct zonedb_node *node, bool wild)
{
	if (r->zone->flags & ZONEDB_NSEC3) {
		denial3_no_data(r, key, apex, suffix, node, wild);
		return;
	}
	prove(r, node->name, node->prefix);
	if (wild)
		prove_suffix(r, key, apex, 0);
}

void
denial_no_name(struct reply *r, const struct name_key *key, unsigned apex,
    unsigned suffix)
{
	uint8_t wild[DNS_NAME_MAX + 2] = { 1, '*' };
	size_t len = (size_t)(key->at[apex] - key->at[suffix]);

	if (r->zone->flags & ZONEDB_NSEC3) {
		denial3_no_name(r, key, suffix);
		return;
	}
	prove_suffix(r, key, apex, 0);
	memcpy(wild + 2, key->wire + key->at[suffix], len);
	if (len + 2 < DNS_NAME_MAX)
		prove(r, wild, len + 2);
}

void
denial_wildcard(struct reply *r, const struct name_key *key, unsigned apex,
    unsigned suffix)
{
	if (r->zone->flags & ZONEDB_NSEC3)
		denial3_next_closer(r, key, suffix);
	else
		prove_suffix(r, key, apex, 0);
}

void
denial_delegation(struct reply *r, const struct name_key *key, unsigned apex,
    unsigned suffix, const struct zonedb_node *cut)
{
	const struct zonedb_set *ds = zonedb_type(cut, TYPE_DS);

	if (ds != NULL) {
		if (!reply_signed(r, AUTHORITY, cut, ds, 0))
			r->flags |= FLAG_TC;
	} else if (r->zone->flags & ZONEDB_NSEC3) {
		denial3_delegation(r, key, apex, suffix);
	} else {
		denial_put(r, cut, TYPE_NSEC);
	}
}
