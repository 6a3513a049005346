/* edns.h - the OPT record of answers and its options (RFC 6891) */
#ifndef DNSD_EDNS_H
#define DNSD_EDNS_H

#include "reply.h"
#include "server.h"

enum ede {			/* RFC 8914 4; 0 is none for us */
	EDE_NOT_READY = 14,
	EDE_NOT_AUTHORITATIVE = 20
};

/* Make the secret for cookies.  False, errno set: there is no randomness. */
bool	 edns_secret(struct server *);

/* How long the sections may become, so that the OPT still fits. */
size_t	 edns_limit(const struct server *, const struct query *,
	    const struct client *);

/* Put the OPT at the end of a query's answer that had one. */
void	 edns_write(const struct server *, struct reply *,
	    const struct client *);

/* Does the query carry a server cookie that we made for this client? */
bool	 edns_known(const struct server *, const struct query *,
	    const struct client *);

#endif
