/*
 * cache.h - what servers said, for as long as they said
 *
 * Two kinds of data never mix (RFC 2181 5.4.1): what an answer said about
 * its own question (RANK_ANSWER), which clients are told, and what a
 * referral said about servers further down (RANK_REFERRAL), which only finds
 * the way.  So no referral can displace an answer, and no answer of a zone's
 * own servers can prolong the delegation its parent made (CVE-2012-1033).
 *
 * The size in octets is fixed; the entries used least recently make room.
 * Times are microseconds of a clock that nobody sets.  Data with a time to live
 * of 0 are good for questions that were asked before they came, and for no
 * others.
 */
#ifndef RESOLVER_CACHE_H
#define RESOLVER_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dns/name.h"

enum rank { RANK_REFERRAL, RANK_ANSWER };

enum kind {
	KIND_DATA,
	KIND_NODATA,		/* no such type; data is the zone's SOA */
	KIND_NXDOMAIN,		/* no such name; as type 0, data as above */
	KIND_FAILED		/* nobody could tell (RFC 9520) */
};

enum { TYPE_NAME = 0 };		/* the type under which KIND_NXDOMAIN is */

struct entry {
	struct entry	*next;			/* in its bucket */
	struct entry	*newer, *older;		/* in order of use */
	int64_t		 stored, expires;
	uint32_t	 ttl;
	uint32_t	 hash;
	uint32_t	 size;			/* of data */
	uint32_t	 extra;			/* octets behind it */
	uint16_t	 type;
	uint16_t	 count;			/* records in data */
	uint8_t		 rank, kind;
	bool		 synthesized;		/* CNAME made of a DNAME */
	bool		 renewed;		/* asked for before its end */
	uint8_t		 hits;			/* times found, up to 255 */
	uint8_t		 name_len;
	/*
	 * The name in lower case, then the data: records, each its length in
	 * two octets and its rdata with names written out; of a negative
	 * entry the SOA's owner and then its rdata, or nothing.  Behind it
	 * what only those who ask for DNSSEC (DO) are told: records, each
	 * its section in one octet, the owner, type and length in two each,
	 * and the rdata.
	 */
	uint8_t		 octets[];
};

struct cache {
	struct entry	**buckets;
	size_t		 mask;
	size_t		 used, limit;		/* octets */
	size_t		 entries;
	struct entry	*newest, *oldest;
};

/* An entry to be: name in any case, data as above. */
struct fact {
	const uint8_t	*name;
	uint16_t	 type;
	enum rank	 rank;
	enum kind	 kind;
	uint32_t	 ttl;			/* seconds, clamped already */
	uint16_t	 count;
	bool		 synthesized;
	const uint8_t	*data;
	size_t		 size, extra;
};

/* False: no memory. */
bool	 cache_open(struct cache *, size_t limit);
void	 cache_close(struct cache *);

/* Forget everything. */
void	 cache_clear(struct cache *);

/*
 * Keep a fact in place of what was known.  False if it cannot be kept: no
 * memory, or larger than an eighth of the cache.
 */
bool	 cache_put(struct cache *, const struct fact *, int64_t now);

/*
 * What is known of suffix `suffix` of the key and a type, if it had not
 * expired at the time `then`; else NULL.  Valid until the next cache_put().
 */
const struct entry *cache_find(struct cache *, const struct name_key *,
	    unsigned suffix, uint16_t type, enum rank, int64_t then);

/* The same whether it has expired or not, and without counting as use. */
struct entry *cache_peek(const struct cache *, const struct name_key *,
	    unsigned suffix, uint16_t type, enum rank);

/* cache_find() for a name that has no key yet. */
const struct entry *cache_find_name(struct cache *, const uint8_t *name,
	    uint16_t type, enum rank, int64_t then);

/*
 * The alias that a DNAME at owner makes of name, which is below it: put into
 * the cache, and given.  False if it would be too long (RFC 6672 2.2).
 */
bool	 cache_synthesize(struct cache *, const uint8_t *name,
	    const uint8_t *owner, const uint8_t *target, uint32_t ttl,
	    int64_t now, struct name *alias);

/* When it expired, or will, if it is not kept alive longer. */
int64_t	 entry_end(const struct entry *);

/* Seconds left, 0 at the least. */
uint32_t entry_ttl(const struct entry *, int64_t now);

static inline const uint8_t *
entry_data(const struct entry *e)
{
	return e->octets + e->name_len;
}

#endif
