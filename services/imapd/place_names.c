/*
 * place_names.c - which folders there are, and how they came to be
 *
 * The names are read anew and held against the known ones.  That a folder is
 * another one than before, or the same under another name, the events say.
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "list.h"
#include "notify.h"
#include "pattern.h"
#include "place.h"

/* The folders that came since the names were read: name and from, closed by
   NUL, and where each pair begins. */
static struct buf came;
static size_t *pairs, n_pairs, room;

static int
by_name(const void *a, const void *b)
{
	return strcmp(((const struct place *)a)->name,
	    ((const struct place *)b)->name);
}

static void
sort(struct places *all)
{
	if (all->n > 1)
		qsort(all->p, all->n, sizeof *all->p, by_name);
}

struct place *
place_find(const struct places *all, const char *name)
{
	const struct place wanted = { .name = (char *)(uintptr_t)name };

	return all->n == 0 ? NULL : bsearch(&wanted, all->p, all->n,
	    sizeof *all->p, by_name);
}

void
places_free(struct places *all)
{
	for (size_t i = 0; i < all->n; i++)
		free(all->p[i].name);
	free(all->p);
	*all = (struct places){ NULL, 0 };
}

/* --- what has come -------------------------------------------------------- */

int
place_came(const char *name, const char *from)
{
	const size_t at = came.len;
	size_t *more;

	if (n_pairs == room) {
		more = reallocarray(pairs, room * 2 + 16, sizeof *more);
		if (more == NULL)
			return -1;
		pairs = more;
		room = room * 2 + 16;
	}
	if (buf_add(&came, name, strlen(name) + 1) == -1 ||
	    buf_add(&came, from, strlen(from) + 1) == -1) {
		came.len = at;
		return -1;
	}
	pairs[n_pairs++] = at;
	return 0;
}

static void
forget_came(void)
{
	free(pairs);
	pairs = NULL;
	n_pairs = room = 0;
	buf_free(&came);
}

/* What a folder was called when the names were read; "": it was not. */
static const char *
name_before(const char *name)
{
	const char *to;

	for (size_t i = n_pairs; i-- > 0; ) {
		to = came.s + pairs[i];
		if (strcmp(to, name) == 0)
			name = to + strlen(to) + 1;
	}
	return name;
}

/* --- the names as they are ------------------------------------------------ */

/* Those of the tree, which loses them. */
static int
take_tree(struct tree *t, struct places *now)
{
	for (size_t i = 0; i < t->n; i++) {
		now->p[now->n++] = (struct place){ .name = t->e[i].name,
		    .listed = true, .exists = t->e[i].exists,
		    .subscribed = t->e[i].subscribed,
		    .has_children = t->e[i].child_exists,
		    .dirs = { -1, -1 } };
		t->e[i].name = NULL;
	}
	sort(now);
	return 0;
}

static int
take_lost(const struct places *known, struct places *now)
{
	const struct places tree = *now;
	char *name;

	for (size_t i = 0; i < known->n; i++) {
		if (place_find(&tree, known->p[i].name) != NULL)
			continue;
		name = strdup(known->p[i].name);
		if (name == NULL)
			return -1;
		now->p[now->n++] = (struct place){ .name = name,
		    .dirs = { -1, -1 } };
	}
	sort(now);
	return 0;
}

bool
place_is_renamed(const struct place *p)
{
	return p->was != NULL && strcmp(p->was->name, p->name) != 0;
}

/* What follows the name of one above it, from the delimiter on, or NULL. */
static const char *
rest_below(const char *name, const char *above)
{
	size_t len = strlen(above);

	return strncmp(name, above, len) == 0 && name[len] == DELIMITER ?
	    name + len : NULL;
}

/* Was p renamed with q, which is above it? */
static bool
went_with(const struct place *p, const struct place *q)
{
	const char *to = rest_below(p->name, q->name);
	const char *from = rest_below(p->was->name, q->was->name);

	return to != NULL && from != NULL && strcmp(from, to) == 0;
}

/* Did all that was below it when it was renamed go with it? */
static bool
is_whole(const struct places *now, const struct places *known,
    const struct place *q)
{
	size_t below = 0, went = 0;

	for (size_t i = 0; i < known->n; i++)
		below += known->p[i].exists &&
		    rest_below(known->p[i].name, q->was->name) != NULL;
	for (size_t i = 0; i < now->n && below > 0; i++)
		went += now->p[i].was != NULL && went_with(&now->p[i], q);
	return went == below;
}

