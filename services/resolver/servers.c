/* servers.c - how the servers that were asked have behaved */

#include "servers.h"

struct server *
servers_find(struct servers *s, const struct address *a)
{
	uint32_t h = 2166136261U ^ a->port;
	struct server *server;

	for (unsigned i = 0; i < a->octets; i++)
		h = (h ^ a->ip[i]) * 16777619U;
	server = &s->table[(h ^ h >> 16) % SERVERS];
	if (!address_equal(&server->address, a))
		*server = (struct server){ .address = *a, .rtt = RTT_NEW };
	return server;
}

void
server_answered(struct server *s, int64_t ms)
{
	if (ms > RTT_MAX)
		ms = RTT_MAX;
	/* RFC 6298 2: the first as it is, then an eighth of the new. */
	s->rtt = (uint16_t)(s->known ? (s->rtt * INT64_C(7) + ms) / 8 : ms);
	s->known = true;
}

void
server_was_silent(struct server *s)
{
	unsigned rtt = s->rtt * 2U + 50;

	s->rtt = (uint16_t)(rtt < RTT_MAX ? rtt : RTT_MAX);
}

int
server_patience(const struct server *s)
{
	int wait = s->rtt * 3;

	if (!s->known)
		return WAIT_NEW;
	if (wait > RTT_MAX)
		return RTT_MAX;
	return wait < WAIT_MIN ? WAIT_MIN : wait;
}
