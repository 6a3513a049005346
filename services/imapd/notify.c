/* notify.c - NOTIFY: what is in force, and what follows from it */

#include <string.h>

#include "notify_parse.h"
#include "pattern.h"
#include "places.h"

/* One in force, and one that is being parsed.  Large. */
static struct notify notifies[2];
static struct notify *in_force = &notifies[0];

static void
forget(struct notify *n)
{
	buf_free(&n->names);
	buf_free(&n->texts);
	n->n = n->selected = 0;
	n->has_selected = n->delays = n->status = n->unsupported = false;
	n->has_attributes = false;
}

/* Nothing more is told (NOTIFY NONE, 5.8). */
static void
stop(struct session *s)
{
	places_end();
	forget(in_force);
	s->heeds = 0;
	s->listens = false;
}

static void
set(struct session *s, struct notify *n)
{
	struct notify *old = in_force;

	/* 3.1: what has gathered is told at once, as it was before. */
	s->heeds = EVENT_NEW | EVENT_EXPUNGE | EVENT_FLAGS;
	update_send(s, true);
	if (s->over)
		return;
	stop(s);
	if (n->has_attributes && (fetch_keep(&n->attributes, &n->texts) ==
	    -1 || !fetch_add_modseq(s, &n->attributes))) {
		reply_errno(s, "NOTIFY");
		return;
	}
	in_force = n;
	forget(old);
	s->heeds = n->selected;
	s->delays = n->delays;
	s->listens = true;
	if (places_start(s, n->status) == -1) {
		stop(s);
		reply_no(s, "[NOTIFICATIONOVERFLOW] Too much to watch");
	} else {
		reply_ok(s, "Notify completed");
	}
}

void
cmd_notify(struct session *s)
{
	struct notify *n = in_force == &notifies[0] ? &notifies[1] :
	    &notifies[0];
	struct reader *r = &s->reader;
	struct text t;

	if (!reader_space(r) || !reader_atom(r, &t))
		return;
	forget(n);
	if (text_is(&t, "NONE")) {
		if (reader_end(r)) {
			stop(s);
			reply_ok(s, "Notify completed");
		}
	} else if (!text_is(&t, "SET")) {
		reader_fail(r, "SET or NONE expected");
	} else if (notify_parse(s, n)) {
		if (n->unsupported)
			notify_refuse(s);
		else
			set(s, n);
	}
}

static bool
is_in_group(const struct group *g, const char *name, bool subscribed)
{
	const char *p;
	size_t len;

	if (g->filter < SUBTREE)
		return g->filter == PERSONAL ||
		    (g->filter == SUBSCRIBED && subscribed);
	p = in_force->names.s + g->names;
	for (unsigned i = 0; i < g->n; i++, p += len + 1) {
		len = strlen(p);
		if (strcmp(name, p) == 0 || (g->filter == SUBTREE &&
		    strncmp(name, p, len) == 0 && name[len] == DELIMITER))
			return true;
	}
	return false;
}

unsigned
notify_events(const char *name, bool subscribed)
{
	unsigned all = 0;

	for (unsigned i = 0; i < in_force->n; i++)
		if (is_in_group(&in_force->group[i], name, subscribed))
			all |= in_force->group[i].events;
	return all;
}

void
notify_new(struct session *s, size_t from)
{
	if (!in_force->has_attributes)
		return;
	for (size_t i = from; i < s->box.count && s->out.error == 0; i++)
		if (!sequence_has(&s->ours, s->box.msg[i].uid))
			fetch_tell(s, &in_force->attributes, i);
	cache_flush(&s->cache);
}

void
notify_ours(struct session *s, const struct mailbox *to,
    const uint32_t *uids, size_t n)
{
	if (!s->listens)
		return;
	if (s->state != SELECTED || strcmp(to->name, s->box.name) != 0) {
		places_ours(to->name, uids, n);
		return;
	}
	for (size_t i = 0; i < n; i++)
		if (sequence_add(&s->ours, uids[i]) == -1)
			return;
}

/* What could not be told at once is given up, and that is told (5.8). */
static void
overflow(struct session *s)
{
	stop(s);
	output_text(&s->out, "* OK [NOTIFICATIONOVERFLOW] Too much to "
	    "watch\r\n");
}

void
notify_tell(struct session *s)
{
	if (s->listens && places_due() == 0 && places_look(s) == -1)
		overflow(s);
}

void
notify_renamed(struct session *s, const char *a, const char *b)
{
	if (s->listens && places_renamed(s, a, b) == -1)
		overflow(s);
}

void
notify_end(struct session *s)
{
	stop(s);
}
