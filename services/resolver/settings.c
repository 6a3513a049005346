/* settings.c - etc/resolver.conf */

#include <errno.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <string.h>

#include "hints.h"
#include "io/conf.h"
#include "io/log.h"
#include "local.h"
#include "settings.h"

static bool
set_allow(void *to, const char *value, const char **why)
{
	struct settings *s = to;

	if (s->allowed == NETWORKS) {
		*why = "too many networks";
		return false;
	}
	if (!subnet_read(&s->allow[s->allowed], value)) {
		*why = "not an address or network";
		return false;
	}
	s->allowed++;
	return true;
}

/* Cut the next word off a value. */
static size_t
word(const char **value)
{
	*value += strspn(*value, " \t");
	return strcspn(*value, " \t");
}

static const char *
add_server(struct route *r, const char *text, size_t len)
{
	char server[ADDRESS_TEXT + 10];

	if (len >= sizeof server)
		return "not an address";
	memcpy(server, text, len);
	server[len] = '\0';
	if (r->count == ROUTE_SERVERS)
		return "too many servers";
	return address_read(&r->servers[r->count++], server, 53) ? NULL :
	    "not an address";
}

/* ZONE ADDRESS... */
static bool
add_route(struct settings *s, const char *value, bool forward,
    const char **why)
{
	struct route *r = &s->route[s->routes];
	size_t len = word(&value);

	if (s->routes == ROUTES - 1) {	/* one is kept for the root */
		*why = "too many zones";
		return false;
	}
	memset(r, 0, sizeof *r);
	r->forward = forward;
	*why = name_from_text(&r->zone, value, len, NULL);
	if (*why != NULL)
		return false;
	name_lower(&r->zone);
	for (value += len; (len = word(&value)) > 0; value += len) {
		*why = add_server(r, value, len);
		if (*why != NULL)
			return false;
	}
	*why = "no server";
	if (r->count == 0)
		return false;
	s->routes++;
	return true;
}

static bool
set_forward(void *to, const char *value, const char **why)
{
	return add_route(to, value, true, why);
}

static bool
set_stub(void *to, const char *value, const char **why)
{
	return add_route(to, value, false, why);
}

static bool
set_local_zone(void *to, const char *value, const char **why)
{
	*why = local_add_zone(to, value);
	return *why == NULL;
}

static bool
set_local_data(void *to, const char *value, const char **why)
{
	*why = local_add_record(to, value);
	return *why == NULL;
}

static void
set_defaults(struct settings *s)
{
	*s = (struct settings){ .hints = "etc/root.hints", .port = 53,
	    .cache = 16 << 20, .ttl_max = 86400, .negative_max = 3600,
	    .queries = 50, .chain = 16, .depth = 30, .lookups = 5,
	    .time = 5000, .waiting = 2000, .per_source = 500,
	    .minimise = true, .mix_case = true, .ipv6 = true,
	    .prefetch = true, .prime = true, .save = "spool/run/dns" };
}

/* The bits of a mask. */
static unsigned
bits(const struct address *mask)
{
	unsigned n = 0;

	while (n < mask->octets * 8U &&
	    (mask->ip[n / 8] & 0x80 >> n % 8) != 0)
		n++;
	return n;
}

/* A network of this machine, if it is of the inside. */
static void
allow_interface(struct settings *s, const struct ifaddrs *i)
{
	struct sockaddr_storage address = { 0 }, mask = { 0 };
	struct subnet *n = &s->allow[s->allowed];
	struct address m;
	size_t size;

	if (i->ifa_addr == NULL || i->ifa_netmask == NULL ||
	    s->allowed == NETWORKS)
		return;
	if (i->ifa_addr->sa_family == AF_INET)
		size = sizeof(struct sockaddr_in);
	else if (i->ifa_addr->sa_family == AF_INET6)
		size = sizeof(struct sockaddr_in6);
	else
		return;
	memcpy(&address, i->ifa_addr, size);
	memcpy(&mask, i->ifa_netmask, size);
	mask.ss_family = address.ss_family;
	address_of(&n->first, &address);
	n->first.port = 0;
	address_of(&m, &mask);
	n->bits = bits(&m);
	if (n->bits > 0 && address_is_private(&n->first))
		s->allowed++;
}

