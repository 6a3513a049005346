/* reply.c - an answer being written: sets copied, pointers filled in */

#include <assert.h>
#include <string.h>

#include "io/copy.h"
#include "reply.h"

static unsigned
get16(const uint8_t *p)
{
	return (unsigned)p[0] << 8 | p[1];
}

static void
set16(uint8_t *p, size_t n)
{
	p[0] = (uint8_t)(n >> 8);
	p[1] = (uint8_t)n;
}

size_t
reply_suffix(const struct place *p, size_t skip)
{
	return skip < p->literal && p->at + skip <= ZONEDB_POINTER_MAX ?
	    p->at + skip : 0;
}

/* All records of an image have the owner's pointer at their start. */
static void
set_owners(uint8_t *image, const struct zonedb_set *set, size_t owner)
{
	uint8_t *p = image;

	for (unsigned n = set->count; n > 0; n--) {
		set16(p, ZONEDB_POINTER | owner);
		p += 12 + get16(p + 10);
	}
}

/*
 * Fill in the pointers of an image that was copied to `at`.  False: one
 * would have to point further than pointers reach.
 */
static bool
set_pointers(struct reply *r, const struct zonedb_set *set, size_t at)
{
	const uint16_t *fixups = zonedb_fixups(set);

	for (unsigned i = 0; i < set->fixups; i++) {
		uint8_t *p = r->octets + at + fixups[i];
		size_t base = get16(p) & ZONEDB_IMAGE ? at : r->apex;
		size_t to = base + (get16(p) & ZONEDB_DELTA);

		if (to > ZONEDB_POINTER_MAX)
			return false;
		set16(p, ZONEDB_POINTER | to);
	}
	return true;
}

/* Copy an image of records of one size, beginning at one in the middle. */
static void
copy_rotated(uint8_t *to, const uint8_t *image, size_t size, unsigned count,
    unsigned turn)
{
	size_t from = size / count * (turn % count);

	copy_octets(to, image + from, size - from);
	copy_octets(to + size - from, image, from);
}

/*
 * The image, its owner's name written out in front of it: the pointer that
 * its first record begins with becomes the end of that name.
 */
static bool
put_named(struct reply *r, const struct zonedb_set *set,
    const struct zonedb_node *node)
{
	uint8_t *to = r->octets + r->len;
	size_t at = r->len + node->prefix;

	if (set->size + (size_t)node->prefix > r->limit - r->len ||
	    r->len > ZONEDB_POINTER_MAX)
		return false;
	copy_octets(to, zonedb_written(node), node->prefix);
	copy_octets(r->octets + at, zonedb_image(set), set->size);
	if (!set_pointers(r, set, at))
		return false;
	set_owners(r->octets + at, set, r->len);
	set16(r->octets + at, ZONEDB_POINTER | r->apex);
	r->image = at;
	r->len = at + set->size;
	return true;
}

/* The image, owners being pointers. */
static bool
put_pointed(struct reply *r, const struct zonedb_set *set, size_t owner)
{
	uint8_t *to = r->octets + r->len;

	if (set->size > r->limit - r->len)
		return false;
	if (set->count > 1 &&
	    (set->type == TYPE_A || set->type == TYPE_AAAA))
		copy_rotated(to, zonedb_image(set), set->size, set->count,
		    (*r->turn)++);
	else
		copy_octets(to, zonedb_image(set), set->size);
	if (!set_pointers(r, set, r->len))
		return false;
	if (owner != ZONEDB_OWNER)
		set_owners(to, set, owner);
	r->image = r->len;
	r->len += set->size;
	return true;
}

bool
reply_set(struct reply *r, enum section section, const struct zonedb_set *set,
    size_t owner, const struct zonedb_node *node)
{
	assert(r->len <= r->limit && owner <= ZONEDB_POINTER_MAX);
	if (owner != 0 ? !put_pointed(r, set, owner) :
	    !put_named(r, set, node))
		return false;
	r->counts[section] = (uint16_t)(r->counts[section] + set->count);
	return true;
}

bool
reply_signed(struct reply *r, enum section section,
    const struct zonedb_node *node, const struct zonedb_set *set,
    size_t owner)
{
	const struct zonedb_set *signature = NULL;
	uint16_t count = r->counts[section];
	size_t len = r->len, image;

	if (!reply_set(r, section, set, owner, node))
		return false;
	if (r->dnssec)
		signature = zonedb_signature(node, set);
	if (signature == NULL)
		return true;
	image = r->image;
	if (owner == 0)		/* it is in the message now */
		owner = len;
	if (owner <= ZONEDB_POINTER_MAX &&
	    reply_set(r, section, signature, owner, node)) {
		r->image = image;
		return true;
	}
	r->len = len;
	r->counts[section] = count;
	return false;
}

