/* address.c - socket addresses of either family */

#include <arpa/inet.h>
#include <string.h>

#include "data.h"

bool
address_set(union address *a, const char *ip, unsigned port)
{
	memset(a, 0, sizeof *a);
	if (inet_pton(AF_INET, ip, &a->four.sin_addr) == 1) {
		a->four.sin_family = AF_INET;
		a->four.sin_port = htons((in_port_t)port);
		return true;
	}
	if (inet_pton(AF_INET6, ip, &a->six.sin6_addr) == 1) {
		a->six.sin6_family = AF_INET6;
		a->six.sin6_port = htons((in_port_t)port);
		return true;
	}
	return false;
}

bool
address_same_host(const union address *a, const union address *b)
{
	if (a->any.sa_family != b->any.sa_family)
		return false;
	if (a->any.sa_family == AF_INET)
		return a->four.sin_addr.s_addr == b->four.sin_addr.s_addr;
	return memcmp(&a->six.sin6_addr, &b->six.sin6_addr,
	    sizeof a->six.sin6_addr) == 0;
}

unsigned
address_port(const union address *a)
{
	return ntohs(a->any.sa_family == AF_INET ? a->four.sin_port :
	    a->six.sin6_port);
}

socklen_t
address_size(const union address *a)
{
	return a->any.sa_family == AF_INET ? sizeof a->four : sizeof a->six;
}
