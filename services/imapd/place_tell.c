/*
 * place_tell.c - in which order a client hears what became of the names
 *
 * So that, whenever it has heard a part, no two folders have one name: those
 * that are gone, those that were renamed, those that are new.
 */

#include <string.h>

#include "list.h"
#include "notify.h"
#include "pattern.h"
#include "place.h"

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
	const char *old = place_is_renamed(p) ? p->was->name : NULL;
	unsigned events = notify_events(p->name, p->subscribed);

	if (old != NULL)
		events |= EVENT_NAME & notify_events(old, p->was->subscribed);
	if ((events & p->news) != 0)
		list_changed(s, &e, (p->news & EVENT_NAME) != 0 ? old : NULL);
	p->news = 0;
}

static void
tell_gone(struct session *s, const struct places *now)
{
	struct entry e = { .exists = false };
	struct place *p;

	for (size_t i = 0; i < now->n; i++) {
		p = &now->p[i];
		if (!p->gone || (EVENT_NAME &
		    notify_events(p->name, p->subscribed)) == 0)
			continue;
		e.name = p->name;
		e.subscribed = p->subscribed;
		e.child_exists = p->has_children;
		list_changed(s, &e, NULL);
		if (!p->exists)
			p->news = 0;
	}
}

/* Is another one, not yet told of, still called as p is called now? */
static bool
must_wait(const struct places *now, const struct place *p)
{
	const struct place *q;

	for (size_t i = 0; i < now->n; i++) {
		q = &now->p[i];
		if (q != p && q->news != 0 && place_is_renamed(q) &&
		    strcmp(q->was->name, p->name) == 0)
			return true;
	}
	return false;
}

/* One after the other, so that no two have one name. */
static void
tell_renamed(struct session *s, const struct places *now)
{
	struct place *p;
	bool more = true;

	while (more) {
		more = false;
		for (size_t i = 0; i < now->n; i++) {
			p = &now->p[i];
			if (p->news != 0 && place_is_renamed(p) &&
			    !must_wait(now, p)) {
				tell(s, p);
				more = true;
			}
		}
	}
}

void
places_tell_names(struct session *s, const struct places *now,
    const char *a, const char *b)
{
	for (size_t i = 0; i < now->n; i++)
		if (is_mine(&now->p[i], a) || is_mine(&now->p[i], b)) {
			now->p[i].news = 0;
			now->p[i].gone = false;
		}
	tell_gone(s, now);
	tell_renamed(s, now);
	for (size_t i = 0; i < now->n; i++)
		if (now->p[i].news != 0)
			tell(s, &now->p[i]);
}
