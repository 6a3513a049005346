/* cut.c - does a zone look as if its file were still being written? */

#include <string.h>

#include "cut.h"

static unsigned
count_records(const struct zone *z, const struct zone_node *node)
{
	unsigned n = 0;

	for (uint32_t i = node->sets; i != ZONE_NONE; i = zone_set(z, i)->next)
		n += zone_set(z, i)->count;
	return n;
}

/* The node that lies behind one in the file, whose records are counted. */
static const struct zonedb_node *
next_node(const struct zonedb_node *node, unsigned *records)
{
	const struct zonedb_set *set = zonedb_first(node);

	*records = 0;
	for (unsigned n = node->sets; n > 0; n--) {
		*records += set->count;
		set = zonedb_after(set);
	}
	return (const struct zonedb_node *)(const void *)set;
}

bool
cut_off(const struct zonedb_zone *old, const struct zone *z)
{
	const struct zonedb_node *was;

	if (!(old->flags & ZONEDB_LOADED) || old->serial != z->serial ||
	    z->record_count >= old->records || z->node_count > old->nodes)
		return false;
	was = zonedb_node(old, old->nodes_at);
	for (uint32_t i = 0; i < z->node_count; i++) {
		const struct zone_node *node = zone_node(z, i);
		const struct zonedb_node *next;
		unsigned records, now = count_records(z, node);
		size_t len;
		const uint8_t *prefix = zone_prefix(z, node, &len);

		next = next_node(was, &records);
		if (len != was->prefix || now > records ||
		    memcmp(zonedb_written(was), prefix, len) != 0)
			return false;
		/* All names are there: then only the last may lack some. */
		if (now < records && z->node_count == old->nodes &&
		    i != z->node_count - 1)
			return false;
		was = next;
	}
	return true;
}
