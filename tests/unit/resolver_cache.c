/* resolver_cache.c - what the cache keeps, for how long, and in what room */

#include "../../services/resolver/cache.c"
#include "check.h"

enum { ONE = 1000000 };		/* a second */

static struct name
name(const char *text)
{
	struct name n;

	CHECK(name_from_text(&n, text, strlen(text), NULL) == NULL);
	return n;
}

static bool
put(struct cache *c, const char *owner, uint16_t type, enum rank rank,
    uint32_t ttl, size_t size, int64_t now)
{
	static uint8_t data[65536];
	struct name n = name(owner);
	struct fact f = { .name = n.wire, .type = type, .rank = rank,
	    .ttl = ttl, .count = 1, .data = data, .size = size };

	return cache_put(c, &f, now);
}

static const struct entry *
known(struct cache *c, const char *owner, uint16_t type, enum rank rank,
    int64_t then)
{
	struct name n = name(owner);

	return cache_find_name(c, n.wire, type, rank, then);
}

static void
check_time(void)
{
	struct cache c;
	const struct entry *e;

	CHECK(cache_open(&c, 1 << 16));
	CHECK(put(&c, "www.test", TYPE_A, RANK_ANSWER, 10, 6, 0));
	e = known(&c, "WWW.Test", TYPE_A, RANK_ANSWER, 0);
	CHECK(e != NULL && entry_ttl(e, 0) == 10);
	CHECK(e != NULL && entry_ttl(e, 3 * ONE) == 7);
	CHECK(e != NULL && entry_ttl(e, 60 * ONE) == 0);
	CHECK(known(&c, "www.test", TYPE_A, RANK_ANSWER, 10 * ONE) != NULL);
	CHECK(known(&c, "www.test", TYPE_A, RANK_ANSWER, 10 * ONE + 1) ==
	    NULL);
	CHECK(known(&c, "www.test", TYPE_NS, RANK_ANSWER, 0) == NULL);
	CHECK(known(&c, "ww.test", TYPE_A, RANK_ANSWER, 0) == NULL);
	/* 0: for who had asked, for nobody else. */
	CHECK(put(&c, "zero.test", TYPE_A, RANK_ANSWER, 0, 6, 5 * ONE));
	CHECK(known(&c, "zero.test", TYPE_A, RANK_ANSWER, 4 * ONE) != NULL);
	CHECK(known(&c, "zero.test", TYPE_A, RANK_ANSWER, 5 * ONE + 1) ==
	    NULL);
	cache_close(&c);
}

/* RFC 2181 5.4.1: a referral's word never takes the place of an answer's. */
static void
check_ranks(void)
{
	struct cache c;
	const struct entry *e;

	CHECK(cache_open(&c, 1 << 16));
	CHECK(put(&c, "ns.test", TYPE_A, RANK_ANSWER, 10, 6, 0));
	CHECK(put(&c, "ns.test", TYPE_A, RANK_REFERRAL, 99, 12, 0));
	e = known(&c, "ns.test", TYPE_A, RANK_ANSWER, 0);
	CHECK(e != NULL && e->ttl == 10 && e->size == 6);
	e = known(&c, "ns.test", TYPE_A, RANK_REFERRAL, 0);
	CHECK(e != NULL && e->ttl == 99 && e->size == 12);
	/* Of one rank the later word counts. */
	CHECK(put(&c, "ns.test", TYPE_A, RANK_ANSWER, 20, 18, 0));
	e = known(&c, "ns.test", TYPE_A, RANK_ANSWER, 0);
	CHECK(e != NULL && e->ttl == 20 && e->size == 18);
	CHECK(c.entries == 2);
	cache_close(&c);
}

static void
check_room(void)
{
	struct cache c;
	char text[32];
	bool bounded = true;

	CHECK(cache_open(&c, 1 << 16));
	CHECK(!put(&c, "large.test", TYPE_A, RANK_ANSWER, 10, 1 << 14, 0));
	CHECK(put(&c, "popular.test", TYPE_A, RANK_ANSWER, 10, 6, 0));
	for (int i = 0; i < 10000; i++) {
		snprintf(text, sizeof text, "x%d.test", i);
		CHECK(put(&c, text, TYPE_A, RANK_ANSWER, 10,
		    (size_t)i % 200, 0));
		bounded = bounded && c.used <= c.limit;
		if (known(&c, "popular.test", TYPE_A, RANK_ANSWER, 0) == NULL)
			bounded = false;
	}
	CHECK(bounded);
	CHECK(c.entries > 100 && c.entries < 1000);
	CHECK(known(&c, "x9999.test", TYPE_A, RANK_ANSWER, 0) != NULL);
	CHECK(known(&c, "x0.test", TYPE_A, RANK_ANSWER, 0) == NULL);
	cache_close(&c);
}

static void
check_synthesis(void)
{
	struct name from = name("a.b.d.test"), owner = name("d.test"),
	    target = name("e.test"), alias, wanted = name("a.b.e.test");
	struct cache c;
	uint8_t longest[DNS_NAME_MAX];

	CHECK(cache_open(&c, 1 << 16));
	CHECK(cache_synthesize(&c, from.wire, owner.wire, target.wire, 9, 0,
	    &alias));
	CHECK(name_equal(alias.wire, wanted.wire));
	CHECK(known(&c, "a.b.d.test", TYPE_CNAME, RANK_ANSWER, 0) != NULL);
	memset(longest, 'x', sizeof longest);
	for (int i = 0; i < 4; i++)
		longest[i * 63] = i < 4 ? 62 : 0;
	longest[252] = 1;
	longest[254] = 0;
	CHECK(name_length(longest, sizeof longest) == 255);
	CHECK(!cache_synthesize(&c, from.wire, owner.wire, longest, 9, 0,
	    &alias));
	cache_close(&c);
}

int
main(void)
{
	check_time();
	check_ranks();
	check_room();
	check_synthesis();
	return check_end("resolver_cache");
}
