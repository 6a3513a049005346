/*
 * local.h - names that are answered here and asked of nobody
 *
 * Those of resolver.conf(5): names with data of their own (local-data), and
 * zones that have no other names than these (local-zone).  And those that no
 * server on the Internet should be asked about (RFC 6303, 6761), unless a
 * route of the settings has them.
 */
#ifndef RESOLVER_LOCAL_H
#define RESOLVER_LOCAL_H

#include "resolver.h"

struct local_zone {
	struct local_zone *next;
	struct name	 name;		/* lower case */
};

struct local_record {
	struct local_record *next;
	struct name	 name;		/* lower case */
	uint32_t	 ttl;
	uint16_t	 type, len;
	uint8_t		 rdata[];
};

/*
 * Add what a line of resolver.conf says: a ZONE, or NAME [TTL] TYPE RDATA.
 * NULL, or what is wrong.
 */
const char *local_add_zone(struct settings *, const char *text);
const char *local_add_record(struct settings *, const char *text);

void	 local_free(struct settings *);

/* Is the name one of them? */
bool	 local_has(const struct settings *, const struct name *);

/*
 * If the name is one of them, or the type is ANY (RFC 8482): put what is to
 * be said into the cache.  True if that was done.
 */
bool	 local_answer(struct resolver *, const struct name *, uint16_t type);

#endif
