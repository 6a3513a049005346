/*
 * address.h - socket addresses: parse, print, compare
 */
#ifndef ADDRESS_H
#define ADDRESS_H

#include <sys/socket.h>
#include <sys/un.h>
#include <net/if.h>
#include <netinet/in.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	ADDRESS_TEXT = 128	/* holds any address as text, or a path */
};

struct address {
	socklen_t	 len;
	union {
		struct sockaddr		any;
		struct sockaddr_in	in;
		struct sockaddr_in6	in6;
		struct sockaddr_un	un;
	} u;
	char		 device[IF_NAMESIZE];	/* only by this one, or "" */
};

/* Who a client is: its IP address, IPv4 as ::ffff:a.b.c.d, and its port. */
struct source {
	uint8_t		 ip[16];
	uint16_t	 port;
};

/*
 * Parse a numeric IPv4 address, or an IPv6 one without brackets; the port
 * becomes 0.  Returns false if text is neither.
 */
bool	address_parse(struct address *, const char *text);

/* The path becomes a Unix socket's address; false if it is too long. */
bool	address_path(struct address *, const char *path);

/* The port in host order; 0 for a Unix socket. */
unsigned	address_port(const struct address *);
void	address_set_port(struct address *, unsigned port);

/* The IP address without its port, or the path; returns text. */
char	*address_text(const struct address *, char text[ADDRESS_TEXT]);

bool	address_equal(const struct address *, const struct address *);

/* Can only processes of this machine reach it? */
bool	address_is_local(const struct address *);
bool	address_is_wildcard(const struct address *);

/* Whose client this is; all zero for a Unix socket. */
struct source	source_of(const struct address *);

/* Print the IP address the usual way (no ::ffff:), returns text. */
char	*source_text(const struct source *, char text[ADDRESS_TEXT]);

/*
 * Does one pay for the other?  The same IPv4 address, or the same /64 of
 * IPv6, which is what one subscriber has.  Ports do not count.
 */
bool	source_same(const struct source *, const struct source *);

/* How many bytes of the address that comparison looks at. */
size_t	source_length(const struct source *);
#endif
