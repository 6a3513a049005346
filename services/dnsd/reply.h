/*
 * reply.h - an answer being written (RFC 1035 4.1)
 *
 * Sets are added whole or not at all.  The question lies at octet 12, so the
 * owner of every record can be a pointer, and the zone's name is the end of
 * the name asked for: see dns/zonedb.h.
 */
#ifndef DNSD_REPLY_H
#define DNSD_REPLY_H

#include "dns/zonedb.h"
#include "query.h"

enum { REPLY_PROOFS = 8 };

enum section { ANSWER, AUTHORITY, ADDITIONAL };

struct reply {
	uint8_t		*octets;
	size_t		 len, limit;	/* limit leaves room for the OPT */
	const struct query *query;
	const struct zonedb_zone *zone;
	size_t		 apex;		/* where the zone's name is */
	size_t		 image;		/* where the last set was put */
	uint16_t	 counts[3];
	enum rcode	 rcode;
	uint16_t	 flags;		/* AA, TC */
	bool		 wild;		/* a wildcard stood in */
	bool		 dnssec;	/* send signatures along */
	bool		 whole;		/* over TCP: nothing need be spared */
	bool		 additional;	/* and addresses of MX, SRV, NS hosts */
	uint16_t	 ede;		/* RFC 8914 code + 1; 0: none */
	unsigned	*turn;		/* for rotating addresses */
	unsigned	 proofs;	/* NSEC and NSEC3 put so far */
	const struct zonedb_node *proof[REPLY_PROOFS];
};

/*
 * A name that is in the message, so that pointers can be made to it and its
 * suffixes: the octets at `at`, `literal` of which are there as they are.
 */
struct place {
	size_t		 at;
	size_t		 literal;
};

/* Where a suffix that starts `skip` octets into the placed name is; 0: nowhere
 * to point at. */
size_t	 reply_suffix(const struct place *, size_t skip);

/*
 * Add a set whose owner is at `owner` in the message, or, with owner 0, the
 * node's name written out.  False, and nothing added: no room.
 */
bool	 reply_set(struct reply *, enum section, const struct zonedb_set *,
	    size_t owner, const struct zonedb_node *);

/* The same, its signatures too if they were asked for. */
bool	 reply_signed(struct reply *, enum section,
	    const struct zonedb_node *, const struct zonedb_set *,
	    size_t owner);

/*
 * Add the addresses of the hosts that a set names, whose image is at
 * `at`: those inside `cut` must fit (RFC 9471), else TC is set; cut NULL: none
 * must.
 */
void	 reply_addresses(struct reply *, const struct zonedb_set *, size_t at,
	    const struct zonedb_node *cut);

/* Add a CNAME made for the occasion; its rdata is not compressed. */
bool	 reply_cname(struct reply *, size_t owner, uint32_t ttl,
	    const struct name *target);

/*
 * Add records of a set that no message can hold whole: those from `from`
 * octets into the image on that fit.  Gives where the next begin.
 */
size_t	 reply_part(struct reply *, const struct zonedb_set *, size_t from,
	    const struct zonedb_node *);

/*
 * Add, as the last record of all, the TSIG that says that the key of the
 * query's is not known (RFC 8945 5.2.1).
 */
void	 reply_bad_key(struct reply *);

/* A name of an image, whole. */
void	 reply_name(const struct zonedb_zone *, const struct zonedb_set *,
	    size_t at, struct name *);

#endif
