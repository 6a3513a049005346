/*
 * resolver_saved.c - the saved cache: all of it comes back, older, and
 * nothing of a file that is damaged; and R20: the date ages nothing
 */
#include <stdio.h>
#include <time.h>

static int	asked_clock(clockid_t, struct timespec *);

#define clock_gettime	asked_clock
#include "../../services/resolver/loop.c"
#undef clock_gettime
#include "../../services/resolver/cache.c"
#include "../../services/resolver/message.c"
#undef SECOND
#define SECOND	SAVED_SECOND
#include "../../services/resolver/saved.c"
#include "check.h"

enum { DAY = 86400, ONE = 1000000 };

static struct resolver	r;
static char		octets[1 << 16];
static struct timespec	date, ticks;

static int
asked_clock(clockid_t which, struct timespec *t)
{
	*t = which == CLOCK_MONOTONIC ? ticks : date;
	return 0;
}

/* What loop.c and saved.c want of others. */
bool
settings_read(struct settings *s, const char *file)
{
	(void)file;
	s->cache = 1 << 16;
	return true;
}

void
settings_free(struct settings *s)
{
	(void)s;
}

bool
local_has(const struct settings *s, const struct name *name)
{
	(void)s;
	return name->wire[1] == 'l';
}

uint16_t
random_number(struct random *random)
{
	(void)random;
	return 0;
}

void
queries_tick(struct resolver *resolver)
{
	(void)resolver;
}

void
walks_tick(struct resolver *resolver)
{
	(void)resolver;
}

void
walks_step(struct resolver *resolver)
{
	(void)resolver;
}

void
walks_close(struct resolver *resolver)
{
	(void)resolver;
}

static void
put_a(const char *text, uint32_t ttl, enum rank rank, enum kind kind)
{
	static const uint8_t a[] = "\0\4\300\0\2\1\1\0\0\56\0\0";
	struct name n;
	struct fact f = { .name = n.wire, .type = TYPE_A, .rank = rank,
	    .kind = kind, .ttl = ttl, .count = kind == KIND_DATA,
	    .data = a, .size = kind == KIND_DATA ? 6 : 0,
	    .extra = kind == KIND_DATA ? 6 : 0 };

	CHECK(name_from_text(&n, text, strlen(text), NULL) == NULL);
	CHECK(cache_put(&r.cache, &f, r.stamp));
}

static const struct entry *
known(const char *text, enum rank rank)
{
	struct name n;

	CHECK(name_from_text(&n, text, strlen(text), NULL) == NULL);
	return cache_find_name(&r.cache, n.wire, TYPE_A, rank, r.stamp);
}

static size_t
store(int64_t wall)
{
	FILE *f = fmemopen(octets, sizeof octets, "w");
	size_t n;

	CHECK(f != NULL && saved_store(&r, f, wall) && fflush(f) == 0);
	n = (size_t)ftell(f);
	fclose(f);
	return n;
}

static const char *
load(size_t size, int64_t wall)
{
	FILE *f = fmemopen(octets, size, "r");
	const char *wrong;

	cache_clear(&r.cache);
	CHECK(f != NULL);
	wrong = saved_load(&r, f, wall);
	fclose(f);
	return wrong;
}

static void
fill(void)
{
	cache_clear(&r.cache);
	put_a("old.test", 100, RANK_ANSWER, KIND_DATA);
	put_a("short.test", 10, RANK_ANSWER, KIND_DATA);
	put_a("zero.test", 0, RANK_ANSWER, KIND_DATA);
	put_a("failed.test", 100, RANK_ANSWER, KIND_FAILED);
	put_a("none.test", 100, RANK_ANSWER, KIND_NODATA);
	put_a("ns.test", 3600, RANK_REFERRAL, KIND_DATA);
	put_a("local.test", 3600, RANK_ANSWER, KIND_DATA);
}

