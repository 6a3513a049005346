/* forest.c - nodes, their order, and threads by subject alone */

#include <stdlib.h>
#include <string.h>

#include "bytesort.h"
#include "forest.h"

unsigned
forest_add(struct forest *f, const struct sortkey *key, unsigned up)
{
	struct node *more;
	unsigned room;

	if (f->n == f->room) {
		room = f->room == 0 ? 64 : f->room * 2;
		more = realloc(f->node, room * sizeof *more);
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

/* Siblings together, by the date they were sent, then by number. */
static int
sort_siblings(struct forest *f)
{
	struct bytelist list = { .n = 0 };
	const struct sortkey *k;
	int64_t at;
	int status = 0;

	for (unsigned i = 1; i < f->n && status == 0; i++) {
		at = forest_sent(f, i, &k);
		if (bytelist_number(&list, f->node[i].up) == -1 ||
		    bytelist_number(&list, at) == -1 ||
		    bytelist_number(&list, k == NULL ? 0 :
		    (int64_t)k->index) == -1 ||
		    bytelist_number(&list, i) == -1)
			status = -1;
		else
			status = bytelist_end(&list, i);
	}
	if (status == 0) {
		bytelist_sort(&list);
		for (size_t i = 0; i < list.n; i++)
			f->order[i] = (unsigned)list.item[i].index;
	}
	bytelist_free(&list);
	return status;
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
	for (int pass = 0; pass < 2; pass++) {
		if (sort_siblings(f) == -1)
			return -1;
		point(f);
	}
	return 0;
}

/* The keys by subject, then by the date they were sent. */
static int
sort_subjects(const struct sortkeys *keys, struct bytelist *l)
{
	for (size_t i = 0; i < keys->n; i++)
		if (bytelist_text(l, keys->k[i].subject) == -1 ||
		    bytelist_number(l, keys->k[i].sent) == -1 ||
		    bytelist_number(l, (int64_t)i) == -1 ||
		    bytelist_end(l, i) == -1)
			return -1;
	bytelist_sort(l);
	return 0;
}

static int
grow(struct forest *f, const struct sortkeys *keys, const struct bytelist *l)
{
	const struct sortkey *k, *before = NULL;
	unsigned parent = 0, node;

	if (forest_add(f, NULL, 0), f->n == 0)
		return -1;
	for (size_t i = 0; i < l->n; i++, before = k) {
		k = &keys->k[l->item[i].index];
		if (i == 0 || strcmp(k->subject, before->subject) != 0)
			parent = 0;
		node = forest_add(f, k, parent);
		if (node == 0)
			return -1;
		if (parent == 0)
			parent = node;
	}
	return forest_order(f);
}

/* ORDEREDSUBJECT: the first of a subject is the parent of the others. */
int
forest_by_subject(struct forest *f, const struct sortkeys *keys)
{
	struct bytelist list = { .n = 0 };
	int status = sort_subjects(keys, &list);

	if (status == 0)
		status = grow(f, keys, &list);
	bytelist_free(&list);
	return status;
}

void
forest_free(struct forest *f)
{
	free(f->node);
	free(f->order);
	free(f->slot);
	*f = (struct forest){ 0 };
}
