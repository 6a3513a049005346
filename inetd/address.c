/* address.c - socket addresses: parse, print, compare */

#include <arpa/inet.h>

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "address.h"
#include "number.h"

static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

bool
address_parse(struct address *a, const char *text)
{
	memset(a, 0, sizeof *a);
	if (inet_pton(AF_INET, text, &a->u.in.sin_addr) == 1) {
		a->u.in.sin_family = AF_INET;
		a->len = sizeof a->u.in;
		return true;
	}
	if (inet_pton(AF_INET6, text, &a->u.in6.sin6_addr) == 1) {
		a->u.in6.sin6_family = AF_INET6;
		a->len = sizeof a->u.in6;
		return true;
	}
	return false;
}

bool
address_path(struct address *a, const char *path)
{
	size_t len = strlen(path);

	memset(a, 0, sizeof *a);
	if (len == 0 || len >= sizeof a->u.un.sun_path)
		return false;
	a->u.un.sun_family = AF_UNIX;
	memcpy(a->u.un.sun_path, path, len + 1);
	a->len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len + 1);
	return true;
}

unsigned
address_port(const struct address *a)
{
	switch (a->u.any.sa_family) {
	case AF_INET:
		return ntohs(a->u.in.sin_port);
	case AF_INET6:
		return ntohs(a->u.in6.sin6_port);
	default:
		return 0;
	}
}

void
address_set_port(struct address *a, unsigned port)
{
	if (a->u.any.sa_family == AF_INET)
		a->u.in.sin_port = htons((uint16_t)port);
	else if (a->u.any.sa_family == AF_INET6)
		a->u.in6.sin6_port = htons((uint16_t)port);
}

char *
address_text(const struct address *a, char text[ADDRESS_TEXT])
{
	const void *ip = a->u.any.sa_family == AF_INET ?
	    (const void *)&a->u.in.sin_addr : &a->u.in6.sin6_addr;

	if (a->u.any.sa_family == AF_UNIX)
		snprintf(text, ADDRESS_TEXT, "%s", a->u.un.sun_path);
	else if (inet_ntop(a->u.any.sa_family, ip, text, ADDRESS_TEXT) == NULL)
		strcpy(text, "?");
	return text;
}

bool
address_equal(const struct address *a, const struct address *b)
{
	if (a->u.any.sa_family != b->u.any.sa_family ||
	    address_port(a) != address_port(b) ||
	    strcmp(a->device, b->device) != 0)
		return false;
	switch (a->u.any.sa_family) {
	case AF_INET:
		return a->u.in.sin_addr.s_addr == b->u.in.sin_addr.s_addr;
	case AF_INET6:
		return IN6_ARE_ADDR_EQUAL(&a->u.in6.sin6_addr,
		    &b->u.in6.sin6_addr);
	default:
		return strcmp(a->u.un.sun_path, b->u.un.sun_path) == 0;
	}
}

bool
address_is_local(const struct address *a)
{
	struct source s = source_of(a);

	return a->u.any.sa_family == AF_UNIX ||
	    (memcmp(s.ip, mapped, sizeof mapped) == 0 && s.ip[12] == 127) ||
	    (a->u.any.sa_family == AF_INET6 &&
	    IN6_IS_ADDR_LOOPBACK(&a->u.in6.sin6_addr));
}

bool
address_is_wildcard(const struct address *a)
{
	return (a->u.any.sa_family == AF_INET &&
	    a->u.in.sin_addr.s_addr == htonl(INADDR_ANY)) ||
	    (a->u.any.sa_family == AF_INET6 &&
	    IN6_IS_ADDR_UNSPECIFIED(&a->u.in6.sin6_addr));
}

struct source
source_of(const struct address *a)
{
	struct source s = { .port = (uint16_t)address_port(a) };

	if (a->u.any.sa_family == AF_INET) {
		memcpy(s.ip, mapped, sizeof mapped);
		memcpy(s.ip + sizeof mapped, &a->u.in.sin_addr, 4);
	} else if (a->u.any.sa_family == AF_INET6)
		memcpy(s.ip, &a->u.in6.sin6_addr, sizeof s.ip);
	return s;
}

char *
source_text(const struct source *s, char text[ADDRESS_TEXT])
{
	char *end = text;

	if (memcmp(s->ip, mapped, sizeof mapped) == 0)
		for (int i = 12; i < 16; i++) {
			end = number_put(end, s->ip[i], 1);
			if (i < 15)
				*end++ = '.';
		}
	else if (inet_ntop(AF_INET6, s->ip, text, ADDRESS_TEXT) == NULL)
		strcpy(text, "?");
	return text;
}

size_t
source_length(const struct source *s)
{
	return memcmp(s->ip, mapped, sizeof mapped) == 0 ? sizeof s->ip : 8;
}

bool
source_same(const struct source *a, const struct source *b)
{
	return memcmp(a->ip, b->ip, source_length(a)) == 0;
}
