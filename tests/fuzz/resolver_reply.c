/*
 * resolver_reply.c - whatever a server sends: it is read within its bounds,
 * and nothing outside the server's zone gets into the cache
 *
 * fuzz: services/resolver/message.c services/resolver/cache.c
 * fuzz: services/resolver/sift.c services/resolver/gather.c
 * fuzz: services/resolver/address.c
 * fuzz: services/resolver/text.c services/resolver/proof.c
 * fuzz: services/lib/dns/[a-z]*.c
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "../../services/resolver/local.h"
#include "../../services/resolver/sift.h"
#include "../../services/resolver/text.h"

static const uint8_t	zone[] = "\1a\4test";
static const uint8_t	asked[] = "\3www\1a\4test";

bool
local_has(const struct settings *s, const struct name *name)
{
	(void)s;
	(void)name;
	return false;
}

/* Each is whole: section, owner, type, length, data. */
static void
check_extra(const uint8_t *p, const uint8_t *end)
{
	while (p < end) {
		size_t n = name_length(p + 1, (size_t)(end - p - 1));

		assert(*p == ANSWER || *p == AUTHORITY);
		assert(n > 0 && end - p >= (long)n + 5);
		p += n + 5;
		assert(get16(p - 2) <= end - p);
		p += get16(p - 2);
	}
}

static void
check_entry(const struct entry *e)
{
	const uint8_t *p = e->octets + e->name_len;
	char text[RDATA_TEXT];
	size_t prefix;

	assert(name_length(e->octets, e->name_len) == e->name_len);
	assert(name_within(e->octets, zone, &prefix));
	check_extra(entry_data(e) + e->size, entry_data(e) + e->size +
	    e->extra);
	if (e->kind != KIND_DATA)
		return;
	for (unsigned i = 0; i < e->count; i++) {
		size_t n = get16(p);

		assert(p + 2 + n <= e->octets + e->name_len + e->size);
		rdata_text(text, e->type, p + 2, n);
		assert(strlen(text) < sizeof text);
		p += n + 2;
	}
	assert(p == e->octets + e->name_len + e->size);
}

static void
check_question(const uint8_t *octets, size_t size)
{
	struct question q;

	if (question_read(&q, octets, size) == QUESTION_GOOD)
		assert(q.end <= size && q.size >= 512 && q.size <= UDP_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* The first two octets: the type asked for, and forwarded or not. */
int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t size)
{
	static struct settings settings = { .ttl_max = 86400, .chain = 16,
	    .negative_max = 3600, .filter = true };
	struct sift s = { .settings = &settings, .zone = zone,
	    .zone_expires = INT64_MAX, .name = asked };
	struct cache cache;
	struct message m;
	uint8_t *octets;

	if (size < 2 || size > 2 + MESSAGE_MAX)
		return 0;
	s.type = in[0];
	s.forward = in[1] & 1;
	size -= 2;
	/* A block of its own, so that reading beyond it shows. */
	octets = malloc(size + 1);
	if (octets == NULL || !cache_open(&cache, 1 << 20))
		abort();
	memcpy(octets, in + 2, size);
	s.cache = &cache;
	check_question(octets, size);
	if (message_open(&m, octets, size))
		sift(&s, &m);
	for (const struct entry *e = cache.newest; e != NULL; e = e->older)
		check_entry(e);
	cache_close(&cache);
	free(octets);
	return 0;
}