static void
find_was(const struct places *now, const struct places *known)
{
	struct place *p, *was;

	for (size_t i = 0; i < now->n; i++) {
		p = &now->p[i];
		was = p->exists ? place_find(known, name_before(p->name)) :
		    NULL;
		if (was == NULL || !was->exists || was->went)
			continue;
		p->was = was;
		was->went = true;
	}
}

/* Did it get the name of one that got ... the name of this one? */
static bool
is_in_ring(const struct places *now, const struct place *p)
{
	const struct place *q = p;

	for (size_t i = 0; i < now->n; i++) {
		q = place_find(now, q->was->name);
		if (q == NULL || !place_is_renamed(q))
			return false;
		if (q == p)
			return true;
	}
	return false;
}

/*
 * RFC 5465 5.4: who hears of a new name takes it that what is below goes with
 * it.  Where some did not, one folder is gone and another one is new; so they
 * are where there is no order in which each new name is free.
 */
static void
part(const struct places *now, const struct places *known)
{
	struct place *p;

	for (size_t i = 0; i < now->n; i++) {
		p = &now->p[i];
		p->parted = place_is_renamed(p) &&
		    (is_in_ring(now, p) || !is_whole(now, known, p));
	}
	for (size_t i = 0; i < now->n; i++) {
		p = &now->p[i];
		if (p->parted) {
			p->was->went = false;
			p->was = NULL;
		}
	}
}

static void
inherit(const struct places *now)
{
	struct place *p;

	for (size_t i = 0; i < now->n; i++) {
		p = &now->p[i];
		if (p->was == NULL) {
			/* So the first message that comes is told of. */
			p->told.uidnext = 1;
			p->stirred = true;
			continue;
		}
		p->told = p->was->told;
		p->stirred = p->was->stirred;
		p->dirs = p->was->dirs;
		p->was->dirs = (struct folderwatch_dirs){ -1, -1 };
	}
}

/* --- what has become of them ---------------------------------------------- */

/* RFC 5465 5.4: the level above is affected as well. */
static void
affect(const struct places *now, struct place *p)
{
	const char *dot = strrchr(p->name, DELIMITER);
	char above[NAME_SIZE];

	p->news |= EVENT_NAME;
	if (dot == NULL || dot - p->name >= NAME_SIZE)
		return;
	memcpy(above, p->name, (size_t)(dot - p->name));
	above[dot - p->name] = '\0';
	p = place_find(now, above);
	if (p != NULL)
		p->news |= EVENT_NAME;
}

/* Was it renamed with one above it? */
static bool
went_along(const struct places *now, const struct place *p)
{
	for (size_t i = 0; i < now->n; i++)
		if (place_is_renamed(&now->p[i]) && went_with(p, &now->p[i]))
			return true;
	return false;
}

static void
compare(const struct places *now, const struct places *known)
{
	const struct place *old;
	struct place *p;

	for (size_t i = 0; i < now->n; i++) {
		p = &now->p[i];
		old = place_find(known, p->name);
		if ((old != NULL && old->subscribed) != p->subscribed)
			p->news |= EVENT_SUBSCRIPTION;
		p->gone = old != NULL && old->exists && !old->went;
		if (place_is_renamed(p)) {
			if (!went_along(now, p))
				p->news |= EVENT_NAME;
		} else if (p->exists ? p->was == NULL : p->gone) {
			affect(now, p);
		}
	}
}

int
places_read(struct session *s, struct places *now, struct places *known)
{
	struct tree t;
	int status = -1;

	*now = (struct places){ NULL, 0 };
	if (tree_read(&t, s->root) == 0)
		now->p = calloc(t.n + known->n + 1, sizeof *now->p);
	if (now->p != NULL && take_tree(&t, now) == 0)
		status = take_lost(known, now);
	tree_free(&t);
	if (status == -1) {
		places_free(now);
		return -1;
	}
	find_was(now, known);
	part(now, known);
	inherit(now);
	compare(now, known);
	forget_came();
	return 0;
}
