/* local.c - names that no server on the Internet should be asked about */

#include <string.h>

#include "local.h"

/* RFC 6303 4; RFC 6761 6.4; RFC 7686 2; RFC 7793; RFC 8375 4; 6762 22.1. */
static const char *const zones[] = {
	"10.in-addr.arpa", "16.172.in-addr.arpa", "17.172.in-addr.arpa",
	"18.172.in-addr.arpa", "19.172.in-addr.arpa", "20.172.in-addr.arpa",
	"21.172.in-addr.arpa", "22.172.in-addr.arpa", "23.172.in-addr.arpa",
	"24.172.in-addr.arpa", "25.172.in-addr.arpa", "26.172.in-addr.arpa",
	"27.172.in-addr.arpa", "28.172.in-addr.arpa", "29.172.in-addr.arpa",
	"30.172.in-addr.arpa", "31.172.in-addr.arpa", "168.192.in-addr.arpa",
	"0.in-addr.arpa", "127.in-addr.arpa", "254.169.in-addr.arpa",
	"2.0.192.in-addr.arpa", "100.51.198.in-addr.arpa",
	"113.0.203.in-addr.arpa", "255.255.255.255.in-addr.arpa",
	"d.f.ip6.arpa", "8.e.f.ip6.arpa", "9.e.f.ip6.arpa", "a.e.f.ip6.arpa",
	"b.e.f.ip6.arpa", "8.b.d.0.1.0.0.2.ip6.arpa", "home.arpa",
	"0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0."
	    "ip6.arpa",
	"1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0."
	    "ip6.arpa",
	"localhost", "invalid", "onion", "local", NULL
};

enum { TTL = 10800 };	/* RFC 6303 3 */

/* Is this the last label of any of the zones? */
static bool
may_be_local(const struct name *name)
{
	static const char *const tops[] = { "\4arpa", "\11localhost",
	    "\7invalid", "\5onion", "\5local", NULL };
	size_t prefix;

	for (const char *const *top = tops; *top != NULL; top++)
		if (name_within(name->wire, (const uint8_t *)*top, &prefix))
			return true;
	return false;
}

static bool
find_zone(const struct name *name, struct name *zone)
{
	size_t prefix;

	if (!may_be_local(name))
		return false;
	for (const char *const *z = zones; *z != NULL; z++)
		if (name_from_text(zone, *z, strlen(*z), NULL) == NULL &&
		    name_within(name->wire, zone->wire, &prefix))
			return true;
	return false;
}

/* RFC 6303 3: the zone's owner, its SOA: nobody.invalid. 1 3600 ... */
static size_t
make_soa(uint8_t *p, const struct name *zone)
{
	static const uint8_t rest[] = "\6nobody\7invalid\0"
	    "\0\0\0\1\0\0\16\20\0\0\4\260\0\11\72\200\0\0\52\60";

	memcpy(p, zone->wire, zone->len);
	memcpy(p + zone->len, zone->wire, zone->len);
	memcpy(p + (size_t)2 * zone->len, rest, sizeof rest - 1);
	return (size_t)2 * zone->len + sizeof rest - 1;
}

static void
put_nothing(struct resolver *r, const struct question *q,
    const struct name *zone)
{
	uint8_t soa[3 * DNS_NAME_MAX];
	bool apex = name_equal(q->name.wire, zone->wire) ||
	    zone->wire[1] == 'l';	/* of localhost every name is one */
	struct fact f = { .name = q->name.wire, .rank = RANK_ANSWER,
	    .kind = apex ? KIND_NODATA : KIND_NXDOMAIN, .ttl = TTL,
	    .type = apex ? q->type : (uint16_t)TYPE_NAME, .count = 1,
	    .data = soa };

	f.size = make_soa(soa, zone);
	cache_put(&r->cache, &f, r->stamp);
}

static void
put_data(struct resolver *r, const struct question *q, const void *data,
    size_t size)
{
	struct fact f = { .name = q->name.wire, .type = q->type,
	    .rank = RANK_ANSWER, .ttl = TTL, .count = 1, .data = data,
	    .size = size };

	cache_put(&r->cache, &f, r->stamp);
}

bool
local_answer(struct resolver *r, const struct question *q)
{
	const struct route *route = settings_route(&r->settings,
	    q->name.wire);
	struct name zone;
	bool home;

	if (q->type == TYPE_ANY) {
		put_data(r, q, "\0\11\7RFC8482", 11);
		return true;
	}
	if ((route != NULL && route->zone.len > 1) ||
	    !find_zone(&q->name, &zone))
		return false;
	home = strcmp((char *)zone.wire, "\11localhost") == 0;
	if (home && q->type == TYPE_A)
		put_data(r, q, "\0\4\177\0\0\1", 6);
	else if (home && q->type == TYPE_AAAA)
		put_data(r, q, "\0\20\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1", 18);
	else
		put_nothing(r, q, &zone);
	return true;
}
