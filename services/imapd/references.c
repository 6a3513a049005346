/*
 * references.c - THREAD=REFERENCES (RFC 5256 3), after its numbered steps, and
 * REFS
 */

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "bytesort.h"
#include "forest.h"

enum { REFERENCES_MAX = 100 };	/* of one message that are followed */

static uint32_t
hash(const char *s, size_t n)
{
	uint32_t h = 2166136261U;

	while (n-- > 0)
		h = (h ^ (unsigned char)*s++) * 16777619U;
	return h;
}

/* A table twice as large as the nodes. */
static int
rehash(struct forest *f)
{
	unsigned slots = f->slots == 0 ? 1024 : f->slots * 2, at;

	free(f->slot);
	f->slot = calloc(slots, sizeof *f->slot);
	if (f->slot == NULL)
		return -1;
	f->slots = slots;
	for (unsigned i = 1; i < f->n; i++) {
		if (f->node[i].id == NULL)
			continue;
		at = hash(f->node[i].id, f->node[i].id_len) & (slots - 1);
		while (f->slot[at] != 0)
			at = (at + 1) & (slots - 1);
		f->slot[at] = i;
	}
	return 0;
}

/* The node of an id, made if there is none; 0: no memory. */
static unsigned
by_id(struct forest *f, const char *id, size_t len)
{
	unsigned at, i;

	if (f->n * 2 >= f->slots && rehash(f) == -1)
		return 0;
	at = hash(id, len) & (f->slots - 1);
	for (; (i = f->slot[at]) != 0; at = (at + 1) & (f->slots - 1))
		if (f->node[i].id_len == len &&
		    memcmp(f->node[i].id, id, len) == 0)
			return i;
	i = forest_add(f, NULL, 0);
	if (i == 0)
		return 0;
	f->node[i].id = id;
	f->node[i].id_len = len;
	return f->slot[at] = i;
}

/* Would a link make a circle, or too deep a tree? */
static bool
forbidden(const struct forest *f, unsigned child, unsigned parent)
{
	unsigned depth = 0;

	for (; parent != 0; parent = f->node[parent].up)
		if (parent == child || ++depth > FOREST_DEPTH_MAX)
			return true;
	return false;
}

/* Step 1: a message below the last of its references. */
static int
link_message(struct forest *f, const struct sortkey *k)
{
	const char *p = k->references;
	unsigned node = 0, parent = 0, left = REFERENCES_MAX;
	size_t len;

	if (*k->id != '\0') {
		node = by_id(f, k->id, strlen(k->id));
		if (node == 0)
			return -1;
	}
	/* Without an id, or with one that is taken, it is nobody's parent. */
	if (node == 0 || f->node[node].key != NULL)
		node = forest_add(f, NULL, 0);
	if (node == 0)
		return -1;
	f->node[node].key = k;
	for (; *p != '\0' && left-- > 0; p += p[len] == ' ' ? len + 1 : len) {
		unsigned next;

		len = strcspn(p, " ");
		next = by_id(f, p, len);
		if (next == 0)
			return -1;
		if (parent != 0 && f->node[next].up == 0 &&
		    !forbidden(f, next, parent))
			f->node[next].up = parent;
		parent = next;
	}
	f->node[node].up = 0;
	if (parent != 0 && !forbidden(f, node, parent))
		f->node[node].up = parent;
	return 0;
}

/* Is a node to be seen in the end: a message, or a dummy among the roots? */
static bool
stays(const struct forest *f, unsigned i)
{
	return f->node[i].key != NULL || f->node[i].up == 0;
}

/*
 * The next one above that is to be seen.  The dummies on the way lie directly
 * below it then, or each of a long chain would be walked up from anew.
 */
static unsigned
seen_above(struct forest *f, unsigned i)
{
	unsigned up = f->node[i].up, next;

	while (!stays(f, up))
		up = f->node[up].up;
	for (i = f->node[i].up; i != up; i = next) {
		next = f->node[i].up;
		f->node[i].up = up;
	}
	return up;
}

/*
 * Steps 2 and 3: no dummies but among the roots, and there only those with
 * two children or more.  The nodes are numbered anew.
 */
static int
prune(struct forest *f)
{
	unsigned *up = calloc(f->n + 1, sizeof *up);
	unsigned *new = calloc(f->n + 1, sizeof *new), n = 1;

	if (up == NULL || new == NULL) {
		free(up);
		free(new);
		return -1;
	}
	for (unsigned i = 0; i < f->n; i++)
		f->node[i].children = 0;
	for (unsigned i = 1; i < f->n; i++) {
		up[i] = seen_above(f, i);
		if (f->node[i].key != NULL)
			f->node[up[i]].children++;
	}
	for (unsigned i = 1; i < f->n; i++)
		if (f->node[i].key != NULL || (f->node[i].up == 0 &&
		    f->node[i].children > 1))
			new[i] = n++;
	for (unsigned i = 1; i < f->n; i++)
		if (new[i] != 0) {
			f->node[new[i]] = f->node[i];
			f->node[new[i]].up = new[up[i]];
		}
	f->n = n;
	free(up);
	free(new);
	return 0;
}

/* --- steps 4 and 5: roots of one subject belong together ----------------- */

struct root {
	unsigned		 node;
	const struct sortkey	*key;	/* whose subject counts */
	int64_t			 sent;
};