static void
check_return(void)
{
	const struct entry *e;
	size_t n;

	fill();
	n = store(5000);
	r.stamp += 7 * ONE;	/* the time that matters is the date's */
	CHECK(load(n, 5020) == NULL);
	e = known("old.test", RANK_ANSWER);
	CHECK(e != NULL && e->ttl == 100 && e->size == 6 && e->extra == 6 &&
	    e->count == 1 && entry_ttl(e, r.stamp) == 80);
	CHECK(known("short.test", RANK_ANSWER) == NULL);
	CHECK(known("zero.test", RANK_ANSWER) == NULL);
	CHECK(known("failed.test", RANK_ANSWER) == NULL);
	e = known("none.test", RANK_ANSWER);
	CHECK(e != NULL && e->kind == KIND_NODATA);
	e = known("ns.test", RANK_REFERRAL);
	CHECK(e != NULL && entry_ttl(e, r.stamp) == 3580);
	/* What is answered here by now is not believed from there. */
	CHECK(known("local.test", RANK_ANSWER) == NULL);
	CHECK(r.cache.entries == 3);
	CHECK(strcmp((char *)r.cache.oldest->octets, "\3old\4test") == 0);
	/* Too old, but to be told if all else fails. */
	r.settings.stale = 15;
	fill();
	n = store(5000);
	CHECK(load(n, 5020) == NULL && r.cache.entries == 4);
	CHECK(known("short.test", RANK_ANSWER) == NULL);
	CHECK(load(n, 5030) == NULL && r.cache.entries == 3);
	r.settings.stale = 0;
}

static void
check_damage(void)
{
	bool seen = true;
	size_t n;

	fill();
	n = store(5000);
	for (size_t i = 1; i < n; i++)
		seen = seen && load(i, 5000) != NULL;
	CHECK(seen);
	for (size_t i = 0; i < n; i++) {
		octets[i] ^= 4;
		seen = seen && load(n, 5000) != NULL;
		octets[i] ^= 4;
	}
	CHECK(seen);
	CHECK(load(n + 1, 5000) != NULL);
	CHECK(load(n, 4000) != NULL);	/* from the future */
	CHECK(load(n, 4998) == NULL);	/* but for a little */
	CHECK(known("old.test", RANK_ANSWER) != NULL &&
	    entry_ttl(known("old.test", RANK_ANSWER), r.stamp) == 100);
}

static void
check_bound(void)
{
	char text[32];
	size_t n;

	cache_clear(&r.cache);
	for (int i = 0; i < 500; i++) {
		snprintf(text, sizeof text, "x%d.test", i);
		put_a(text, 100, RANK_ANSWER, KIND_DATA);
	}
	n = store(5000);
	r.cache.limit = 1 << 13;
	CHECK(load(n, 5000) == NULL);
	CHECK(r.cache.used <= r.cache.limit && r.cache.entries > 20);
	CHECK(known("x499.test", RANK_ANSWER) != NULL);
	CHECK(known("x0.test", RANK_ANSWER) == NULL);
}

/* R20: a day back, a day forth: only the seconds that passed count. */
static void
check_date(void)
{
	struct resolver other = { 0 };

	ticks.tv_sec = 1000;
	date.tv_sec = 40 * DAY;
	CHECK(resolver_open(&other, ""));
	resolver_close(&other);
	resolver_clock(&r);
	cache_clear(&r.cache);
	put_a("www.test", 60, RANK_ANSWER, KIND_DATA);
	date.tv_sec -= DAY;
	ticks.tv_sec += 20;
	resolver_clock(&r);
	CHECK(known("www.test", RANK_ANSWER) != NULL &&
	    entry_ttl(known("www.test", RANK_ANSWER), r.stamp) == 40);
	date.tv_sec += 2 * DAY;
	ticks.tv_sec += 39;
	resolver_clock(&r);
	CHECK(known("www.test", RANK_ANSWER) != NULL);
	ticks.tv_sec += 2;
	resolver_clock(&r);
	CHECK(known("www.test", RANK_ANSWER) == NULL);
}

int
main(void)
{
	CHECK(cache_open(&r.cache, 1 << 16));
	r.stamp = 50 * INT64_C(1000000);
	check_return();
	check_damage();
	check_bound();
	check_date();
	cache_close(&r.cache);
	return check_end("resolver_saved");
}
