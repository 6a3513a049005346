/*
 * network.h - IP networks, and lists of them that say who may come
 */
#ifndef NETWORK_H
#define NETWORK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "address.h"

enum { NETWORKS_MAX = 24 };

enum verdict { ALLOW, DENY, PROXY };

struct networks {
	size_t		 n;
	bool		 has[3];	/* by verdict: is there one? */
	struct network {
		uint8_t		 ip[16];	/* IPv4 as ::ffff:a.b.c.d */
		uint8_t		 bits;
		uint8_t		 verdict;
	} list[NETWORKS_MAX];
};

/*
 * Add a network, a.b.c.d[/bits] or x:y::z[/bits].  False if text is neither,
 * has bits set outside of the network, or the list is full.
 */
bool	network_add(struct networks *, const char *text, enum verdict);

/*
 * May source come?  The longest network that it is in decides; if it is in
 * none, it may unless there is an ALLOW.
 */
bool	network_admits(const struct networks *, const struct source *);

/* Is source one of the PROXY networks? */
bool	network_is_proxy(const struct networks *, const struct source *);
#endif
