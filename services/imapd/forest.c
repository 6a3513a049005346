/* forest.c - nodes, their order, and threads by subject alone */

#include <stdlib.h>
#include <string.h>

#include "forest.h"

unsigned
forest_add(struct forest *f, const struct sortkey *key, unsigned up)
{
	struct node *more;
	unsigned room;

	if (f->n == f->room) {
		room = f->room == 0 ? 64 : f->room * 2;
		more = reallocarray(f->node, room, sizeof *more);
		if (more == NULL)
			return 0;
		f->node = more;
		f->room = room;
	}
	f->node[f->n] = (struct node){ .key = key, .up = up };
	return f->n++;
}

int64_t
forest_sent(const struct forest *f, unsigned i, const struct sortkey **of)
{
	*of = f->node[i].key;
	if (*of == NULL && f->node[i].children > 0)
		*of = f->node[f->order[f->node[i].first]].key;
	return *of == NULL ? 0 : (*of)->sent;
}

/* The forest in hand, for qsort(3). */
static const struct forest *sorted;

static int
siblings(const void *a, const void *b)
{
	unsigned i = *(const unsigned *)a, k = *(const unsigned *)b;
	const struct sortkey *x, *y;
	int64_t at, bt;

	if (sorted->node[i].up != sorted->node[k].up)
		return sorted->node[i].up < sorted->node[k].up ? -1 : 1;
	at = forest_sent(sorted, i, &x);
	bt = forest_sent(sorted, k, &y);
	if (at != bt)
		return at < bt ? -1 : 1;
	if (x == NULL || y == NULL || x->index == y->index)
		return i < k ? -1 : i > k;
	return x->index < y->index ? -1 : 1;
}

/* Where the children of each node begin, order being sorted by parent. */
static void
point(struct forest *f)
{
	struct node *up;

	for (unsigned i = 0; i < f->n; i++)
		f->node[i].children = 0;
	for (unsigned k = 0; k + 1 < f->n; k++) {
		up = &f->node[f->node[f->order[k]].up];
		if (up->children++ == 0)
			up->first = k;
	}
}

/*
 * Twice: only when the children of dummies are in order is it known when the
 * dummies were sent.
 */
int
forest_order(struct forest *f)
{
	free(f->order);
	f->order = calloc(f->n + 1, sizeof *f->order);
	if (f->order == NULL)
		return -1;
	for (unsigned i = 1; i < f->n; i++) {
		f->order[i - 1] = i;
		f->node[i].children = 0;
	}
	sorted = f;
	for (int pass = 0; pass < 2; pass++) {
		unsigned *copy = malloc((f->n + 1) * sizeof *copy);

		if (copy == NULL)
			return -1;
		memcpy(copy, f->order, f->n * sizeof *copy);
		qsort(copy, f->n - 1, sizeof *copy, siblings);
		free(f->order);
		f->order = copy;
		point(f);
	}
	return 0;
}

static int
by_subject(const void *a, const void *b)
{
	const struct sortkey *x = a, *y = b;
	int c = strcmp(x->subject, y->subject);

	if (c != 0)
		return c;
	if (x->sent != y->sent)
		return x->sent < y->sent ? -1 : 1;
	return x->index < y->index ? -1 : 1;
}

/* ORDEREDSUBJECT: the first of a subject is the parent of the others. */
int
forest_by_subject(struct forest *f, struct sortkeys *keys)
{
	const struct sortkey *k = keys->k;
	unsigned parent = 0, node;

	forest_add(f, NULL, 0);
	qsort(keys->k, keys->n, sizeof *keys->k, by_subject);
	for (size_t i = 0; i < keys->n; i++) {
		if (i == 0 || strcmp(k[i].subject, k[i - 1].subject) != 0)
			parent = 0;
		node = forest_add(f, &k[i], parent);
		if (node == 0)
			return -1;
		if (parent == 0)
			parent = node;
	}
	return f->n == 0 ? -1 : forest_order(f);
}

void
forest_free(struct forest *f)
{
	free(f->node);
	free(f->order);
	free(f->slot);
	*f = (struct forest){ 0 };
}