/* Is node the cut or below it? */
static bool
is_inside(const struct zonedb_node *node, const struct zonedb_node *cut)
{
	return node->prefix >= cut->prefix && memcmp(node->name +
	    node->prefix - cut->prefix, cut->name, cut->prefix) == 0;
}

void
reply_addresses(struct reply *r, const struct zonedb_set *set, size_t at,
    const struct zonedb_node *cut)
{
	static const uint16_t types[] = { TYPE_A, TYPE_AAAA };
	const struct zonedb_target *target = zonedb_targets(set);

	for (uint32_t i = 0; i < set->targets; i++, target++) {
		const struct zonedb_node *host = zonedb_node(r->zone,
		    target->node);
		size_t owner = at + target->at;
		bool must = cut != NULL && is_inside(host, cut);

		if (cut == NULL && (host->flags & NODE_BELOW))
			continue;	/* glue is for referrals alone */
		if (owner > ZONEDB_POINTER_MAX)
			owner = 0;
		for (unsigned t = 0; t < 2; t++) {
			const struct zonedb_set *addresses =
			    zonedb_type(host, types[t]);

			if (addresses != NULL && !reply_signed(r, ADDITIONAL,
			    host, addresses, owner) && must)
				r->flags |= FLAG_TC;
		}
	}
}

bool
reply_cname(struct reply *r, size_t owner, uint32_t ttl,
    const struct name *target)
{
	uint8_t *p = r->octets + r->len;

	assert(r->len <= r->limit);
	if (r->limit - r->len < 12U + target->len)
		return false;
	set16(p, ZONEDB_POINTER | owner);
	set16(p + 2, TYPE_CNAME);
	set16(p + 4, CLASS_IN);
	set16(p + 6, ttl >> 16);
	set16(p + 8, ttl & 0xffff);
	set16(p + 10, target->len);
	memcpy(p + 12, target->wire, target->len);
	r->len += 12U + target->len;
	r->counts[ANSWER]++;
	return true;
}

size_t
reply_part(struct reply *r, const struct zonedb_set *set, size_t from,
    const struct zonedb_node *node)
{
	const uint8_t *image = zonedb_image(set);
	struct zonedb_set part = { .type = set->type };
	size_t at = r->len + node->prefix, to = from;

	while (to < set->size) {
		size_t len = 12U + get16(image + to + 10);

		if (to + len - from > r->limit - at)
			break;
		to += len;
		part.count++;
	}
	assert(part.count > 0);		/* see ZONE_RDATA_MAX */
	memcpy(r->octets + r->len, zonedb_written(node), node->prefix);
	memcpy(r->octets + at, image + from, to - from);
	assert(set->fixups == 0);	/* see image_make() in zonec */
	set_owners(r->octets + at, &part, r->len);
	set16(r->octets + at, ZONEDB_POINTER | r->apex);
	r->counts[ANSWER] = (uint16_t)(r->counts[ANSWER] + part.count);
	r->len = at + (to - from);
	return to;
}

void
reply_bad_key(struct reply *r)
{
	const struct query *q = r->query;
	size_t rdlen = q->algorithm_len + 16;
	uint8_t *p = r->octets + r->len;

	memcpy(p, q->key_name.wire, q->key_name.len);
	p += q->key_name.len;
	set16(p, TYPE_TSIG);
	set16(p + 2, CLASS_ANY);
	memset(p + 4, 0, 4);
	set16(p + 8, rdlen);
	/* The algorithm, the moment and the fudge are the client's. */
	memcpy(p + 10, q->tsig, q->algorithm_len + 8);
	p += 10 + q->algorithm_len + 8;
	set16(p, 0);			/* no MAC: it is not signed */
	set16(p + 2, q->id);
	set16(p + 4, BADKEY);
	set16(p + 6, 0);
	r->len += q->key_name.len + 10U + rdlen;
	r->counts[ADDITIONAL]++;
}

void
reply_name(const struct zonedb_zone *zone, const struct zonedb_set *set,
    size_t at, struct name *name)
{
	const uint8_t *image = zonedb_image(set), *p = image + at;
	size_t len = 0;

	for (;;) {
		size_t n = *p + 1U;

		if (*p >= 0xc0) {
			unsigned pointer = get16(p);

			p = (pointer & ZONEDB_IMAGE ? image : zone->name) +
			    (pointer & ZONEDB_DELTA);
			continue;
		}
		assert(len + n <= DNS_NAME_MAX);
		memcpy(name->wire + len, p, n);
		len += n;
		if (n == 1)
			break;
		p += n;
	}
	name->len = (uint8_t)len;
}
