/*
 * servers.h - how the servers that were asked have behaved
 *
 * Tables of fixed size; a server may push another one out, which then counts
 * as new.  Nobody is held to have failed for good: what is bad about a
 * server is forgotten after a while.  Times are milliseconds.
 */
#ifndef RESOLVER_SERVERS_H
#define RESOLVER_SERVERS_H

#include "address.h"

enum {
	SERVERS = 1024,
	FAILURES = 1024,
	RTT_NEW = 40,			/* of one never asked: try it */
	RTT_MAX = 2000,
	WAIT_NEW = 400,			/* for the first answer */
	WAIT_MIN = 400,			/* some answers take longer */
	FAILED_FOR = 60 * 1000,		/* that one is no use for a zone */
	SILENT_FOR = 300 * 1000,	/* that silence counts */
	PLAIN_FOR = 900 * 1000		/* that one goes without EDNS */
};

struct server {
	struct address	 address;	/* octets 0: free */
	bool		 known;		/* it has answered */
	uint16_t	 rtt;		/* smoothed; doubled by silence */
	int64_t		 silent_until;	/* 0: it answered the last time */
	int64_t		 plain_until;	/* does not know EDNS */
};

/* A server that could not tell about a zone (RFC 9520 2.2, "lame"). */
struct failure {
	struct address	 address;
	uint64_t	 zone;		/* hash */
	int64_t		 until;
};

struct servers {
	struct server	 table[SERVERS];
	struct failure	 failures[FAILURES];
};

/* The place of a server, made new if it was not there. */
struct server *servers_find(struct servers *, const struct address *,
	    int64_t now);

/* It answered, but nothing of use about a name of the zone. */
void	 servers_fail(struct servers *, const struct address *,
	    const uint8_t *zone, int64_t now);

/* How much is to be said against asking it: its time, and its failures. */
unsigned servers_cost(struct servers *, const struct address *,
	    const uint8_t *zone, int64_t now);

/* Its answer took so long; or none came. */
void	 server_answered(struct server *, int64_t ms);
void	 server_was_silent(struct server *, int64_t now);

/* How long to wait for its answer. */
int	 server_patience(const struct server *);

#endif
