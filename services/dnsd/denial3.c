/*
 * denial3.c - proofs by NSEC3
 *
 * A name is hashed as often as the zone's NSEC3PARAM says, and the record
 * with that hash, or with the last one before it, is the proof.  The work is
 * bounded by ITERATIONS, above which no validator listens (RFC 9276 3.2).
 */

#include <string.h>

#include "denial3.h"
#include "dns/digest.h"

enum { ITERATIONS = 500, HASH_TEXT = 32 };

/* What the zone's hashes are made with. */
struct parameters {
	const uint8_t	*salt;
	size_t		 salt_len;
	unsigned	 iterations;
};

/* False: the zone has none that we can use. */
static bool
read_parameters(const struct zonedb_zone *zone, struct parameters *p)
{
	const struct zonedb_set *set = zonedb_type(zonedb_node(zone,
	    zone->nodes_at), TYPE_NSEC3PARAM);
	const uint8_t *rdata;

	if (set == NULL || zone->sorted == 0)
		return false;
	rdata = zonedb_image(set) + 12;
	p->iterations = (unsigned)rdata[2] << 8 | rdata[3];
	p->salt_len = rdata[4];
	p->salt = rdata + 5;
	return rdata[0] == 1 && p->iterations <= ITERATIONS;
}

static void
base32hex(char out[HASH_TEXT], const uint8_t hash[SHA1_OCTETS])
{
	static const char digits[] = "0123456789abcdefghijklmnopqrstuv";
	uint32_t held = 0;
	unsigned bits = 0;

	for (int i = 0; i < SHA1_OCTETS; i++) {
		held = held << 8 | hash[i];
		for (bits += 8; bits >= 5; *out++ = digits[held >> bits & 31])
			bits -= 5;
	}
}

/* RFC 5155 5: the hash of a whole lower-case name, as owners write it. */
static void
hash_name(char out[HASH_TEXT], const struct parameters *p, const uint8_t *name,
    size_t len)
{
	uint8_t hash[SHA1_OCTETS];

	digest_sha1(hash, name, len, p->salt, p->salt_len);
	for (unsigned i = 0; i < p->iterations; i++)
		digest_sha1(hash, hash, sizeof hash, p->salt, p->salt_len);
	base32hex(out, hash);
}

/*
 * Add the NSEC3 whose owner is the name's hash, or else the last before it;
 * the order is a ring.  True: it was the hash itself.
 */
static bool
prove(struct reply *r, const uint8_t *name, size_t len)
{
	const uint32_t *sorted = zonedb_sorted(r->zone);
	uint32_t low = 0, high = r->zone->sorted;
	const struct zonedb_node *node;
	struct parameters p;
	char hash[HASH_TEXT];

	if (!read_parameters(r->zone, &p))
		return false;
	hash_name(hash, &p, name, len);
	while (low < high) {
		uint32_t mid = low + (high - low) / 2;

		node = zonedb_node(r->zone, sorted[mid]);
		if (node->prefix > HASH_TEXT &&
		    memcmp(node->name + 1, hash, HASH_TEXT) <= 0)
			low = mid + 1;
		else
			high = mid;
	}
	node = zonedb_node(r->zone, sorted[low > 0 ? low - 1 :
	    r->zone->sorted - 1]);
	denial_put(r, node, TYPE_NSEC3);
	return node->prefix > HASH_TEXT &&
	    memcmp(node->name + 1, hash, HASH_TEXT) == 0;
}

static bool
prove_suffix(struct reply *r, const struct name_key *key, unsigned suffix)
{
	return prove(r, key->wire + key->at[suffix],
	    (size_t)(key->len - key->at[suffix]));
}

/* RFC 5155 7.2.1: this name exists, and the next longer one does not. */
static void
closest_encloser(struct reply *r, const struct name_key *key, unsigned suffix)
{
	prove_suffix(r, key, suffix);
	prove_suffix(r, key, suffix - 1);
}

static void
prove_wild(struct reply *r, const struct name_key *key, unsigned suffix)
{
	uint8_t wild[DNS_NAME_MAX + 2] = { 1, '*' };
	size_t len = (size_t)(key->len - key->at[suffix]);

	memcpy(wild + 2, key->wire + key->at[suffix], len);
	if (len + 2 <= DNS_NAME_MAX)
		prove(r, wild, len + 2);
}

/* Has the name an NSEC3 of its own?  If so it is added. */
static bool
prove_own(struct reply *r, const struct name_key *key, unsigned suffix)
{
	uint16_t count = r->counts[AUTHORITY], flags = r->flags;
	unsigned proofs = r->proofs;
	size_t len = r->len;

	if (prove_suffix(r, key, suffix))
		return true;
	r->len = len;
	r->counts[AUTHORITY] = count;
	r->proofs = proofs;
	r->flags = flags;
	return false;
}

/*
 * A name without a record of its own (opt-out) is shown by the closest one
 * above that has one, and the next longer one that has none (7.2.4).
 */
static void
prove_opt_out(struct reply *r, const struct name_key *key, unsigned apex,
    unsigned suffix)
{
	unsigned above = suffix;

	while (!prove_own(r, key, above) && above < apex)
		above++;
	if (above > suffix)
		prove_suffix(r, key, above - 1);
}

void
denial3_no_data(struct reply *r, const struct name_key *key, unsigned apex,
    unsigned suffix, const struct zonedb_node *node, bool wild)
{
	(void)node;
	if (wild) {		/* 7.2.5 */
		closest_encloser(r, key, suffix);
		prove_wild(r, key, suffix);
	} else {		/* 7.2.3, 7.2.4 */
		prove_opt_out(r, key, apex, suffix);
	}
}

void
denial3_no_name(struct reply *r, const struct name_key *key, unsigned suffix)
{
	closest_encloser(r, key, suffix);
	prove_wild(r, key, suffix);
}

void
denial3_next_closer(struct reply *r, const struct name_key *key,
    unsigned suffix)
{
	prove_suffix(r, key, suffix - 1);
}

void
denial3_delegation(struct reply *r, const struct name_key *key, unsigned apex,
    unsigned suffix)
{
	prove_opt_out(r, key, apex, suffix);
}
