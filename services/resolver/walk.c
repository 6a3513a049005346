/* walk.c - walks: begun, stepped, ended */

#include <stdlib.h>
#include <string.h>

#include "local.h"
#include "sift.h"
#include "stale.h"
#include "steps.h"
#include "walk.h"

static struct walk **
bucket(struct resolver *r, const struct name_key *key, uint16_t type)
{
	return &r->walks[(key->hash[0] ^ type) % WALK_BUCKETS];
}

struct walk *
walk_find(struct resolver *r, const struct name_key *key, uint16_t type)
{
	struct walk *w = *bucket(r, key, type);

	for (; w != NULL; w = w->next)
		if (w->type == type && w->key.len == key->len &&
		    memcmp(w->key.wire, key->wire, key->len) == 0)
			return w;
	return NULL;
}

void
walk_ready(struct walk *w)
{
	struct resolver *r = w->resolver;

	if (w->ready)
		return;
	w->ready = true;
	w->next_ready = NULL;
	*r->ready_end = w;
	r->ready_end = &w->next_ready;
}

static struct effort *
new_effort(const struct resolver *r)
{
	struct effort *e = calloc(1, sizeof *e);

	if (e != NULL)
		e->deadline = r->now + r->settings.time;
	return e;
}

static struct walk *
begin(struct resolver *r, const struct name_key *key, uint16_t type,
    struct effort *effort, unsigned level)
{
	struct walk **at = bucket(r, key, type), *w;

	/* Clients' own, and as many for servers' addresses and renewal. */
	if (r->walking >= 2 * r->settings.waiting ||
	    (w = calloc(1, sizeof *w)) == NULL)
		return NULL;
	w->effort = effort != NULL ? effort : new_effort(r);
	if (w->effort == NULL) {
		free(w);
		return NULL;
	}
	w->effort->users++;
	w->resolver = r;
	w->began = r->stamp;
	w->level = level;
	w->key = w->target = *key;
	w->type = type;
	w->zone.len = 0;
	w->next = *at;
	*at = w;
	r->walking++;
	walk_ready(w);
	return w;
}

bool
walk_join(struct resolver *r, const struct name_key *key, uint16_t type,
    struct waiter *waiter, struct effort *effort, unsigned level)
{
	struct walk *w = walk_find(r, key, type);

	if (w == NULL && (w = begin(r, key, type, effort, level)) == NULL)
		return false;
	waiter->next = w->waiters;
	w->waiters = waiter;
	return true;
}

static void
begin_aside(struct resolver *r, const struct name_key *key, uint16_t type,
    bool prime)
{
	struct walk *w = walk_find(r, key, type);

	if (w != NULL || (w = begin(r, key, type, NULL, 0)) == NULL)
		return;
	w->effort->quiet = true;
	w->fresh = true;
	w->prime = prime;
}

void
walk_refresh(struct resolver *r, const struct name_key *key, uint16_t type)
{
	begin_aside(r, key, type, false);
}

void
walk_prime(struct resolver *r)
{
	struct name_key root;

	if (!r->settings.prime || r->now < r->prime_next)
		return;
	r->prime_next = r->now + PRIME_AGAIN;
	name_key(&root, (const uint8_t *)"", 1);
	begin_aside(r, &root, TYPE_NS, true);
}

bool
walk_is_told(const struct walk *w)
{
	return w->resolver->verbose && !w->effort->quiet;
}

/* Nobody shall wait for what has ended, nor it for anybody. */
static void
leave(struct walk *w)
{
	struct waiter **at;

	if (w->query != NULL)
		query_end(w->query);
	w->query = NULL;
	if (w->needs == NULL)
		return;
	/* The other walk goes on: its answer may soon be of use. */
	at = &w->needs->waiters;
	while (*at != &w->as_parent)
		at = &(*at)->next;
	*at = w->as_parent.next;
	w->needs = NULL;
}

/* Take it out; freed at once, or when its turn to be stepped comes. */
static void
end(struct walk *w)
{
	struct resolver *r = w->resolver;
	struct walk **at = bucket(r, &w->key, w->type);

	leave(w);
	for (struct waiter *i = w->waiters; i != NULL; i = i->next)
		if (i->parent != NULL)
			i->parent->needs = NULL;
	while (*at != w)
		at = &(*at)->next;
	*at = w->next;
	r->walking--;
	w->ended = true;
	if (w->effort != NULL && --w->effort->users == 0)
		free(w->effort);
	w->effort = NULL;
	if (!w->ready)
		free(w);
}

static void
finish(struct walk *w)
{
	struct waiter *waiter, *next;

	for (waiter = w->waiters; waiter != NULL; waiter = next) {
		next = waiter->next;
		waiter->done(waiter, w);
	}
	w->waiters = NULL;
	end(w);
}

/*
 * Nobody can tell: what was told before, if that may be (RFC 8767), or for a
 * while that is an answer too (RFC 9520).
 */
static void
fail(struct walk *w, const char *why)
{
	struct resolver *r = w->resolver;
	struct fact f = { .name = w->key.wire, .type = w->type,
	    .rank = RANK_ANSWER, .kind = KIND_FAILED, .ttl = FAILED_TTL };

	if (walk_is_told(w))
		steps_note(r, "given up: %s", why);
	if (stale_revive(r, &w->key, w->type)) {
		if (walk_is_told(w))
			steps_note(r, "what I knew before must do");
	} else if (!w->fresh) {
		cache_put(&r->cache, &f, r->stamp);
	}
	finish(w);
}

