/* walk_ask.c - whom a walk asks next, and about what */

#include <errno.h>
#include <string.h>

#include "steps.h"
#include "walk.h"

/* The hosts of a zone without an address, and the addresses. */
struct candidates {
	unsigned	 count;
	struct address	 address[TRIED];
	bool		 has_homeless;
	struct name	 homeless;	/* a host to be looked up */
	uint16_t	 homeless_type;
};

static void
enter_zone(struct walk *w, const uint8_t *zone, const struct route *route,
    int64_t expires)
{
	w->zone_expires = expires;
	if (w->zone.len != 0 && name_equal(w->zone.wire, zone) &&
	    w->route == route)
		return;
	name_set(&w->zone, zone);
	w->route = route;
	w->labels = name_labels(zone) + 1;
	w->tried_count = 0;
	w->over_tcp = false;
	w->depth++;
}

bool
walk_find_zone(struct walk *w)
{
	struct resolver *r = w->resolver;
	/* RFC 4035 4.2: the DS of a zone is its parent's to say. */
	unsigned from = w->type == TYPE_DS && w->target.labels > 0;
	const struct route *route = settings_route(&r->settings,
	    w->target.wire + w->target.at[from]);

	for (unsigned i = from; i <= w->target.labels; i++) {
		const uint8_t *zone = w->target.wire + w->target.at[i];
		const struct entry *e;

		/* Of the root the servers may be others than the hints. */
		if (route != NULL && w->target.len - w->target.at[i] ==
		    route->zone.len && (!route->hints || w->prime))
			break;
		e = cache_find(&r->cache, &w->target, i, TYPE_NS,
		    RANK_REFERRAL, w->began);
		if (e != NULL) {
			enter_zone(w, zone, NULL, e->expires);
			return true;
		}
	}
	if (route == NULL) {
		w->why = "there is no root server";
		return false;
	}
	if (route->hints)
		walk_prime(r);
	enter_zone(w, route->zone.wire, route, INT64_MAX);
	return true;
}

/* The servers that the root names fail: those of the hints may not. */
static bool
fall_back(struct walk *w)
{
	if (w->zone.len != 1 || w->route != NULL)
		return false;
	w->route = settings_route(&w->resolver->settings, w->zone.wire);
	return w->route != NULL;
}

/*
 * Only as much of the name as the server needs to know (RFC 9156), of the
 * type that hides the real one best.
 */
static void
choose_question(struct walk *w)
{
	struct resolver *r = w->resolver;
	unsigned all = w->target.labels, up;

	w->asked = w->target.wire;
	w->asked_type = w->type;
	if (!r->settings.minimise || w->whole ||
	    (w->route != NULL && w->route->forward))
		return;
	for (; w->labels < all && w->minimised < MINIMISED; w->labels++) {
		up = all - w->labels;
		if (cache_find(&r->cache, &w->target, up, TYPE_A, RANK_ANSWER,
		    w->began) == NULL && cache_find(&r->cache, &w->target, up,
		    TYPE_CNAME, RANK_ANSWER, w->began) == NULL) {
			w->asked = w->target.wire + w->target.at[up];
			w->asked_type = TYPE_A;
			return;
		}
	}
}

static void
add_candidate(struct candidates *c, const struct address *a)
{
	if (c->count < TRIED && !address_is_nobody(a))
		c->address[c->count++] = *a;
}

/* Addresses of a host, from an answer or else from a referral. */
static bool
add_host(struct walk *w, struct candidates *c, const uint8_t *host,
    uint16_t type)
{
	struct resolver *r = w->resolver;
	const struct entry *e = cache_find_name(&r->cache, host, type,
	    RANK_ANSWER, w->began);
	const uint8_t *p;
	struct address a;

	if (e == NULL || e->kind != KIND_DATA) {
		const struct entry *glue = cache_find_name(&r->cache, host,
		    type, RANK_REFERRAL, w->began);

		if (glue != NULL)
			e = glue;
	}
	if (e == NULL)
		return cache_find_name(&r->cache, host, TYPE_NAME,
		    RANK_ANSWER, w->began) != NULL;
	if (e->kind != KIND_DATA)
		return true;
	p = entry_data(e);
	for (unsigned i = 0; i < e->count && i < 4; i++) {
		address_set(&a, p + 2, get16(p),
		    (uint16_t)r->settings.port);
		add_candidate(c, &a);
		p += get16(p) + 2U;
	}
	return true;
}

static void
note_homeless(struct candidates *c, const uint8_t *host, uint16_t type)
{
	if (c->has_homeless)
		return;
	c->has_homeless = true;
	name_set(&c->homeless, host);
	c->homeless_type = type;
}

