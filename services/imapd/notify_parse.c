/* notify_parse.c - NOTIFY SET, as its grammar unfolds */

#include <string.h>

#include "notify_parse.h"

/* Deliveries may go to any folder (user+detail), so inboxes are personal. */
static const struct {
	const char	*name;
	enum filter	 filter;
} filters[] = {
	{ "selected", SELECTED_NOW },
	{ "selected-delayed", SELECTED_DELAYED },
	{ "personal", PERSONAL },
	{ "inboxes", PERSONAL },
	{ "subscribed", SUBSCRIBED },
	{ "subtree", SUBTREE },
	{ "mailboxes", MAILBOXES },
};

enum { FILTERS = sizeof filters / sizeof *filters };

/* Those that are known and not supported. */
enum { EVENT_OTHER = 32, EVENT_ANNOTATION = 64 };

static const struct {
	const char	*name;
	unsigned	 event;
} events[] = {
	{ "MessageNew", EVENT_NEW }, { "MessageExpunge", EVENT_EXPUNGE },
	{ "FlagChange", EVENT_FLAGS }, { "MailboxName", EVENT_NAME },
	{ "SubscriptionChange", EVENT_SUBSCRIPTION },
	{ "AnnotationChange", EVENT_ANNOTATION },
};

enum { EVENTS = sizeof events / sizeof *events, SUPPORTED = EVENTS - 1 };

/* One that can be no mailbox's name is passed over (3.1). */
static bool
parse_name(struct session *s, struct notify *n, struct group *g)
{
	char name[NAME_SIZE];
	struct text t;

	if (!reader_astring(&s->reader, &t))
		return false;
	if (!name_folder(s, &t, name))
		return true;
	g->n++;
	return buf_add(&n->names, name, strlen(name) + 1) == 0 ||
	    reader_fail(&s->reader, "Out of memory");
}

static bool
parse_names(struct session *s, struct notify *n, struct group *g)
{
	struct reader *r = &s->reader;

	if (!reader_space(r))
		return false;
	if (!reader_try(r, '('))
		return parse_name(s, n, g);
	do
		if (!parse_name(s, n, g))
			return false;
	while (reader_try(r, ' '));
	return reader_char(r, ')');
}

static bool
parse_filter(struct session *s, struct notify *n, struct group *g)
{
	struct reader *r = &s->reader;
	struct text t;
	int i;

	if (!reader_atom(r, &t))
		return false;
	for (i = 0; i < FILTERS && !text_is(&t, filters[i].name); i++)
		;
	if (i == FILTERS)
		return reader_fail(r, "Unknown mailbox filter");
	*g = (struct group){ .filter = filters[i].filter,
	    .names = n->names.len };
	if (g->filter >= SUBTREE)
		return parse_names(s, n, g);
	if (g->filter > SELECTED_DELAYED)
		return true;
	if (n->has_selected)		/* 6.1 */
		return reader_fail(r, "SELECTED twice");
	n->delays = g->filter == SELECTED_DELAYED;
	return n->has_selected = true;
}

/* What may follow MessageNew (8); a blank alone belongs to the next event. */
static bool
parse_attributes(struct reader *r, struct notify *n, const struct group *g)
{
	size_t at = r->at;

	if (!reader_try(r, ' ') || reader_peek(r) != '(') {
		if (r->wrong == NULL)
			r->at = at;
		return r->wrong == NULL;
	}
	if (g->filter > SELECTED_DELAYED)
		return reader_fail(r, "Attributes but of SELECTED");
	n->has_attributes = true;
	n->attributes.has_since = false;
	if (!fetch_parse(r, &n->attributes))
		return false;
	n->attributes.sets_seen = false;
	return true;
}

static bool
parse_event(struct reader *r, struct notify *n, struct group *g)
{
	unsigned event = EVENT_OTHER;
	struct text t;

	if (!reader_atom(r, &t))
		return false;
	for (int i = 0; i < EVENTS; i++)
		if (text_is(&t, events[i].name))
			event = events[i].event;
	n->unsupported |= (event & (EVENT_OTHER | EVENT_ANNOTATION)) != 0;
	g->events |= event;
	return event != EVENT_NEW || parse_attributes(r, n, g);
}

/* Section 5: what must stand together, and what must not. */
static bool
check_events(struct reader *r, const struct group *g)
{
	const unsigned both = EVENT_NEW | EVENT_EXPUNGE;

	if ((g->events & both) != both && (g->events & (both | EVENT_FLAGS |
	    EVENT_ANNOTATION)) != 0)
		return reader_fail(r,
		    "MessageNew and MessageExpunge go together");
	if (g->filter <= SELECTED_DELAYED && (g->events & ~(both |
	    EVENT_FLAGS | EVENT_ANNOTATION)) != 0)
		return reader_fail(r, "Not an event of SELECTED");
	return true;
}

static bool
parse_events(struct reader *r, struct notify *n, struct group *g)
{
	struct text t;

	if (!reader_try(r, '('))
		return reader_atom(r, &t) && (text_is(&t, "NONE") ||
		    reader_fail(r, "( or NONE expected"));
	do
		if (!parse_event(r, n, g))
			return false;
	while (reader_try(r, ' '));
	return reader_char(r, ')') && check_events(r, g);
}

static bool
parse_group(struct session *s, struct notify *n)
{
	struct reader *r = &s->reader;
	struct group *g = &n->group[n->n];

	if (n->n == GROUPS_MAX)
		return reader_fail(r, "Too many event groups");
	if (!reader_char(r, '(') || !parse_filter(s, n, g) ||
	    !reader_space(r) || !parse_events(r, n, g) ||
	    !reader_char(r, ')'))
		return false;
	if (g->filter <= SELECTED_DELAYED)
		n->selected = g->events;
	n->n++;
	return true;
}

bool
notify_parse(struct session *s, struct notify *n)
{
	struct reader *r = &s->reader;
	struct text t;

	if (!reader_space(r))
		return false;
	if (reader_peek(r) != '(') {
		if (!reader_atom(r, &t))
			return false;
		if (!text_is(&t, "STATUS"))
			return reader_fail(r, "( or STATUS expected");
		n->status = true;
		if (!reader_space(r))
			return false;
	}
	do
		if (!parse_group(s, n))
			return false;
	while (reader_try(r, ' '));
	return reader_end(r);
}

void
notify_refuse(struct session *s)
{
	const char *before = "[BADEVENT (";

	buf_clear(&s->scratch);
	for (int i = 0; i < SUPPORTED; i++, before = " ")
		if (buf_format(&s->scratch, "%s%s", before,
		    events[i].name) == -1)
			return;
	reply_no(s, "%s)] Only these events", s->scratch.s);
}
