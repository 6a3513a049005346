/*
 * dns_zonefile.c - any zone text; what is taken is compiled and asked for
 *
 * fuzz: services/lib/dns/[a-z]*.c services/lib/io/log.c services/lib/io/conf.c
 * fuzz: services/dnsd/query.c services/dnsd/reply.c services/dnsd/answer.c
 * fuzz: services/dnsd/denial.c services/dnsd/denial3.c services/dnsd/edns.c
 * fuzz: services/dnsd/chaos.c services/dnsd/server.c services/dnsd/transfer.c
 * fuzz: services/dnsd/network.c services/dnsd/limit.c services/dnsd/querylog.c
 * fuzz: services/dnsd/statistics.c
 * fuzz: services/zonec/segment.c services/zonec/image.c
 * fuzz: services/zonec/draft.c services/zonec/zones.c
 */

#include "dns_serve.h"

/* Name, name below it, and each set's type of every node of the zone. */
static void
ask_node(struct server *s, const struct zonedb_zone *zone,
    const struct zonedb_node *node)
{
	uint8_t m[12 + DNS_NAME_MAX + 4 + 11] = { 0, 1, 0, 0, 0, 1, 0, 0, 0,
	    0, 0, 1 };
	static const uint8_t opt[11] = { 0, 0, 41, 4, 208, 0, 0, 0x80 };
	const struct zonedb_set *set = zonedb_first(node);
	size_t len = node->prefix + (size_t)zone->name_len;

	memcpy(m + 12, node->name, node->prefix);
	memcpy(m + 12 + node->prefix, zone->name, zone->name_len);
	for (unsigned i = 0; i <= node->sets; i++) {
		unsigned type = i < node->sets ? set->type : TYPE_ANY;
		uint8_t *p = m + 12 + len;

		p[0] = (uint8_t)(type >> 8);
		p[1] = (uint8_t)type;
		p[3] = CLASS_IN;
		memcpy(p + 4, opt, sizeof opt);
		ask(s, m, 12 + len + 4 + sizeof opt);
		if (i < node->sets)
			set = zonedb_after(set);
	}
}

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct server server;
	const struct zonedb_zone *zone;
	const struct zonedb_node *node;

	if (!serve_text(&server, (const char *)data, size))
		return 0;
	zone = zonedb_next(&server.db, NULL);
	node = zonedb_node(zone, zone->nodes_at);
	for (uint32_t i = 0; i < zone->nodes && i < 1000; i++) {
		const struct zonedb_set *set = zonedb_first(node);

		ask_node(&server, zone, node);
		for (unsigned n = node->sets; n > 0; n--)
			set = zonedb_after(set);
		node = (const void *)set;
	}
	zonedb_unmap(&server.db);
	return 0;
}
