/* local.c - names that are answered here and asked of nobody */

#include <string.h>

#include "local.h"
#include "message.h"
#include "sift.h"

/* RFC 6303 4; RFC 6761 6.3, 6.4; RFC 7686 2; RFC 8375 4; RFC 6762 22.1. */
static const char *const zones[] = {
	"10.in-addr.arpa", "168.192.in-addr.arpa", "0.in-addr.arpa",
	"127.in-addr.arpa", "254.169.in-addr.arpa", "2.0.192.in-addr.arpa",
	"100.51.198.in-addr.arpa", "113.0.203.in-addr.arpa",
	"255.255.255.255.in-addr.arpa", "d.f.ip6.arpa", "8.e.f.ip6.arpa",
	"9.e.f.ip6.arpa", "a.e.f.ip6.arpa", "b.e.f.ip6.arpa",
	"8.b.d.0.1.0.0.2.ip6.arpa", "home.arpa",
	"0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0."
	    "ip6.arpa",
	"1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0."
	    "ip6.arpa",
	"localhost", "invalid", "onion", "local", NULL
};

/* Those that are many in a row: RFC 6303 4.1, RFC 7793. */
static const struct {
	const char	*above;
	unsigned	 first, last;
} rows[] = {
	{ "172.in-addr.arpa", 16, 31 },
	{ "100.in-addr.arpa", 64, 127 }
};

enum { TTL = 10800 };	/* RFC 6303 3 */

/* Is this the last label of any of the zones? */
static bool
may_be_special(const struct name *name)
{
	static const char *const tops[] = { "\4arpa", "\11localhost",
	    "\7invalid", "\5onion", "\5local", NULL };
	size_t prefix;

	for (const char *const *top = tops; *top != NULL; top++)
		if (name_within(name->wire, (const uint8_t *)*top, &prefix))
			return true;
	return false;
}

/* The number a label is; one that is out of all rows if it is none. */
static unsigned
number(const uint8_t *label)
{
	unsigned n = 0;

	for (unsigned i = 1; i <= *label && i <= 3; i++) {
		if (label[i] < '0' || label[i] > '9')
			return 0;
		n = n * 10 + label[i] - '0';
	}
	return *label <= 3 && label[1] != '0' ? n : 0;
}

/* The zone of a row that has the name. */
static bool
find_in_row(const struct name *name, struct name *zone)
{
	struct name above;
	size_t prefix, at, last;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		if (name_from_text(&above, rows[i].above,
		    strlen(rows[i].above), NULL) != NULL ||
		    !name_within(name->wire, above.wire, &prefix) ||
		    prefix == 0)
			continue;
		for (at = last = 0; at < prefix; at += name->wire[at] + 1U)
			last = at;
		if (number(name->wire + last) < rows[i].first ||
		    number(name->wire + last) > rows[i].last)
			continue;
		name_set(zone, name->wire + last);
		return true;
	}
	return false;
}

/* The zone of the RFCs that has the name. */
static bool
find_special(const struct name *name, struct name *zone)
{
	size_t prefix;

	if (!may_be_special(name))
		return false;
	for (const char *const *z = zones; *z != NULL; z++)
		if (name_from_text(zone, *z, strlen(*z), NULL) == NULL &&
		    name_within(name->wire, zone->wire, &prefix))
			return true;
	return find_in_row(name, zone);
}

/* The deepest zone of the settings that has the name. */
static const struct name *
find_own(const struct settings *s, const struct name *name)
{
	const struct name *best = NULL;
	size_t prefix;

	for (const struct local_zone *z = s->local_zones; z != NULL;
	    z = z->next)
		if (name_within(name->wire, z->name.wire, &prefix) &&
		    (best == NULL || z->name.len > best->len))
			best = &z->name;
	return best;
}

/* What there is in the settings about a name. */
struct local {
	bool		 there;		/* it has data */
	bool		 above;		/* names below it have */
	struct name	 zone;		/* that denies the rest */
};

