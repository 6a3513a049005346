/* address.c - addresses: as text, for the kernel, and what they are */

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "address.h"
#include "dns/rdata.h"

void
address_set(struct address *a, const uint8_t *ip, size_t octets,
    uint16_t port)
{
	memset(a, 0, sizeof *a);
	a->octets = (uint8_t)octets;
	a->port = port;
	memcpy(a->ip, ip, octets);
}

static bool
read_ip(struct address *a, const char *text, uint16_t port)
{
	uint8_t ip[16];

	if (inet_pton(AF_INET, text, ip) == 1)
		address_set(a, ip, 4, port);
	else if (inet_pton(AF_INET6, text, ip) == 1)
		address_set(a, ip, 16, port);
	else
		return false;
	return true;
}

bool
address_read(struct address *a, const char *text, uint16_t port)
{
	char ip[ADDRESS_TEXT + 2];
	const char *colon = strrchr(text, ':');
	size_t len = strlen(text);
	uint32_t number = port;

	/* An IPv6 address is full of colons: its port stands behind a "]". */
	if (colon != NULL && (strchr(text, ':') == colon ||
	    colon[-1] == ']')) {
		if (!number_from_text(&number, colon + 1, strlen(colon + 1),
		    65535) || number == 0)
			return false;
		len = (size_t)(colon - text);
	}
	if (len > 1 && text[0] == '[' && text[len - 1] == ']') {
		text++;
		len -= 2;
	}
	if (len >= sizeof ip)
		return false;
	memcpy(ip, text, len);
	ip[len] = '\0';
	return read_ip(a, ip, (uint16_t)number);
}

bool
subnet_read(struct subnet *n, const char *text)
{
	char ip[ADDRESS_TEXT + 2];
	const char *slash = strchr(text, '/');
	size_t len = slash != NULL ? (size_t)(slash - text) : strlen(text);
	uint32_t bits;

	if (len >= sizeof ip)
		return false;
	memcpy(ip, text, len);
	ip[len] = '\0';
	if (!read_ip(&n->first, ip, 0))
		return false;
	bits = n->first.octets * 8U;
	if (slash != NULL && !number_from_text(&bits, slash + 1,
	    strlen(slash + 1), bits))
		return false;
	n->bits = bits;
	return true;
}

bool
subnet_has(const struct subnet *n, const struct address *a)
{
	unsigned whole = n->bits / 8, rest = n->bits % 8;

	if (n->first.octets != a->octets ||
	    memcmp(n->first.ip, a->ip, whole) != 0)
		return false;
	return rest == 0 ||
	    (n->first.ip[whole] ^ a->ip[whole]) >> (8 - rest) == 0;
}

bool
address_equal(const struct address *a, const struct address *b)
{
	return a->octets == b->octets && a->port == b->port &&
	    memcmp(a->ip, b->ip, a->octets) == 0;
}

socklen_t
address_socket(const struct address *a, struct sockaddr_storage *to)
{
	struct sockaddr_in *v4 = (void *)to;
	struct sockaddr_in6 *v6 = (void *)to;

	memset(to, 0, sizeof *to);
	if (a->octets == 4) {
		v4->sin_family = AF_INET;
		v4->sin_port = htons(a->port);
		memcpy(&v4->sin_addr, a->ip, 4);
		return sizeof *v4;
	}
	v6->sin6_family = AF_INET6;
	v6->sin6_port = htons(a->port);
	memcpy(&v6->sin6_addr, a->ip, 16);
	return sizeof *v6;
}

void
address_of(struct address *a, const struct sockaddr_storage *from)
{
	const struct sockaddr_in *v4 = (const void *)from;
	const struct sockaddr_in6 *v6 = (const void *)from;
	const uint8_t *ip = (const void *)&v6->sin6_addr;

	if (from->ss_family == AF_INET)
		address_set(a, (const void *)&v4->sin_addr, 4,
		    ntohs(v4->sin_port));
	else if (IN6_IS_ADDR_V4MAPPED(&v6->sin6_addr))
		address_set(a, ip + 12, 4, ntohs(v6->sin6_port));
	else
		address_set(a, ip, 16, ntohs(v6->sin6_port));
}

char *
address_text(char text[ADDRESS_TEXT], const struct address *a)
{
	if (inet_ntop(a->octets == 4 ? AF_INET : AF_INET6, a->ip, text,
	    ADDRESS_TEXT) == NULL)
		strcpy(text, "?");
	return text;
}

static bool
is_any_of(const struct address *a, const char *const *networks)
{
	struct subnet n;

	for (; *networks != NULL; networks++)
		if (subnet_read(&n, *networks) && subnet_has(&n, a))
			return true;
	return false;
}

bool
address_is_nobody(const struct address *a)
{
	static const char *const nobody[] = { "0.0.0.0/8", "224.0.0.0/3",
	    "::/128", "::ffff:0:0/96", "ff00::/8", NULL };

	return is_any_of(a, nobody);
}

bool
address_is_private(const struct address *a)
{
	static const char *const inside[] = { "10.0.0.0/8", "127.0.0.0/8",
	    "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16", "::1/128",
	    "::ffff:0:0/96", "fc00::/7", "fe80::/10", NULL };

	return is_any_of(a, inside) || address_is_nobody(a);
}
