/*
 * resolver_saved.c - whatever is in the file of the saved cache: what gets
 * into the cache is well formed
 *
 * fuzz: services/resolver/saved.c services/resolver/cache.c
 * fuzz: services/resolver/message.c services/lib/dns/[a-z]*.c
 * fuzz: services/lib/io/log.c services/lib/io/buf.c
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "../../services/resolver/local.h"
#include "../../services/resolver/message.h"
#include "../../services/resolver/saved.h"

static const char	magic[] = "labnet resolver cache 1\n";

void
resolver_clock(struct resolver *r)
{
	(void)r;
}

bool
local_has(const struct settings *s, const struct name *name)
{
	(void)s;
	(void)name;
	return false;
}

static void
check_entry(const struct entry *e)
{
	const uint8_t *p = entry_data(e), *end = p + e->size;

	assert(name_length(e->octets, e->name_len) == e->name_len);
	assert(e->kind != KIND_FAILED && e->ttl > 0);
	if (e->kind != KIND_DATA)
		return;
	for (unsigned i = 0; i < e->count; i++) {
		assert(end - p >= 2 && end - p - 2 >= get16(p));
		p += get16(p) + 2;
	}
	assert(p == end);
}

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct resolver r = { .settings = { .stale = 100 } };
	size_t head = sizeof magic - 1 + 8;
	char *octets = calloc(1, head + size);
	FILE *file;

	assert(octets != NULL && cache_open(&r.cache, 1 << 18));
	memcpy(octets, magic, sizeof magic - 1);
	memcpy(octets + head, data, size);
	r.stamp = INT64_C(1000000000);
	file = fmemopen(octets, head + size, "r");
	assert(file != NULL);
	saved_load(&r, file, 0);
	fclose(file);
	for (const struct entry *e = r.cache.oldest; e != NULL; e = e->newer)
		check_entry(e);
	assert(r.cache.used <= r.cache.limit);
	cache_close(&r.cache);
	free(octets);
	return 0;
}
