/*
 * settings.h - etc/resolver.conf, and the root servers of etc/root.hints
 *
 * resolver.conf(5) describes the keys.  Read once, before the first client.
 */
#ifndef RESOLVER_SETTINGS_H
#define RESOLVER_SETTINGS_H

#include "address.h"
#include "dns/name.h"

enum { ROUTES = 64, ROUTE_SERVERS = 32, NETWORKS = 32 };

/* Servers that are known without asking: of the root, or as configured. */
struct route {
	struct name	 zone;		/* lower case */
	bool		 forward;	/* ask them to resolve, not to answer */
	bool		 hints;		/* they may be others by now */
	unsigned	 count;
	struct address	 servers[ROUTE_SERVERS];
};

struct local_zone;
struct local_record;

struct settings {
	char		 hints[256];	/* file; "": no root */
	long		 port;		/* of servers found by referral */
	long		 cache;		/* octets */
	long		 ttl_min, ttl_max, negative_max;	/* seconds */
	long		 queries;	/* a client question may cause */
	long		 chain, depth, lookups;
	long		 time;		/* ms a question may take */
	long		 waiting;	/* clients at a time */
	long		 per_source;	/* of one address */
	long		 rate;		/* a second of one address; 0: any */
	long		 stale;		/* s an answer may be too old */
	bool		 minimise, mix_case, ipv6, filter, prefetch, prime;
	char		 save[256];	/* folder for the cache, or none */
	struct local_zone *local_zones;
	struct local_record *local_records;
	unsigned	 allowed;
	struct subnet	 allow[NETWORKS];
	unsigned	 routes;
	struct route	 route[ROUTES];
};

/*
 * Read both files; a conf that does not exist is one without lines.  False
 * after the log has been told what is wrong.
 */
bool	 settings_read(struct settings *, const char *file);

void	 settings_free(struct settings *);

bool	 settings_allow(const struct settings *, const struct address *);

/* The deepest route that has this name in its zone, or NULL. */
const struct route *settings_route(const struct settings *,
	    const uint8_t *name);

#endif
