/* heap.c - a binary heap: each row's key is no less than that above it */

#include <stdlib.h>

#include "heap.h"

static void
set(struct heap *h, size_t at, struct row *r)
{
	h->rows[at] = r;
	r->at = at;
}

static void
rise(struct heap *h, size_t at, struct row *r)
{
	for (; at > 1 && h->rows[at / 2]->key > r->key; at /= 2)
		set(h, at, h->rows[at / 2]);
	set(h, at, r);
}

static void
sink(struct heap *h, size_t at, struct row *r)
{
	for (size_t below; (below = 2 * at) <= h->n; at = below) {
		if (below < h->n &&
		    h->rows[below + 1]->key < h->rows[below]->key)
			below++;
		if (h->rows[below]->key >= r->key)
			break;
		set(h, at, h->rows[below]);
	}
	set(h, at, r);
}

int
heap_put(struct heap *h, struct row *r, int64_t key)
{
	size_t room = h->room == 0 ? 8 : 2 * h->room;
	struct row **rows;

	if (h->n + 1 >= h->room) {
		rows = reallocarray(h->rows, room, sizeof(struct row *));
		if (rows == NULL)
			return -1;
		h->rows = rows;
		h->room = room;
	}
	r->key = key;
	rise(h, ++h->n, r);
	return 0;
}

void
heap_remove(struct heap *h, struct row *r)
{
	size_t at = r->at;
	struct row *last;

	if (at == 0)
		return;
	r->at = 0;
	last = h->rows[h->n--];
	if (last == r)
		return;
	if (at > 1 && h->rows[at / 2]->key > last->key)
		rise(h, at, last);
	else
		sink(h, at, last);
}

struct row *
heap_first(const struct heap *h)
{
	return h->n == 0 ? NULL : h->rows[1];
}

void
heap_free(struct heap *h)
{
	free(h->rows);
	*h = (struct heap){ 0 };
}
