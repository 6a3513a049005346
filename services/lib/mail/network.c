/* network.c - which addresses a list of networks holds */

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "mail/network.h"

static bool
read_address(struct network *n, const char *text)
{
	n->family = strchr(text, ':') != NULL ? AF_INET6 : AF_INET;
	n->bits = n->family == AF_INET ? 32 : 128;
	return inet_pton(n->family, text, n->address) == 1;
}

bool
network_parse(struct network *n, const char *text)
{
	char address[INET6_ADDRSTRLEN];
	size_t len = strcspn(text, "/");
	unsigned long bits;
	char *end;

	memset(n, 0, sizeof *n);
	if (len >= sizeof address)
		return false;
	memcpy(address, text, len);
	address[len] = '\0';
	if (!read_address(n, address))
		return false;
	if (text[len] == '\0')
		return true;
	text += len + 1;
	if (*text < '0' || *text > '9')
		return false;
	bits = strtoul(text, &end, 10);
	if (*end != '\0' || bits > n->bits)
		return false;
	n->bits = (unsigned)bits;
	return true;
}

static bool
holds(const struct network *n, const struct network *address)
{
	size_t whole = n->bits / 8;
	unsigned rest = n->bits % 8;

	if (n->family != address->family ||
	    memcmp(n->address, address->address, whole) != 0)
		return false;
	return rest == 0 || ((n->address[whole] ^ address->address[whole]) &
	    (0xff00U >> rest) & 0xffU) == 0;
}

bool
network_has(const struct network *list, size_t n, const char *ip)
{
	struct network address;

	if (strlen(ip) >= INET6_ADDRSTRLEN || !network_parse(&address, ip))
		return false;
	for (size_t i = 0; i < n; i++)
		if (holds(&list[i], &address))
			return true;
	return false;
}
