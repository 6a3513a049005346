/* resolver_sift.c - bailiwick: what of a reply gets into the cache */

#include "../../services/resolver/address.c"
#include "../../services/resolver/cache.c"
#include "../../services/resolver/message.c"
#include "../../services/resolver/proof.c"
#include "../../services/resolver/gather.c"
#include "../../services/resolver/sift.c"
#include "check.h"

static struct cache	cache;
static struct settings	settings = { .ttl_max = 86400, .negative_max = 3600,
    .chain = 16 };
static uint8_t		octets[4096];
static size_t		size;
static struct sift	sifted;

/* www.here.test is answered here. */
bool
local_has(const struct settings *s, const struct name *n)
{
	(void)s;
	return name_equal(n->wire, (const uint8_t *)"\3www\4here\4test");
}

static struct name
name(const char *text)
{
	struct name n;

	CHECK(name_from_text(&n, text, strlen(text), NULL) == NULL);
	return n;
}

static void
put_name(const char *text)
{
	struct name n = name(text);

	memcpy(octets + size, n.wire, n.len);
	size += n.len;
}

static void
begin_reply(const char *question, uint16_t type, unsigned flags)
{
	memset(octets, 0, sizeof octets);
	put16(octets + 2, FLAG_QR | flags);
	put16(octets + 4, 1);
	size = HEADER;
	put_name(question);
	put16(octets + size, type);
	put16(octets + size + 2, CLASS_IN);
	size += 4;
}

/* A record whose data is a name, or (A) an address, or (SOA) made up. */
static void
add(enum section section, const char *owner, uint16_t type, uint32_t ttl,
    const char *data)
{
	size_t head;

	put_name(owner);
	head = size;
	put16(octets + head, type);
	put16(octets + head + 2, CLASS_IN);
	put32(octets + head + 4, ttl);
	size += 10;
	if (type == TYPE_A) {
		memcpy(octets + size, data, 4);
		size += 4;
	} else {
		put_name(data);
	}
	if (type == TYPE_SOA) {
		put_name(data);
		memset(octets + size, 0, 20);
		put32(octets + size + 16, 30);
		size += 20;
	}
	put16(octets + head + 8, size - head - 10);
	put16(octets + 4 + 2 * section,
	    get16(octets + 4 + 2 * section) + 1U);
}

static enum said
said(const char *zone, const char *asked, uint16_t type)
{
	struct name z = name(zone), n = name(asked);
	struct message m;

	cache_close(&cache);
	CHECK(cache_open(&cache, 1 << 20));
	sifted = (struct sift){ .cache = &cache, .settings = &settings,
	    .zone = z.wire, .zone_expires = INT64_MAX, .name = n.wire,
	    .type = type };
	CHECK(message_open(&m, octets, size));
	return sift(&sifted, &m);
}

static bool
knows(const char *text, uint16_t type, enum rank rank)
{
	struct name n = name(text);

	return cache_find_name(&cache, n.wire, type, rank, 0) != NULL;
}

static void
check_answers(void)
{
	begin_reply("www.a.test", TYPE_A, FLAG_AA);
	add(ANSWER, "www.a.test", TYPE_A, 60, "\1\2\3\4");
	add(ANSWER, "www.b.test", TYPE_A, 60, "\6\6\6\6");
	add(AUTHORITY, "a.test", TYPE_NS, 60, "ns.b.test");
	add(ADDITIONAL, "ns.b.test", TYPE_A, 60, "\6\6\6\6");
	CHECK(said("a.test", "www.a.test", TYPE_A) == SAID_ANSWER);
	CHECK(knows("www.a.test", TYPE_A, RANK_ANSWER));
	CHECK(cache.entries == 1);
	/* Without authority it is no answer, but for a forwarder's. */
	octets[2] &= 0xfb;
	CHECK(said("a.test", "www.a.test", TYPE_A) == SAID_NOTHING);
	CHECK(cache.entries == 0);
	/* Nor is one about another zone's name. */
	octets[2] |= 4;
	CHECK(said("b.test", "www.a.test", TYPE_A) == SAID_NOTHING);
	CHECK(cache.entries == 0);
	/* Any octet missing: nothing of it is good. */
	size--;
	CHECK(said("a.test", "www.a.test", TYPE_A) == SAID_NOTHING);
	CHECK(cache.entries == 0);
}

