/*
 * sift.h - what of a server's message may be believed
 *
 * Only what answers the question, and only about names in the zone for which
 * the server was asked (its bailiwick): an answer and the aliases on the way
 * to it, one negative answer with its SOA, or one referral to a zone further
 * down with the addresses of the servers it names.  Signatures (RRSIG) and
 * proofs that there is nothing (NSEC, NSEC3) are kept with the set to which
 * they belong, unread.  Everything else in the message is passed over,
 * whatever section it is in.
 */
#ifndef RESOLVER_SIFT_H
#define RESOLVER_SIFT_H

#include "cache.h"
#include "message.h"
#include "settings.h"

enum {
	SET_RECORDS = 512,		/* most records of a set */
	SET_OCTETS = 32768,		/* and octets of them */
	REFERRAL_SERVERS = 20		/* NS records kept of a referral */
};

/* What was asked, of whom, and where to put what was learnt. */
struct sift {
	struct cache	*cache;
	const struct settings *settings;
	int64_t		 now;
	const uint8_t	*zone;		/* bailiwick */
	int64_t		 zone_expires;	/* no delegation outlives its parent */
	bool		 trusted;	/* a route: not filtered */
	bool		 forward;	/* AA is not needed */
	bool		 prime;		/* the answer is the zone's servers */
	const uint8_t	*name;
	uint16_t	 type;
	struct name	 cut;		/* out: the zone referred to */
	uint32_t	 ttl;		/* out: for how long it is known */
};

enum said {
	SAID_NOTHING,		/* of use: an error, lame, or not believed */
	SAID_ANSWER,
	SAID_ALIAS,		/* the name is another's; the end is open */
	SAID_REFERRAL,
	SAID_NODATA,
	SAID_NXDOMAIN
};

/* Take a message, whose question is known to be ours, into the cache. */
enum said sift(struct sift *, const struct message *);

#endif
