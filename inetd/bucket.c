/* bucket.c - the token buckets of sources (source-rate=) */

#include "bucket.h"

enum { SETS = 1024, WAYS = 4 };

static struct bucket {
	uint64_t	 key;		/* a hash of service and source */
	int64_t		 state;		/* as in rate.h */
} table[SETS][WAYS];

/* FNV-1a; the service by its column, which a reload does not change. */
static uint64_t
make_key(const struct service *s, const struct source *source)
{
	uint64_t hash = 14695981039346656037U;

	for (const char *p = s->column; *p != '\0'; p++)
		hash = (hash ^ (unsigned char)*p) * 1099511628211U;
	for (size_t i = 0; i < source_length(source); i++)
		hash = (hash ^ source->ip[i]) * 1099511628211U;
	return hash;
}

bool
bucket_take(const struct service *s, const struct source *source,
    int64_t now)
{
	uint64_t key = make_key(s, source);
	struct bucket *set = table[(key ^ key >> 32) % SETS], *b = set;

	for (struct bucket *o = set; o < set + WAYS; o++) {
		if (o->key == key)
			return rate_take(&s->source_rate, &o->state, now);
		if (o->state < b->state)
			b = o;
	}
	*b = (struct bucket){ .key = key };
	return rate_take(&s->source_rate, &b->state, now);
}
