/*
 * query.h - one question to one server, on a socket of its own
 *
 * Port, id and the case of the name are random for each (RFC 5452, 0x20);
 * what does not match all of it, or comes from elsewhere, is dropped, and
 * after STRANGERS such messages the query is suspect: the walk then asks
 * over TCP.  ICMP errors have no effect.
 */
#ifndef RESOLVER_QUERY_H
#define RESOLVER_QUERY_H

#include "message.h"
#include "resolver.h"

enum {
	STRANGERS = 8,
	PORT_FIRST = 1024,
	PORT_TRIES = 8,
	TCP_PATIENCE = 2000,		/* ms for all of a TCP exchange */
	QUERY_OUT = 2 + HEADER + DNS_NAME_MAX + 4 + 11
};

struct query {
	struct watch	 watch;		/* first */
	struct query	*next, *previous;
	struct resolver	*resolver;
	struct walk	*walk;
	struct address	 server;
	int64_t		 sent, deadline;
	bool		 tcp, edns;
	unsigned	 strangers;
	size_t		 out_len, out_at;	/* with the TCP length */
	uint8_t		 out[QUERY_OUT];
	uint8_t		*in;			/* TCP: what has come */
	size_t		 in_len;
};

/* What is asked. */
struct asking {
	const uint8_t	*name;
	uint16_t	 type;
	bool		 recurse;	/* RD, for a forwarder */
	bool		 tcp;
};

enum heard {
	HEARD_REPLY,			/* to this question */
	HEARD_SUSPECT,			/* others try to answer it */
	HEARD_SILENCE			/* in time */
};

/*
 * Ask; the walk will hear of it once, by walk_hear().  NULL: it could not be
 * sent, for which errno says why.
 */
struct query *query_send(struct resolver *, struct walk *,
	    const struct address *, const struct asking *);

/* Forget it, whether or not anything was heard. */
void	 query_end(struct query *);

/* At a tick: tell the walks of those whose time is up. */
void	 queries_tick(struct resolver *);

#endif