static void
check_aliases(void)
{
	begin_reply("www.a.test", TYPE_A, FLAG_AA);
	add(ANSWER, "www.a.test", TYPE_CNAME, 60, "x.a.test");
	add(ANSWER, "x.a.test", TYPE_CNAME, 60, "www.b.test");
	add(ANSWER, "www.b.test", TYPE_A, 60, "\6\6\6\6");
	CHECK(said("a.test", "www.a.test", TYPE_A) == SAID_ALIAS);
	CHECK(knows("www.a.test", TYPE_CNAME, RANK_ANSWER));
	CHECK(knows("x.a.test", TYPE_CNAME, RANK_ANSWER));
	CHECK(cache.entries == 2);
	CHECK(said("test", "www.a.test", TYPE_A) == SAID_ANSWER);
	CHECK(knows("www.b.test", TYPE_A, RANK_ANSWER));
	/* What is answered here is nobody else's to say. */
	begin_reply("www.a.test", TYPE_A, FLAG_AA);
	add(ANSWER, "www.a.test", TYPE_CNAME, 60, "www.here.test");
	add(ANSWER, "www.here.test", TYPE_A, 60, "\6\6\6\6");
	CHECK(said("test", "www.a.test", TYPE_A) == SAID_ANSWER);
	CHECK(cache.entries == 1);
	/* A circle ends. */
	begin_reply("www.a.test", TYPE_A, FLAG_AA);
	add(ANSWER, "www.a.test", TYPE_CNAME, 60, "www.a.test");
	CHECK(said("a.test", "www.a.test", TYPE_A) == SAID_ALIAS);
	/* Two aliases of one name are none (RFC 2181 10.1). */
	add(ANSWER, "www.a.test", TYPE_CNAME, 60, "x.a.test");
	CHECK(said("a.test", "www.a.test", TYPE_A) == SAID_NOTHING);
}

static void
check_referrals(void)
{
	begin_reply("www.a.test", TYPE_A, 0);
	add(AUTHORITY, "a.test", TYPE_NS, 60, "ns.a.test");
	add(AUTHORITY, "a.test", TYPE_NS, 60, "ns.b.test");
	add(ADDITIONAL, "ns.a.test", TYPE_A, 60, "\1\2\3\4");
	add(ADDITIONAL, "ns.b.test", TYPE_A, 60, "\6\6\6\6");
	add(ADDITIONAL, "www.a.test", TYPE_A, 60, "\6\6\6\6");
	CHECK(said("test", "www.a.test", TYPE_A) == SAID_REFERRAL);
	CHECK(knows("a.test", TYPE_NS, RANK_REFERRAL));
	CHECK(!knows("a.test", TYPE_NS, RANK_ANSWER));
	CHECK(knows("ns.a.test", TYPE_A, RANK_REFERRAL));
	CHECK(knows("ns.b.test", TYPE_A, RANK_REFERRAL));
	CHECK(!knows("www.a.test", TYPE_A, RANK_REFERRAL));
	CHECK(cache.entries == 3);
	/* Sideways, upwards, to itself: no. */
	CHECK(said("b.test", "www.a.test", TYPE_A) == SAID_NOTHING);
	CHECK(said("x.a.test", "www.a.test", TYPE_A) == SAID_NOTHING);
	CHECK(said("a.test", "www.a.test", TYPE_A) == SAID_NOTHING);
	CHECK(cache.entries == 0);
	/* Glue outside of what the server is asked for. */
	begin_reply("www.c.a.test", TYPE_A, 0);
	add(AUTHORITY, "c.a.test", TYPE_NS, 60, "ns.b.test");
	add(ADDITIONAL, "ns.b.test", TYPE_A, 60, "\6\6\6\6");
	CHECK(said("a.test", "www.c.a.test", TYPE_A) == SAID_REFERRAL);
	CHECK(!knows("ns.b.test", TYPE_A, RANK_REFERRAL));
}

static void
check_negative(void)
{
	struct name n = name("x.a.test");
	const struct entry *e;

	begin_reply("x.a.test", TYPE_A, FLAG_AA | NXDOMAIN);
	add(AUTHORITY, "a.test", TYPE_SOA, 600, "ns.a.test");
	CHECK(said("a.test", "x.a.test", TYPE_A) == SAID_NXDOMAIN);
	e = cache_find_name(&cache, n.wire, TYPE_NAME, RANK_ANSWER, 0);
	CHECK(e != NULL && e->ttl == 30 && e->kind == KIND_NXDOMAIN);
	/* An SOA of another zone, or from above the server's: not kept. */
	CHECK(said("x.a.test", "x.a.test", TYPE_A) == SAID_NXDOMAIN);
	e = cache_find_name(&cache, n.wire, TYPE_NAME, RANK_ANSWER, 0);
	CHECK(e != NULL && e->ttl == 0 && e->size == 0);
	CHECK(said("b.test", "x.a.test", TYPE_A) != SAID_NXDOMAIN);
	put16(octets + 2, FLAG_QR | FLAG_AA);
	CHECK(said("a.test", "x.a.test", TYPE_A) == SAID_NODATA);
	CHECK(knows("x.a.test", TYPE_A, RANK_ANSWER));
	put16(octets + 2, FLAG_QR | FLAG_AA | SERVFAIL);
	CHECK(said("a.test", "x.a.test", TYPE_A) == SAID_NOTHING);
}

