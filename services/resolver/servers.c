/* servers.c - how the servers that were asked have behaved */

#include "dns/name.h"
#include "servers.h"

static uint32_t
hash_of(const struct address *a)
{
	uint32_t h = 2166136261U ^ a->port;

	for (unsigned i = 0; i < a->octets; i++)
		h = (h ^ a->ip[i]) * 16777619U;
	return h ^ h >> 16;
}

struct server *
servers_find(struct servers *s, const struct address *a, int64_t now)
{
	struct server *server = &s->table[hash_of(a) % SERVERS];

	if (!address_equal(&server->address, a))
		*server = (struct server){ .address = *a, .rtt = RTT_NEW };
	if (server->silent_until != 0 && server->silent_until <= now) {
		server->silent_until = 0;
		server->known = false;
		server->rtt = RTT_NEW;
	}
	return server;
}

/* The place of a failure, and the zone as it stands there. */
static struct failure *
find_failure(struct servers *s, const struct address *a, const uint8_t *zone,
    uint64_t *hash)
{
	*hash = UINT64_C(14695981039346656037);
	for (; *zone != 0; zone += *zone + 1)
		for (unsigned i = 0; i <= *zone; i++)
			*hash = (*hash ^ name_lower_of[zone[i]]) *
			    UINT64_C(1099511628211);
	return &s->failures[(hash_of(a) ^ (uint32_t)(*hash >> 32)) %
	    FAILURES];
}

void
servers_fail(struct servers *s, const struct address *a, const uint8_t *zone,
    int64_t now)
{
	uint64_t hash;
	struct failure *f = find_failure(s, a, zone, &hash);

	*f = (struct failure){ .address = *a, .zone = hash,
	    .until = now + FAILED_FOR };
}

unsigned
servers_cost(struct servers *s, const struct address *a, const uint8_t *zone,
    int64_t now)
{
	uint64_t hash;
	const struct failure *f = find_failure(s, a, zone, &hash);
	unsigned cost = servers_find(s, a, now)->rtt;

	if (f->until > now && f->zone == hash && address_equal(&f->address,
	    a))
		cost += 2 * RTT_MAX;
	return cost;
}

void
server_answered(struct server *s, int64_t ms)
{
	if (ms > RTT_MAX)
		ms = RTT_MAX;
	/* RFC 6298 2: the first as it is, then an eighth of the new. */
	s->rtt = (uint16_t)(s->known ? (s->rtt * INT64_C(7) + ms) / 8 : ms);
	s->known = true;
	s->silent_until = 0;
}

void
server_was_silent(struct server *s, int64_t now)
{
	unsigned rtt = s->rtt * 2U + 50;

	s->rtt = (uint16_t)(rtt < RTT_MAX ? rtt : RTT_MAX);
	s->silent_until = now + SILENT_FOR;
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
