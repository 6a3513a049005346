/* stale.c - answers past their time */

#include "dns/type.h"
#include "message.h"
#include "stale.h"

enum { LINKS = 32, SECOND = 1000000 };

/* Something that was told and may be told still. */
static struct entry *
find(const struct resolver *r, const struct name_key *key, uint16_t type)
{
	struct entry *e = cache_peek(&r->cache, key, 0, type, RANK_ANSWER);

	if (e == NULL || e->kind == KIND_FAILED || e->ttl == 0 ||
	    entry_end(e) + r->settings.stale * SECOND < r->stamp)
		return NULL;
	return e;
}

static struct entry *
find_end(const struct resolver *r, const struct name_key *key, uint16_t type)
{
	struct entry *e = find(r, key, type);

	return e != NULL && !e->synthesized ? e : find(r, key, TYPE_NAME);
}

bool
stale_revive(struct resolver *r, const struct name_key *asked, uint16_t type)
{
	struct entry *found[LINKS], *e;
	struct name_key key = *asked;
	unsigned n = 0;

	if (r->settings.stale == 0)
		return false;
	while ((e = find_end(r, &key, type)) == NULL) {
		e = find(r, &key, TYPE_CNAME);
		if (e == NULL || e->kind != KIND_DATA || n == LINKS - 1)
			return false;
		found[n++] = e;
		name_key(&key, entry_data(e) + 2, get16(entry_data(e)));
	}
	found[n++] = e;
	resolver_count(r, COUNT_STALE);
	for (unsigned i = 0; i < n; i++)
		if (found[i]->expires < r->stamp + STALE_TTL * SECOND) {
			found[i]->expires = r->stamp + STALE_TTL * SECOND;
			found[i]->renewed = true;
		}
	return true;
}
