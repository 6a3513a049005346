/*
 * network.h - addresses and networks, as in 127.0.0.0/8 and 2001:db8::/32
 */
#ifndef LABNET_MAIL_NETWORK_H
#define LABNET_MAIL_NETWORK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct network {
	int		 family;	/* AF_INET or AF_INET6 */
	unsigned	 bits;		/* of address that count */
	uint8_t		 address[16];
};

/* Read one; a lone address is a network of itself.  False if it is none. */
bool	network_parse(struct network *, const char *text);

/* Is the address, as text, in one of the n networks? */
bool	network_has(const struct network *, size_t n, const char *ip);

#endif