/* The root that the others of the group go to. */
static const struct root *
head(const struct forest *f, const struct root *r, size_t n)
{
	const struct root *best = r;
	bool best_dummy, dummy;

	for (size_t i = 1; i < n; i++) {
		best_dummy = f->node[best->node].key == NULL;
		dummy = f->node[r[i].node].key == NULL;
		if ((dummy && !best_dummy) || (dummy == best_dummy &&
		    best->key->reply && !r[i].key->reply))
			best = &r[i];
	}
	return best;
}

static void
move_children(struct forest *f, unsigned from, unsigned to)
{
	for (unsigned i = 0; i < f->node[from].children; i++)
		f->node[f->order[f->node[from].first + i]].up = to;
}

/* Merge a group of roots with one subject. */
static int
merge(struct forest *f, const struct root *r, size_t n)
{
	const struct root *top = head(f, r, n);
	unsigned table = top->node, dummy;

	for (size_t i = 0; i < n; i++) {
		if (&r[i] == top)
			continue;
		if (f->node[r[i].node].key == NULL) {
			move_children(f, r[i].node, table);
		} else if (f->node[table].key == NULL || (r[i].key->reply &&
		    !f->node[table].key->reply)) {
			f->node[r[i].node].up = table;
		} else {
			dummy = forest_add(f, NULL, 0);
			if (dummy == 0)
				return -1;
			f->node[table].up = f->node[r[i].node].up = dummy;
			table = dummy;
		}
	}
	return 0;
}

/* The roots by subject, into r. */
static int
sort_roots(const struct forest *f, struct root *r, size_t *n)
{
	struct bytelist list = { .n = 0 };
	struct root root;
	int status = 0;

	for (size_t i = 0; i < f->node[0].children && status == 0; i++) {
		root.node = f->order[f->node[0].first + i];
		root.sent = forest_sent(f, root.node, &root.key);
		if (bytelist_text(&list, root.key->subject) == -1 ||
		    bytelist_number(&list, root.sent) == -1 ||
		    bytelist_number(&list, root.node) == -1)
			status = -1;
		else
			status = bytelist_end(&list, root.node);
	}
	if (status == 0)
		bytelist_sort(&list);
	for (*n = 0; *n < list.n; ++*n) {
		root.node = (unsigned)list.item[*n].index;
		root.sent = forest_sent(f, root.node, &root.key);
		r[*n] = root;
	}
	bytelist_free(&list);
	return status;
}

static int
merge_all(struct forest *f)
{
	struct root *r = calloc(f->node[0].children + 1, sizeof *r);
	size_t n, k;
	int status;

	if (r == NULL)
		return -1;
	status = sort_roots(f, r, &n);
	for (size_t i = 0; i < n && status == 0; i = k) {
		assert(r[i].key != NULL);	/* dummies have children */
		for (k = i + 1; k < n && strcmp(r[i].key->subject,
		    r[k].key->subject) == 0; k++)
			;
		if (*r[i].key->subject != '\0')
			status = merge(f, r + i, k - i);
	}
	free(r);
	return status;
}

/* Steps 1 to 3: the trees that the references make. */
static int
link_all(struct forest *f, const struct sortkeys *keys)
{
	forest_add(f, NULL, 0);
	if (f->n == 0)
		return -1;
	for (size_t i = 0; i < keys->n; i++)
		if (link_message(f, &keys->k[i]) == -1)
			return -1;
	return prune(f) == -1 ? -1 : forest_order(f);
}

int
forest_by_references(struct forest *f, const struct sortkeys *keys)
{
	if (link_all(f, keys) == -1 || merge_all(f) == -1)
		return -1;
	return forest_order(f);
}

/* --- REFS ----------------------------------------------------------------- */

/*
 * Of each node, when the last message of its tree was sent; NULL: no memory.
 * From the leaves up, a node when all its children are done.
 */
static int64_t *
last_sent(const struct forest *f)
{
	int64_t *last = calloc(f->n + 1, sizeof *last);
	unsigned *left = calloc(f->n + 1, sizeof *left), k, up;

	if (last == NULL || left == NULL) {
		free(last);
		free(left);
		return NULL;
	}
	for (unsigned i = 0; i < f->n; i++) {
		left[i] = f->node[i].children;
		last[i] = f->node[i].key == NULL ? INT64_MIN :
		    f->node[i].key->sent;
	}
	for (unsigned i = 1; i < f->n; i++)
		for (k = f->node[i].children == 0 ? i : 0; k != 0;
		    k = up != 0 && left[up] == 0 ? up : 0) {
			up = f->node[k].up;
			left[up]--;
			if (last[up] < last[k])
				last[up] = last[k];
		}
	free(left);
	return last;
}

int
forest_by_refs(struct forest *f, const struct sortkeys *keys)
{
	struct bytelist list = { .n = 0 };
	const struct sortkey *k;
	int64_t *last = NULL;
	unsigned root, *roots;
	int status = link_all(f, keys);

	if (status == 0 && (last = last_sent(f)) == NULL)
		status = -1;
	roots = status == 0 ? f->order + f->node[0].first : NULL;
	for (unsigned i = 0; status == 0 && i < f->node[0].children; i++) {
		root = roots[i];
		forest_sent(f, root, &k);
		if (bytelist_number(&list, last[root]) == -1 ||
		    bytelist_number(&list, k == NULL ? 0 :
		    (int64_t)k->index) == -1)
			status = -1;
		else
			status = bytelist_end(&list, root);
	}
	if (status == 0)
		bytelist_sort(&list);
	for (size_t i = 0; status == 0 && i < list.n; i++)
		roots[i] = (unsigned)list.item[i].index;
	bytelist_free(&list);
	free(last);
	return status;
}
