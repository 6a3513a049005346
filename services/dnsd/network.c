/* network.c - lists of networks */

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "network.h"

/* "/24" behind an address of so many bits; false: it is no number of bits. */
static bool
read_bits(const char *slash, unsigned most, unsigned *bits)
{
	char *end;
	unsigned long n = most;

	if (slash != NULL) {
		n = strtoul(slash + 1, &end, 10);
		if (slash[1] < '0' || slash[1] > '9' || *end != '\0')
			return false;
	}
	*bits = (unsigned)n;
	return n <= most;
}

bool
networks_add(struct networks *list, const char *text, const char **why)
{
	struct network *n = &list->one[list->count];
	const char *slash = strchr(text, '/');
	size_t len = slash != NULL ? (size_t)(slash - text) : strlen(text);
	char address[INET6_ADDRSTRLEN];

	*why = "not a network";
	if (list->count == NETWORKS) {
		*why = "too many networks";
		return false;
	}
	if (len >= sizeof address)
		return false;
	memcpy(address, text, len);
	address[len] = '\0';
	n->family = strchr(address, ':') != NULL ? AF_INET6 : AF_INET;
	if (inet_pton(n->family, address, n->address) != 1 ||
	    !read_bits(slash, n->family == AF_INET ? 32 : 128, &n->bits))
		return false;
	list->count++;
	return true;
}

static bool
is_in(const struct network *n, const uint8_t *address)
{
	unsigned whole = n->bits / 8, rest = n->bits % 8;

	return memcmp(n->address, address, whole) == 0 && (rest == 0 ||
	    (n->address[whole] ^ address[whole]) >> (8 - rest) == 0);
}

bool
networks_have(const struct networks *list, const struct sockaddr *sa)
{
	sa_family_t family = sa->sa_family;
	uint8_t address[16] = { 0 };

	if (family == AF_INET) {
		memcpy(address, &((const struct sockaddr_in *)(const void *)
		    sa)->sin_addr, 4);
	} else if (family == AF_INET6) {
		const struct in6_addr *six = &((const struct sockaddr_in6 *)
		    (const void *)sa)->sin6_addr;

		memcpy(address, six, 16);
		if (IN6_IS_ADDR_V4MAPPED(six)) {
			memmove(address, address + 12, 4);
			family = AF_INET;
		}
	}
	for (unsigned i = 0; i < list->count; i++)
		if (list->one[i].family == family &&
		    is_in(&list->one[i], address))
			return true;
	return false;
}
