/*
 * address.h - where a server is: IPv4 or IPv6 address, and port
 */
#ifndef RESOLVER_ADDRESS_H
#define RESOLVER_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

struct address {
	uint8_t		 octets;	/* of ip: 4 or 16 */
	uint8_t		 ip[16];	/* the rest zero */
	uint16_t	 port;
};

/* A network: the first bits of an address. */
struct subnet {
	struct address	 first;
	unsigned	 bits;
};

/* From rdata of A (4 octets) or AAAA (16). */
void	 address_set(struct address *, const uint8_t *ip, size_t octets,
	    uint16_t port);

/* 192.0.2.1, 192.0.2.1:53, ::1 or [::1]:53; false if it is neither. */
bool	 address_read(struct address *, const char *text, uint16_t port);

/* An address, or one with /BITS behind it. */
bool	 subnet_read(struct subnet *, const char *text);
bool	 subnet_has(const struct subnet *, const struct address *);

bool	 address_equal(const struct address *, const struct address *);

/* To and from the kernel's form; v4-mapped is IPv4. */
socklen_t address_socket(const struct address *, struct sockaddr_storage *);
void	 address_of(struct address *, const struct sockaddr_storage *);

/* As text, without the port. */
enum { ADDRESS_TEXT = 46 };
char	*address_text(char text[ADDRESS_TEXT], const struct address *);

/* Of no server: 0.0.0.0/8, multicast, broadcast and their IPv6 likes. */
bool	 address_is_nobody(const struct address *);

/* Of the inside of some network: RFC 1918, 127/8, link local, RFC 4193. */
bool	 address_is_private(const struct address *);

#endif