static bool
find(const struct settings *s, const struct name *name, struct local *l)
{
	const struct name *own = find_own(s, name);
	const struct route *route = settings_route(s, name->wire);
	size_t prefix;

	l->there = l->above = false;
	for (const struct local_record *r = s->local_records; r != NULL;
	    r = r->next)
		if (name_within(r->name.wire, name->wire, &prefix))
			*(prefix == 0 ? &l->there : &l->above) = true;
	if (own != NULL && (l->there || route == NULL ||
	    route->zone.len <= own->len)) {
		l->zone = *own;
		return true;
	}
	if (l->there) {
		l->zone = *name;
		return true;
	}
	return (route == NULL || route->zone.len == 1) &&
	    find_special(name, &l->zone);
}

bool
local_has(const struct settings *s, const struct name *name)
{
	struct local l;

	return find(s, name, &l);
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
put_nothing(struct resolver *r, const struct name *name, uint16_t type,
    const struct name *zone, bool exists)
{
	uint8_t soa[3 * DNS_NAME_MAX];
	struct fact f = { .name = name->wire, .rank = RANK_ANSWER,
	    .kind = exists ? KIND_NODATA : KIND_NXDOMAIN, .ttl = TTL,
	    .type = exists ? type : (uint16_t)TYPE_NAME, .count = 1,
	    .data = soa };

	f.size = make_soa(soa, zone);
	cache_put(&r->cache, &f, r->stamp);
}

static void
put_data(struct resolver *r, const struct name *name, uint16_t type,
    const void *data, size_t size)
{
	struct fact f = { .name = name->wire, .type = type,
	    .rank = RANK_ANSWER, .ttl = TTL, .count = 1, .data = data,
	    .size = size };

	cache_put(&r->cache, &f, r->stamp);
}

/* The records of the settings of that type.  False: there are none. */
static bool
put_own(struct resolver *r, const struct name *name, uint16_t type)
{
	static uint8_t data[SET_OCTETS];
	struct fact f = { .name = name->wire, .type = type,
	    .rank = RANK_ANSWER, .ttl = UINT32_MAX, .data = data };
	const struct local_record *own = r->settings.local_records;

	for (; own != NULL; own = own->next) {
		if (own->type != type ||
		    !name_equal(own->name.wire, name->wire) ||
		    own->len + 2U > sizeof data - f.size)
			continue;
		put16(data + f.size, own->len);
		memcpy(data + f.size + 2, own->rdata, own->len);
		f.size += own->len + 2U;
		f.count++;
		if (own->ttl < f.ttl)
			f.ttl = own->ttl;
	}
	if (f.count > 0)
		cache_put(&r->cache, &f, r->stamp);
	return f.count > 0;
}

/* RFC 6761 6.3: every name of it is this machine. */
static bool
put_localhost(struct resolver *r, const struct name *name, uint16_t type)
{
	if (type == TYPE_A)
		put_data(r, name, type, "\0\4\177\0\0\1", 6);
	else if (type == TYPE_AAAA)
		put_data(r, name, type,
		    "\0\20\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1", 18);
	return type == TYPE_A || type == TYPE_AAAA;
}

bool
local_answer(struct resolver *r, const struct name *name, uint16_t type)
{
	struct local l;
	bool home, apex;

	if (type == TYPE_ANY) {
		put_data(r, name, type, "\0\11\7RFC8482", 11);
		return true;
	}
	if (!find(&r->settings, name, &l))
		return false;
	if (l.there) {
		if (!put_own(r, name, type) && !put_own(r, name, TYPE_CNAME))
			put_nothing(r, name, type, &l.zone, true);
		return true;
	}
	home = strcmp((char *)l.zone.wire, "\11localhost") == 0;
	apex = name_equal(name->wire, l.zone.wire);
	if (!home || !put_localhost(r, name, type))
		put_nothing(r, name, type, &l.zone, home || apex || l.above);
	return true;
}