/*
 * Clients have waited long enough: what was told before is better than
 * nothing (RFC 8767 5).  The walk goes on for those who ask next.
 */
static void
answer_early(struct walk *w)
{
	struct waiter *list = w->waiters, **end = &w->waiters, *next;

	if (w->fresh || !stale_revive(w->resolver, &w->key, w->type))
		return;
	w->fresh = true;
	for (w->waiters = NULL; list != NULL; list = next) {
		next = list->next;
		if (list->parent == NULL) {
			list->done(list, w);
			continue;
		}
		list->next = NULL;
		*end = list;
		end = &list->next;
	}
}

static void
set_target(struct walk *w, const uint8_t *name)
{
	name_key(&w->target, name, name_length(name, DNS_NAME_MAX));
	w->chain++;
	w->local = false;
	w->zone.len = 0;
	w->route = NULL;
	w->whole = false;
	w->minimised = 0;
	w->depth = 0;
}

/* What is known of a name above the target, or of itself. */
static const struct entry *
known(struct walk *w, unsigned suffix, uint16_t type)
{
	const struct entry *e = cache_find(&w->resolver->cache, &w->target,
	    suffix, type, RANK_ANSWER, w->began);

	return e != NULL && w->fresh && e->stored < w->began ? NULL : e;
}

/*
 * Does a name above the target say what becomes of it?  Not one above the
 * zone of a stub or forwarder: the world need not know of that.
 */
static enum said
look_above(struct walk *w)
{
	struct resolver *r = w->resolver;
	const struct route *route = settings_route(&r->settings,
	    w->target.wire);
	int least = route != NULL ? route->zone.len : 1;
	const struct entry *e;
	struct name alias;

	for (unsigned i = 1; i <= w->target.labels &&
	    w->target.len - w->target.at[i] >= least; i++) {
		e = known(w, i, TYPE_NAME);
		if (e != NULL) {		/* RFC 8020 */
			uint8_t soa[SET_OCTETS];
			struct fact f = { .name = w->target.wire,
			    .rank = RANK_ANSWER, .kind = KIND_NXDOMAIN,
			    .ttl = entry_ttl(e, r->stamp), .count = e->count,
			    .data = soa, .size = e->size,
			    .extra = e->extra };

			memcpy(soa, entry_data(e), e->size + e->extra);
			cache_put(&r->cache, &f, r->stamp);
			return SAID_NXDOMAIN;
		}
		e = known(w, i, TYPE_DNAME);
		if (e == NULL || e->kind != KIND_DATA)
			continue;
		if (!cache_synthesize(&r->cache, w->target.wire,
		    w->target.wire + w->target.at[i], entry_data(e) + 2,
		    entry_ttl(e, r->stamp), r->stamp, &alias))
			return SAID_NOTHING;
		set_target(w, alias.wire);
		return SAID_ALIAS;
	}
	return SAID_NOTHING;
}

/* What the cache knows of the target. */
static enum said
look(struct walk *w)
{
	const struct entry *e = known(w, 0, w->type);

	/* An alias that a DNAME makes is followed for every type. */
	if (e != NULL && !e->synthesized && (e->kind != KIND_FAILED ||
	    w->chain > 0))
		return SAID_ANSWER;
	if (known(w, 0, TYPE_NAME) != NULL)
		return SAID_NXDOMAIN;
	e = known(w, 0, TYPE_CNAME);
	if (e != NULL && e->kind == KIND_DATA) {
		struct name alias;

		name_set(&alias, entry_data(e) + 2);
		set_target(w, alias.wire);
		return SAID_ALIAS;
	}
	return look_above(w);
}

/* Is the target answered here?  The client's own question was looked at. */
static void
look_here(struct walk *w)
{
	struct name name;

	if (w->local)
		return;
	w->local = true;
	name_set(&name, w->target.wire);
	local_answer(w->resolver, &name, w->type);
}

static void
step(struct walk *w)
{
	const struct settings *s = &w->resolver->settings;
	enum said said;

	for (look_here(w); (said = look(w)) == SAID_ALIAS; look_here(w))
		if (w->chain > s->chain) {
			fail(w, "too many aliases, or aliases in a circle");
			return;
		}
	if (said != SAID_NOTHING)
		finish(w);
	else if (!walk_find_zone(w))
		fail(w, w->why);
	else if (w->depth > s->depth)
		fail(w, "too many delegations");
	else if (!walk_ask(w))
		fail(w, w->why != NULL ? w->why : "no server can be asked");
}

void
walks_step(struct resolver *r)
{
	struct walk *w;

	while ((w = r->ready) != NULL) {
		r->ready = w->next_ready;
		if (r->ready == NULL)
			r->ready_end = &r->ready;
		w->ready = false;
		if (w->ended)
			free(w);
		else if (w->query == NULL && w->needs == NULL)
			step(w);
	}
}

void
walks_tick(struct resolver *r)
{
	struct walk *next;

	for (unsigned i = 0; i < WALK_BUCKETS; i++)
		for (struct walk *w = r->walks[i]; w != NULL; w = next) {
			next = w->next;
			if (w->effort->deadline <= r->now)
				fail(w, "it takes too long");
			else if (r->stamp - w->began >= STALE_WAIT)
				answer_early(w);
		}
}

void
walks_close(struct resolver *r)
{
	struct walk *next;

	for (unsigned i = 0; i < WALK_BUCKETS; i++)
		for (struct walk *w = r->walks[i]; w != NULL; w = next) {
			next = w->next;
			end(w);
		}
	walks_step(r);
}
