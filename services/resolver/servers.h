/*
 * servers.h - how the servers that were asked have behaved
 *
 * A table of fixed size; a server may push another one out, which then
 * counts as new.  Times are milliseconds.
 */
#ifndef RESOLVER_SERVERS_H
#define RESOLVER_SERVERS_H

#include "address.h"

enum {
	SERVERS = 1024,
	RTT_NEW = 40,			/* of one never asked: try it */
	RTT_MAX = 2000,
	WAIT_NEW = 400,			/* for the first answer */
	WAIT_MIN = 200,
	PLAIN_FOR = 900 * 1000		/* ms that one goes without EDNS */
};

struct server {
	struct address	 address;	/* octets 0: free */
	bool		 known;		/* it has answered */
	uint16_t	 rtt;		/* smoothed; doubled by silence */
	int64_t		 plain_until;	/* does not know EDNS */
};

struct servers {
	struct server	 table[SERVERS];
};

/* The place of a server, made new if it was not there. */
struct server *servers_find(struct servers *, const struct address *);

/* Its answer took so long; or none came. */
void	 server_answered(struct server *, int64_t ms);
void	 server_was_silent(struct server *);

/* How long to wait for its answer. */
int	 server_patience(const struct server *);

#endif