static void
gather(struct walk *w, struct candidates *c)
{
	struct resolver *r = w->resolver;
	const struct entry *ns;
	uint8_t hosts[16384];
	const uint8_t *p = hosts;
	unsigned before;

	c->count = 0;
	c->has_homeless = false;
	for (unsigned i = 0; w->route != NULL && i < w->route->count; i++)
		add_candidate(c, &w->route->servers[i]);
	ns = w->route != NULL ? NULL : cache_find_name(&r->cache,
	    w->zone.wire, TYPE_NS, RANK_REFERRAL, w->began);
	if (ns == NULL || ns->size > sizeof hosts)
		return;
	memcpy(hosts, entry_data(ns), ns->size);
	for (unsigned i = 0; i < ns->count; i++, p += get16(p) + 2U) {
		before = c->count;
		if (!add_host(w, c, p + 2, TYPE_A))
			note_homeless(c, p + 2, TYPE_A);
		if (r->settings.ipv6 && !add_host(w, c, p + 2, TYPE_AAAA) &&
		    c->count == before)
			note_homeless(c, p + 2, TYPE_AAAA);
	}
}

static struct tried *
tried(struct walk *w, const struct address *a)
{
	for (unsigned i = 0; i < w->tried_count; i++)
		if (address_equal(&w->tried[i].address, a))
			return &w->tried[i];
	if (w->tried_count == TRIED)
		return NULL;
	w->tried[w->tried_count] = (struct tried){ .address = *a };
	return &w->tried[w->tried_count++];
}

/* The best server that was asked fewer than `times` times; NULL: none. */
static const struct address *
best(struct walk *w, const struct candidates *c, unsigned times)
{
	struct resolver *r = w->resolver;
	const struct address *found = NULL;
	unsigned least = 0;

	for (unsigned i = 0; i < c->count; i++) {
		const struct address *a = &c->address[i];
		struct tried *t = tried(w, a);
		/* Those about as good as each other take turns. */
		unsigned cost = servers_cost(&r->servers, a, w->zone.wire,
		    r->now) + random_below(&r->random, 20);

		if (t == NULL || t->times >= times ||
		    (found != NULL && cost >= least))
			continue;
		found = a;
		least = cost;
	}
	return found;
}

static void
address_known(struct waiter *waiter, struct walk *done)
{
	(void)done;
	waiter->parent->needs = NULL;
	walk_ready(waiter->parent);
}

/*
 * Wait for a host's address.  False: that would never end, or cost too
 * much.
 */
static bool
look_up(struct walk *w, const struct candidates *c)
{
	struct resolver *r = w->resolver;
	struct walk *other;
	struct name_key key;

	if (!c->has_homeless || w->lookups >= r->settings.lookups ||
	    w->level >= LEVELS)
		return false;
	name_key(&key, c->homeless.wire, c->homeless.len);
	for (other = walk_find(r, &key, c->homeless_type); other != NULL;
	    other = other->needs)
		if (other == w)
			return false;
	w->as_parent = (struct waiter){ .done = address_known, .parent = w };
	if (!walk_join(r, &key, c->homeless_type, &w->as_parent, w->effort,
	    w->level + 1))
		return false;
	w->needs = walk_find(r, &key, c->homeless_type);
	w->lookups++;
	if (walk_is_told(w))
		steps_lookup(w, &c->homeless);
	return true;
}

static bool
send_to(struct walk *w, const struct address *a, bool tcp)
{
	struct resolver *r = w->resolver;
	struct asking asking = { .name = w->asked, .type = w->asked_type,
	    .recurse = w->route != NULL && w->route->forward, .tcp = tcp };
	struct tried *t = tried(w, a);
	struct address to = *a;

	if (w->effort->queries >= r->settings.queries) {
		w->why = "too many queries";
		return false;
	}
	if (t != NULL)
		t->times++;
	w->effort->queries++;
	w->last_server = to;
	w->query = query_send(r, w, &to, &asking);
	if (w->query == NULL) {		/* no way there: try the next */
		if (t != NULL)
			t->times = TRIES;
		w->why = strerror(errno);
		walk_ready(w);
	} else if (walk_is_told(w)) {
		steps_ask(w);
	}
	return true;
}

bool
walk_ask(struct walk *w)
{
	struct candidates c;
	const struct address *a;

	choose_question(w);
	if (w->over_tcp) {
		w->over_tcp = false;
		return send_to(w, &w->last_server, true);
	}
	gather(w, &c);
	a = best(w, &c, 1);
	if (a == NULL && fall_back(w)) {
		gather(w, &c);
		a = best(w, &c, 1);
	}
	if (a == NULL && look_up(w, &c))
		return true;
	if (a == NULL)
		a = best(w, &c, TRIES);
	return a != NULL && send_to(w, a, false);
}
