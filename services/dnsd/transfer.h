/*
 * transfer.h - a whole zone over TCP (RFC 5936), a message at a time
 *
 * A transfer has a mapping of its own, so that it is of one version from its
 * first SOA to its last, whatever zonec does meanwhile.
 */
#ifndef DNSD_TRANSFER_H
#define DNSD_TRANSFER_H

#include "query.h"
#include "server.h"

struct transfer;

/* Begin; fd is open on zones.db.  NULL: no memory, or no such zone. */
struct transfer *transfer_new(int fd, const struct query *);
void	 transfer_free(struct transfer *);

/* Make the next message, of MESSAGE_MAX octets at most; 0: it is over. */
size_t	 transfer_next(struct transfer *, const struct server *,
	    const struct client *, uint8_t *out);

#endif
