/*
 * walk.h - finding out one name and type, from server to server
 *
 * A walk goes on from what the cache knows: the alias, the deepest
 * delegation.  It asks one server at a time, or waits for another walk to
 * find a server's address.  All questions for the same name and type wait
 * for the same walk.  What it finds is in the cache when it ends.
 */
#ifndef RESOLVER_WALK_H
#define RESOLVER_WALK_H

#include "query.h"
#include "resolver.h"

enum {
	LEVELS = 4,			/* walks for the addresses of servers
					   of servers ... */
	TRIED = 64,			/* servers remembered per zone */
	TRIES = 2,			/* of one server */
	MINIMISED = 10,			/* RFC 9156 2.3, MAX_MINIMISE_COUNT */
	FAILED_TTL = 5,			/* RFC 9520 3.2 */
	PRIME_AGAIN = 60 * 1000		/* ms, if it failed */
};

/* What all walks for one client's question may cost together. */
struct effort {
	unsigned	 users;
	long		 queries;	/* sent */
	unsigned	 step;		/* the last one told */
	bool		 quiet;		/* nobody asked: not told at all */
	int64_t		 deadline;
};

/*
 * Whoever waits for a walk.  done() is told whether it went well, and owns
 * the waiter again; it must not end or begin other walks.
 */
struct waiter {
	struct waiter	*next;
	void		(*done)(struct waiter *, struct walk *);
	struct walk	*parent;	/* NULL: a client */
};

struct tried {
	struct address	 address;
	unsigned	 times;
};

struct walk {
	struct walk	*next;		/* in its bucket */
	struct walk	*next_ready;
	bool		 ready, ended;
	struct resolver	*resolver;
	struct effort	*effort;
	int64_t		 began;
	unsigned	 level;
	bool		 fresh;		/* what was known before is too old */
	bool		 prime;		/* asks who the root servers are */
	bool		 local;		/* not one of the names answered here */
	struct name_key	 key;		/* what was asked */
	uint16_t	 type;
	struct waiter	*waiters;
	/* How far it has come. */
	struct name_key	 target;	/* the name behind all aliases */
	long		 chain, depth, lookups;
	struct name	 zone;		/* whose servers are asked */
	int64_t		 zone_expires;
	const struct route *route;	/* NULL: from a referral */
	bool		 whole;		/* no more minimising */
	unsigned	 labels;	/* of the target to ask about */
	unsigned	 minimised;
	bool		 over_tcp;	/* the next query, to last_server */
	struct address	 last_server;
	struct tried	 tried[TRIED];
	unsigned	 tried_count;
	struct query	*query;
	const char	*why;		/* the last thing that went wrong */
	struct waiter	 as_parent;
	struct walk	*needs;		/* waits for an address */
	const uint8_t	*asked;		/* in target: the name in the query */
	uint16_t	 asked_type;
};

/*
 * Wait for the walk of a name and type, beginning it if there is none.
 * effort NULL: an own one.  False: there are too many, or no memory.
 */
bool	 walk_join(struct resolver *, const struct name_key *, uint16_t type,
	    struct waiter *, struct effort *, unsigned level);

/* Would joining wait for somebody else's walk? */
struct walk *walk_find(struct resolver *, const struct name_key *,
	    uint16_t type);

/*
 * Find it out although it is known, for those who will ask next; if all goes
 * wrong, what is known stays.
 */
void	 walk_refresh(struct resolver *, const struct name_key *,
	    uint16_t type);

/* Ask the hints for the root servers of today (RFC 8109), if it is time. */
void	 walk_prime(struct resolver *);

/* Are its steps told? */
bool	 walk_is_told(const struct walk *);

/* Step all that are ready. */
void	 walks_step(struct resolver *);

/* At a tick: end those whose time is up. */
void	 walks_tick(struct resolver *);

/* End all, without a word to those who wait. */
void	 walks_close(struct resolver *);

/* A query has ended this way; the message is valid during the call. */
void	 walk_hear(struct walk *, struct query *, enum heard,
	    const struct message *);

/* --- between walk*.c ------------------------------------------------------ */

/* Find the zone to ask about the target.  False: there is no way. */
bool	 walk_find_zone(struct walk *);

/* Choose server and question, and ask.  False: there is nobody left. */
bool	 walk_ask(struct walk *);

/* It can be stepped. */
void	 walk_ready(struct walk *);

#endif
