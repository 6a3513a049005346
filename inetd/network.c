/* network.c - IP networks, and lists of them that say who may come */

#include <string.h>

#include "network.h"
#include "number.h"

/* Are the first bits of a and b equal? */
static bool
is_equal(const uint8_t *a, const uint8_t *b, unsigned bits)
{
	unsigned bytes = bits / 8, rest = bits % 8;

	return memcmp(a, b, bytes) == 0 &&
	    (rest == 0 || (a[bytes] ^ b[bytes]) >> (8 - rest) == 0);
}

bool
network_add(struct networks *list, const char *text, enum verdict verdict)
{
	static const uint8_t zero[16];
	struct network *n = &list->list[list->n];
	char ip[64];
	size_t len = strcspn(text, "/");
	struct address address;
	struct source source;
	unsigned base, bits;

	if (list->n == NETWORKS_MAX || len >= sizeof ip)
		return false;
	memcpy(ip, text, len);
	ip[len] = '\0';
	if (!address_parse(&address, ip))
		return false;
	source = source_of(&address);
	base = address.u.any.sa_family == AF_INET ? 96 : 0;
	bits = 128 - base;
	if (text[len] == '/' && !number_parse(&bits, text + len + 1, 0, bits))
		return false;
	bits += base;
	memcpy(n->ip, source.ip, sizeof n->ip);
	memcpy(ip, zero, sizeof zero);	/* the network with its host bits off */
	memcpy(ip, n->ip, bits / 8);
	if (bits % 8 != 0)
		ip[bits / 8] = (char)(n->ip[bits / 8] & 0xff << (8 - bits % 8));
	if (memcmp(ip, n->ip, sizeof n->ip) != 0)
		return false;
	n->bits = (uint8_t)bits;
	n->verdict = (uint8_t)verdict;
	list->has[verdict] = true;
	list->n++;
	return true;
}

bool
network_admits(const struct networks *list, const struct source *source)
{
	const struct network *best = NULL, *n = list->list;

	for (; n < list->list + list->n; n++)
		if (n->verdict != PROXY &&
		    is_equal(n->ip, source->ip, n->bits) &&
		    (best == NULL || n->bits >= best->bits))
			best = n;
	return best != NULL ? best->verdict == ALLOW : !list->has[ALLOW];
}

bool
network_is_proxy(const struct networks *list, const struct source *source)
{
	const struct network *n = list->list;

	for (; n < list->list + list->n; n++)
		if (n->verdict == PROXY &&
		    is_equal(n->ip, source->ip, n->bits))
			return true;
	return false;
}
