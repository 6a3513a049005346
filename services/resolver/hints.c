/* hints.c - etc/root.hints, read as the zone file that it is */

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "dns/zonefile.h"
#include "hints.h"
#include "io/log.h"

static void
report(enum severity severity, const char *file, unsigned line,
    const char *text)
{
	log_line("%s:%u: %s%s", file, line,
	    severity == ZONE_WARNING ? "warning: " : "", text);
}

static void
add_addresses(struct settings *s, struct route *r, const struct zone *zone,
    const struct name *host, uint16_t type)
{
	uint32_t node = zone_find(zone, host->wire, host->len - 1U), at;
	const struct zone_set *set;
	const struct zone_record *record;

	if (node == ZONE_NONE || (set = zone_set_of(zone, node, type)) == NULL)
		return;
	for (at = set->first; at != ZONE_NONE && r->count < ROUTE_SERVERS;
	    at = record->next) {
		record = zone_record(zone, at);
		address_set(&r->servers[r->count++], record->rdata,
		    record->len, (uint16_t)s->port);
	}
}

static bool
take(struct settings *s, struct route *r, const struct zone *zone)
{
	const struct zone_set *ns = zone_set_of(zone, ZONE_APEX, TYPE_NS);
	const struct zone_record *record;
	struct name host;

	if (ns == NULL)
		return false;
	for (uint32_t at = ns->first; at != ZONE_NONE; at = record->next) {
		record = zone_record(zone, at);
		name_set(&host, record->rdata);
		name_lower(&host);
		add_addresses(s, r, zone, &host, TYPE_A);
		if (s->ipv6)
			add_addresses(s, r, zone, &host, TYPE_AAAA);
	}
	return r->count > 0;
}

static bool
has_root(const struct settings *s)
{
	for (unsigned i = 0; i < s->routes; i++)
		if (s->route[i].zone.len == 1)
			return true;
	return false;
}

bool
hints_read(struct settings *s)
{
	static const struct name root = { 1, { 0 } };
	struct route *r = &s->route[s->routes];
	struct zone zone;
	int folder;
	bool good;

	if (has_root(s))
		return true;
	memset(r, 0, sizeof *r);
	r->zone = root;
	r->hints = true;
	folder = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder == -1 || !zone_init(&zone, &root)) {
		log_errno("%s", s->hints);
		if (folder != -1)
			close(folder);
		return false;
	}
	zone.report = report;
	good = zonefile_read(&zone, folder, s->hints);
	if (good && !(good = take(s, r, &zone)))
		log_line("%s: no address of a root server", s->hints);
	s->routes += good;
	zone_free(&zone);
	close(folder);
	return good;
}