/*
 * Without a word about it this machine is answered, and the networks that it
 * is in, unless they are the world's.
 */
static void
allow_own(struct settings *s)
{
	struct ifaddrs *list;

	subnet_read(&s->allow[0], "127.0.0.0/8");
	subnet_read(&s->allow[1], "::1");
	s->allowed = 2;
	if (getifaddrs(&list) == -1)
		return;		/* then it is this machine alone */
	for (const struct ifaddrs *i = list; i != NULL; i = i->ifa_next)
		allow_interface(s, i);
	freeifaddrs(list);
}

static bool
read_conf(struct settings *s, const char *file)
{
	const struct setting table[] = {
		{ "root-hints", CONF_TEXT, s->hints, 0, sizeof s->hints,
		    NULL },
		{ "port", CONF_NUMBER, &s->port, 1, 65535, NULL },
		{ "allow", CONF_CALL, s, 0, 0, set_allow },
		{ "forward", CONF_CALL, s, 0, 0, set_forward },
		{ "stub", CONF_CALL, s, 0, 0, set_stub },
		{ "cache", CONF_NUMBER, &s->cache, 64 << 10, 1L << 30, NULL },
		{ "min-ttl", CONF_NUMBER, &s->ttl_min, 0, 3600, NULL },
		{ "max-ttl", CONF_NUMBER, &s->ttl_max, 1, 604800, NULL },
		{ "max-negative-ttl", CONF_NUMBER, &s->negative_max, 1, 86400,
		    NULL },
		{ "queries", CONF_NUMBER, &s->queries, 1, 1000, NULL },
		{ "chain", CONF_NUMBER, &s->chain, 1, 100, NULL },
		{ "depth", CONF_NUMBER, &s->depth, 1, 127, NULL },
		{ "lookups", CONF_NUMBER, &s->lookups, 0, 100, NULL },
		{ "time", CONF_NUMBER, &s->time, 100, 60000, NULL },
		{ "waiting", CONF_NUMBER, &s->waiting, 1, 100000, NULL },
		{ "per-source", CONF_NUMBER, &s->per_source, 1, 100000,
		    NULL },
		{ "rate", CONF_NUMBER, &s->rate, 0, 1000000, NULL },
		{ "serve-stale", CONF_NUMBER, &s->stale, 0, 604800, NULL },
		{ "prefetch", CONF_BOOL, &s->prefetch, 0, 0, NULL },
		{ "prime", CONF_BOOL, &s->prime, 0, 0, NULL },
		{ "save", CONF_TEXT, s->save, 0, sizeof s->save, NULL },
		{ "local-zone", CONF_CALL, s, 0, 0, set_local_zone },
		{ "local-data", CONF_CALL, s, 0, 0, set_local_data },
		{ "minimise", CONF_BOOL, &s->minimise, 0, 0, NULL },
		{ "mix-case", CONF_BOOL, &s->mix_case, 0, 0, NULL },
		{ "ipv6", CONF_BOOL, &s->ipv6, 0, 0, NULL },
		{ "filter-private", CONF_BOOL, &s->filter, 0, 0, NULL },
		{ NULL, CONF_SKIP, NULL, 0, 0, NULL }
	};

	errno = 0;
	if (conf_read(file, table) == 0 || errno == ENOENT)
		return true;
	log_line("%s: cannot be used", file);
	return false;
}

bool
settings_read(struct settings *s, const char *file)
{
	set_defaults(s);
	if (!read_conf(s, file))
		return false;
	if (s->allowed == 0)
		allow_own(s);
	return s->hints[0] == '\0' || strcmp(s->hints, "none") == 0 ||
	    hints_read(s);
}

void
settings_free(struct settings *s)
{
	local_free(s);
}

bool
settings_allow(const struct settings *s, const struct address *a)
{
	for (unsigned i = 0; i < s->allowed; i++)
		if (subnet_has(&s->allow[i], a))
			return true;
	return false;
}

const struct route *
settings_route(const struct settings *s, const uint8_t *name)
{
	const struct route *best = NULL;
	size_t prefix;

	for (unsigned i = 0; i < s->routes; i++)
		if (name_within(name, s->route[i].zone.wire, &prefix) &&
		    (best == NULL || s->route[i].zone.len > best->zone.len))
			best = &s->route[i];
	return best;
}
