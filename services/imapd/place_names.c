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

static void
inherit(const struct places *now, const struct places *known)
{
	struct place *p, *was;

	for (size_t i = 0; i < now->n; i++) {
		p = &now->p[i];
		was = p->exists ? place_find(known, name_before(p->name)) :
		    NULL;
		if (was == NULL || !was->exists || was->went) {
			/* So the first message that comes is told of. */
			p->told.uidnext = 1;
			p->stirred = true;
			continue;
		}
		p->was = was;
		was->went = true;
		p->told = was->told;
		p->stirred = was->stirred;
		p->dirs = was->dirs;
		was->dirs = (struct folderwatch_dirs){ -1, -1 };
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

static bool
is_renamed(const struct place *p)
{
	return p->was != NULL && strcmp(p->was->name, p->name) != 0;
}

/* Was it renamed with one above it? */
static bool
went_along(const struct places *now, const struct place *p)
{
	const struct place *q;
	size_t to, from;

	for (size_t i = 0; i < now->n; i++) {
		q = &now->p[i];
		if (q == p || !is_renamed(q))
			continue;
		to = strlen(q->name);
		from = strlen(q->was->name);
		if (strncmp(p->name, q->name, to) == 0 &&
		    p->name[to] == DELIMITER &&
		    strncmp(p->was->name, q->was->name, from) == 0 &&
		    strcmp(p->was->name + from, p->name + to) == 0)
			return true;
	}
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
		if (is_renamed(p)) {
			if (!went_along(now, p))
				p->news |= EVENT_NAME;
		} else if (p->exists ? p->was == NULL : old != NULL &&
		    old->exists && !old->went) {
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
	inherit(now, known);
	compare(now, known);
	forget_came();
	return 0;
}

/* --- telling -------------------------------------------------------------- */

/* Is it, or is it just above or anywhere below, what the client did itself? */
static bool
is_mine(const struct place *p, const char *mine)
{
	size_t len, n = strlen(p->name);

	if (mine == NULL)
		return false;
	len = strlen(mine);
	if (strncmp(p->name, mine, len) == 0 &&
	    (p->name[len] == '\0' || p->name[len] == DELIMITER))
		return true;
	return strncmp(p->name, mine, n) == 0 && mine[n] == DELIMITER &&
	    strchr(mine + n + 1, DELIMITER) == NULL;
}

static void
tell(struct session *s, struct place *p)
{
	const struct entry e = { .name = p->name, .exists = p->exists,
	    .subscribed = p->subscribed, .child_exists = p->has_children };
	const char *old = is_renamed(p) ? p->was->name : NULL;
	unsigned events = notify_events(p->name, p->subscribed);

	if (old != NULL)
		events |= EVENT_NAME & notify_events(old, p->was->subscribed);
	if ((events & p->news) != 0)
		list_changed(s, &e, (p->news & EVENT_NAME) != 0 ? old : NULL);
	p->news = 0;
}

/* Is another one, not yet told of, still called as p is called now? */
static bool
must_wait(const struct places *now, const struct place *p)
{
	const struct place *q;

	for (size_t i = 0; i < now->n; i++) {
		q = &now->p[i];
		if (q != p && q->news != 0 && is_renamed(q) &&
		    strcmp(q->was->name, p->name) == 0)
			return true;
	}
	return false;
}

/* One after the other, so that no two have one name; but for a ring. */
static void
tell_renamed(struct session *s, const struct places *now)
{
	bool more = true;

	while (more) {
		more = false;
		for (size_t i = 0; i < now->n; i++)
			if (now->p[i].news != 0 && is_renamed(&now->p[i]) &&
			    !must_wait(now, &now->p[i])) {
				tell(s, &now->p[i]);
				more = true;
			}
	}
}

void
places_tell_names(struct session *s, const struct places *now,
    const char *a, const char *b)
{
	for (size_t i = 0; i < now->n; i++)
		if (is_mine(&now->p[i], a) || is_mine(&now->p[i], b))
			now->p[i].news = 0;
	/* What is new may have the name of what was renamed. */
	tell_renamed(s, now);
	for (size_t i = 0; i < now->n; i++)
		if (now->p[i].news != 0)
			tell(s, &now->p[i]);
}
