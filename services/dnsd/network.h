/* network.h - lists of networks: 192.0.2.0/24, 2001:db8::/32, 127.0.0.1 */
#ifndef DNSD_NETWORK_H
#define DNSD_NETWORK_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

enum { NETWORKS = 32 };

struct networks {
	unsigned	 count;
	struct network {
		sa_family_t	 family;
		uint8_t		 address[16];
		unsigned	 bits;
	}		 one[NETWORKS];
};

/* Add one as text.  False, with *why set: it is none, or the list is full. */
bool	 networks_add(struct networks *, const char *text, const char **why);

/* Is the address in one of them?  Family AF_UNSPEC is in none. */
bool	 networks_have(const struct networks *, const struct sockaddr *);

#endif
