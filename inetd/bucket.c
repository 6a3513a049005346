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

/* The set that key is in. */
static struct bucket *
find_set(uint64_t key)
{
	return table[(key ^ key >> 32) % SETS];
}

/* The one of the set that would be full soonest. */
static struct bucket *
least(struct bucket *set)
{
	struct bucket *b = set;

	for (struct bucket *o = set; o < set + WAYS; o++)
		if (o->state < b->state)
			b = o;
	return b;
}

bool
bucket_take(const struct service *s, const struct source *source,
    int64_t now)
{
	uint64_t key = make_key(s, source);
	struct bucket *set = find_set(key), *b;

	for (struct bucket *o = set; o < set + WAYS; o++)
		if (o->key == key)
			return rate_take(&s->source_rate, &o->state, now);
	b = least(set);
	*b = (struct bucket){ .key = key };
	return rate_take(&s->source_rate, &b->state, now);
}

void
bucket_save(FILE *f)
{
	for (size_t i = 0; i < SETS * WAYS; i++) {
		const struct bucket *b = &table[i / WAYS][i % WAYS];

		if (b->state != 0)
			fprintf(f, "bucket\t%llu\t%lld\n",
			    (unsigned long long)b->key, (long long)b->state);
	}
}

void
bucket_load(const char *line)
{
	unsigned long long key;
	long long state;

	if (sscanf(line, "bucket\t%llu\t%lld", &key, &state) == 2)
		*least(find_set(key)) = (struct bucket){ key, state };
}