/* A signature of the right form, over a set of that type. */
static void
sign(enum section section, const char *owner, uint16_t type, unsigned labels)
{
	size_t head;

	put_name(owner);
	head = size;
	put16(octets + head, TYPE_RRSIG);
	put16(octets + head + 2, CLASS_IN);
	put32(octets + head + 4, 50);
	size += 10;
	memset(octets + size, 0, 18);
	put16(octets + size, type);
	octets[size + 3] = (uint8_t)labels;
	size += 18;
	put_name("a.test");
	octets[size++] = 'x';
	put16(octets + head + 8, size - head - 10);
	put16(octets + 4 + 2 * section,
	    get16(octets + 4 + 2 * section) + 1U);
}

static void
deny(const char *owner)
{
	size_t head;

	put_name(owner);
	head = size;
	memset(octets + head, 0, 10);
	put16(octets + head, TYPE_NSEC);
	put16(octets + head + 2, CLASS_IN);
	put32(octets + head + 4, 40);
	size += 10;
	put_name("z.a.test");
	memcpy(octets + size, "\0\1\100", 3);
	size += 3;
	put16(octets + head + 8, size - head - 10);
	put16(octets + 8, get16(octets + 8) + 1U);
}

static const struct entry *
entry(const char *text, uint16_t type)
{
	struct name n = name(text);

	return cache_find_name(&cache, n.wire, type, RANK_ANSWER, 0);
}

/* RFC 4035 3.2.1: with the set goes what proves it, and nothing else. */
static void
check_proofs(void)
{
	const struct entry *e;
	size_t one;

	begin_reply("www.a.test", TYPE_A, FLAG_AA);
	add(ANSWER, "www.a.test", TYPE_A, 60, "\1\2\3\4");
	sign(ANSWER, "www.a.test", TYPE_A, 3);
	sign(ANSWER, "www.a.test", TYPE_AAAA, 3);
	sign(ANSWER, "ww2.a.test", TYPE_A, 3);
	CHECK(said("a.test", "www.a.test", TYPE_A) == SAID_ANSWER);
	e = entry("www.a.test", TYPE_A);
	CHECK(e != NULL && e->size == 6 && e->extra > 0 && e->ttl == 50);
	one = e != NULL ? e->extra : 0;
	/* No proof without need; and of a wildcard's name, that it is none. */
	deny("x.a.test");
	CHECK(said("a.test", "www.a.test", TYPE_A) == SAID_ANSWER);
	e = entry("www.a.test", TYPE_A);
	CHECK(e != NULL && e->extra == one);
	begin_reply("www.a.test", TYPE_A, FLAG_AA);
	add(ANSWER, "www.a.test", TYPE_A, 60, "\1\2\3\4");
	sign(ANSWER, "www.a.test", TYPE_A, 2);
	deny("*.a.test");
	sign(AUTHORITY, "*.a.test", TYPE_NSEC, 2);
	deny("b.test");			/* not this server's to say */
	CHECK(said("a.test", "www.a.test", TYPE_A) == SAID_ANSWER);
	e = entry("www.a.test", TYPE_A);
	CHECK(e != NULL && e->extra > one && e->extra < 3 * one &&
	    e->ttl == 40);
	/* Beyond all measure: the set alone. */
	begin_reply("www.a.test", TYPE_A, FLAG_AA);
	add(ANSWER, "www.a.test", TYPE_A, 60, "\1\2\3\4");
	for (unsigned i = 0; i <= EXTRAS; i++)
		sign(ANSWER, "www.a.test", TYPE_A, 3);
	CHECK(said("a.test", "www.a.test", TYPE_A) == SAID_ANSWER);
	e = entry("www.a.test", TYPE_A);
	CHECK(e != NULL && e->extra == 0 && e->ttl == 60);
	begin_reply("x.a.test", TYPE_A, FLAG_AA | NXDOMAIN);
	add(AUTHORITY, "a.test", TYPE_SOA, 600, "ns.a.test");
	sign(AUTHORITY, "a.test", TYPE_SOA, 2);
	deny("v.a.test");
	sign(AUTHORITY, "v.a.test", TYPE_NSEC, 3);
	CHECK(said("a.test", "x.a.test", TYPE_A) == SAID_NXDOMAIN);
	e = entry("x.a.test", TYPE_NAME);
	CHECK(e != NULL && e->extra > 2 * one && e->ttl == 30);
}

int
main(void)
{
	CHECK(cache_open(&cache, 1 << 20));
	check_answers();
	check_aliases();
	check_referrals();
	check_negative();
	check_proofs();
	cache_close(&cache);
	return check_end("resolver_sift");
}
