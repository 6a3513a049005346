/* limit.c - how many like answers one network gets in a second */

#include <netinet/in.h>
#include <string.h>

#include "edns.h"
#include "limit.h"

enum { BUCKETS = 8192 };	/* two that collide take turns: none grows */

struct bucket {
	uint32_t	 hash;
	uint32_t	 second;
	uint32_t	 count;
};

/* The client's network as a number; not to be told from outside. */
static uint64_t
network_of(const struct sockaddr *sa)
{
	uint64_t n = 0;

	if (sa->sa_family == AF_INET) {
		const struct sockaddr_in *four = (const void *)sa;

		n = ntohl(four->sin_addr.s_addr) >> 8;
	} else if (sa->sa_family == AF_INET6) {
		const struct sockaddr_in6 *six = (const void *)sa;

		memcpy(&n, &six->sin6_addr, 7);
	}
	return n;
}

static struct bucket *
find(const struct server *s, const struct sockaddr *sa, uint32_t like)
{
	static struct bucket buckets[BUCKETS];
	uint64_t secret, hash;
	struct bucket *b;

	memcpy(&secret, s->secret, sizeof secret);
	hash = ((network_of(sa) ^ secret) * 0x9e3779b97f4a7c15u) ^ like;
	hash *= 0xd6e8feb86659fd93u;
	b = &buckets[(hash >> 32) % BUCKETS];
	if (b->hash != (uint32_t)hash || b->second != (uint32_t)s->now)
		*b = (struct bucket){ (uint32_t)hash, (uint32_t)s->now, 0 };
	return b;
}

enum limit
limit_answer(struct server *s, const struct query *q,
    const struct client *client, uint32_t like)
{
	const struct settings *set = &s->settings;
	struct bucket *b;

	if (client->transport != UDP || set->rate == 0)
		return LIMIT_SEND;
	b = find(s, client->address, like);
	if (b->count++ < (uint32_t)set->rate ||
	    networks_have(&set->exempt, client->address) ||
	    edns_known(s, q, client))
		return LIMIT_SEND;
	return set->slip != 0 && b->count % (uint32_t)set->slip == 0 ?
	    LIMIT_SLIP : LIMIT_DROP;
}
