/* sortkey.c - the keys of messages, from the cache or from their headers */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "search.h"
#include "sortkey.h"

enum { BLOCK = 65536 };

/* Texts that are not in the cache. */
struct block {
	struct block	*next;
	size_t		 used, room;
	char		 text[];
};

/* A copy that lives as long as the keys; false without memory. */
static bool
keep(struct sortkeys *keys, struct text *t)
{
	struct block *b = keys->blocks;

	if (b == NULL || b->room - b->used < t->n) {
		b = malloc(sizeof *b + BLOCK + t->n);
		if (b == NULL)
			return false;
		b->next = keys->blocks;
		b->used = 0;
		b->room = BLOCK + t->n;
		keys->blocks = b;
	}
	memcpy(b->text + b->used, t->s, t->n);
	t->s = b->text + b->used;
	b->used += t->n;
	return true;
}

/* Make a record of the header, and keep it for next time. */
static bool
make_record(struct session *s, struct mail *m, enum cache_kind kind,
    struct sortkeys *keys, struct text *record)
{
	struct text header;

	if (load_header(s, m, &header) == -1 ||
	    (kind == CACHE_SORT ? sortrecord_render : threadrecord_render)(
	    &s->scratch, &header) == -1)
		return false;
	*record = (struct text){ s->scratch.s, s->scratch.len };
	cache_put(&s->cache, m->uid, kind, record);
	return keep(keys, record);
}

static bool
read_texts(struct session *s, struct mail *m, unsigned wanted,
    struct sortkeys *keys, struct sortkey *k, bool *dated)
{
	struct text t;

	if ((!cache_get(&s->cache, m->uid, CACHE_SORT, &t) ||
	    !sortrecord_parse(&t, wanted, k, dated)) &&
	    (!make_record(s, m, CACHE_SORT, keys, &t) ||
	    !sortrecord_parse(&t, wanted, k, dated)))
		return false;
	if ((wanted & WANT_REFERENCES) == 0)
		return true;
	return (cache_get(&s->cache, m->uid, CACHE_THREAD, &t) &&
	    threadrecord_parse(&t, k)) ||
	    (make_record(s, m, CACHE_THREAD, keys, &t) &&
	    threadrecord_parse(&t, k));
}

static bool
read_key(struct session *s, unsigned wanted, struct sortkeys *keys,
    struct sortkey *k)
{
	const unsigned texts = WANT_CC | WANT_FROM | WANT_TO | WANT_SUBJECT |
	    WANT_SENT | WANT_REFERENCES;
	struct mail *m = &s->box.msg[k->index];
	bool dated = true;

	if ((wanted & texts) != 0 &&
	    !read_texts(s, m, wanted, keys, k, &dated))
		return false;
	/* RFC 5256 2.2: without a date sent it is the date of arrival. */
	if ((!dated || (wanted & WANT_ARRIVAL) != 0) &&
	    mail_stat(&s->box, m) == -1)
		return false;
	if ((wanted & WANT_SIZE) != 0 && mail_measure(&s->box, m) == -1)
		return false;
	if (!dated)
		k->sent = m->date;
	k->arrival = m->date;
	k->size = m->wire;
	return true;
}

bool
sortkeys_read(struct session *s, const struct search *q, unsigned wanted,
    struct sortkeys *keys)
{
	struct sortkey *k;
	int match;

	*keys = (struct sortkeys){ .n = 0 };
	keys->k = calloc(s->box.count + 1, sizeof *keys->k);
	if (keys->k == NULL)
		return false;
	cache_open(&s->cache, &s->box);
	for (size_t i = 0; i < s->box.count; i++) {
		if ((s->box.msg[i].state & MSG_GONE) != 0)
			continue;
		if (progress_is_time(&s->progress))
			progress_tell(s, i, s->box.count);
		match = search_match(s, q, i);
		if (match == 0 || (match == -1 && errno == ENOENT))
			continue;
		k = &keys->k[keys->n];
		*k = (struct sortkey){ .index = i };
		if (match == 1 && read_key(s, wanted, keys, k))
			keys->n++;
		else if (errno != ENOENT)
			return false;
	}
	return true;
}

void
sortkeys_free(struct sortkeys *keys)
{
	struct block *b;

	while ((b = keys->blocks) != NULL) {
		keys->blocks = b->next;
		free(b);
	}
	free(keys->k);
	*keys = (struct sortkeys){ .n = 0 };
}
