/*
 * gather.h - sets of a message, brought together and kept
 *
 * A step of sift.h.  One set is in the making at a time: what was gathered
 * is good until the next is begun.
 */
#ifndef RESOLVER_GATHER_H
#define RESOLVER_GATHER_H

#include "sift.h"

struct gathered {
	const uint8_t	*data;		/* in the form of cache.h */
	size_t		 size, extra;
	unsigned	 count;
	uint32_t	 ttl;
	bool		 filtered;	/* some were not wanted */
};

/*
 * Bring the set of an owner and type together, `most' records at most.
 * False: broken, or beyond all measure.
 */
bool	 gather_set(const struct sift *, const struct message *, enum section,
	    const uint8_t *owner, uint16_t type, unsigned most,
	    struct gathered *);

/*
 * Add the signatures of the set that was gathered; if they are those of a
 * wildcard, what denies the name itself.  All or nothing: a part would look
 * like an attack to who checks it.
 */
void	 gather_proof(const struct sift *, const struct message *,
	    enum section, const uint8_t *owner, uint16_t type,
	    struct gathered *);

/*
 * The SOA of a negative answer (RFC 2308 5): its zone has the name and is
 * in the server's bailiwick.  False: there is none, nothing to keep it by.
 */
bool	 gather_soa(const struct sift *, const struct message *,
	    const uint8_t *name, struct gathered *);

/* Keep what was gathered, unless the name is one that is answered here. */
void	 gather_keep(const struct sift *, const uint8_t *name, uint16_t type,
	    enum rank, const struct gathered *);
void	 gather_keep_negative(const struct sift *, const uint8_t *name,
	    enum kind, const struct gathered *);

/* A time to live within what the settings want. */
uint32_t gather_clamp(const struct sift *, uint32_t ttl);

#endif
