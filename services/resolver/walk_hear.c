/* walk_hear.c - what a walk makes of what a server said */

#include "sift.h"
#include "steps.h"
#include "walk.h"

/* Does the server stumble over EDNS alone (RFC 6891 7)? */
static bool
is_plain(const struct query *q, const struct message *m)
{
	unsigned rcode = m->flags & RCODE_MASK;

	return q->edns && (rcode == FORMERR || rcode == NOTIMP);
}

/* Ask the same server once more, in another way. */
static void
ask_again(struct walk *w)
{
	for (unsigned i = 0; i < w->tried_count; i++)
		if (address_equal(&w->tried[i].address, &w->last_server) &&
		    w->tried[i].times > 0)
			w->tried[i].times--;
}

/* TCP was tried once: that is enough. */
static void
exhaust(struct walk *w)
{
	for (unsigned i = 0; i < w->tried_count; i++)
		if (address_equal(&w->tried[i].address, &w->last_server))
			w->tried[i].times = TRIES;
}

static enum said
take(struct walk *w, const struct message *m)
{
	struct resolver *r = w->resolver;
	struct sift s = { .cache = &r->cache, .settings = &r->settings,
	    .now = r->stamp, .zone = w->zone.wire,
	    .zone_expires = w->zone_expires,
	    .trusted = w->route != NULL && w->zone.len > 1,
	    .forward = w->route != NULL && w->route->forward,
	    .name = w->asked, .type = w->asked_type, .prime = w->prime };
	enum said said = sift(&s, m);

	if (walk_is_told(w))
		steps_said(w, m, said, &s);
	return said;
}

/* On from a reply that was about part of the name only. */
static void
advance(struct walk *w, enum said said)
{
	w->minimised++;
	switch (said) {
	case SAID_NOTHING:	/* it may know only whole names */
		w->whole = true;
		break;
	case SAID_ANSWER: case SAID_ALIAS: case SAID_NODATA:
		w->labels++;
		w->tried_count = 0;
		break;
	case SAID_NXDOMAIN:	/* nothing below it either: RFC 8020 */
	case SAID_REFERRAL:
		break;
	}
}

static void
take_reply(struct walk *w, struct query *q, const struct message *m)
{
	struct servers *servers = &w->resolver->servers;
	struct server *server = servers_find(servers, &q->server,
	    w->resolver->now);
	bool minimal = w->asked != w->target.wire;
	enum said said;

	server_answered(server, w->resolver->now - q->sent);
	if ((m->flags & FLAG_TC) && !q->tcp) {
		w->over_tcp = true;
		if (walk_is_told(w))
			steps_truncated(w);
		return;
	}
	if (is_plain(q, m)) {
		server->plain_until = w->resolver->now + PLAIN_FOR;
		ask_again(w);
		return;
	}
	said = (m->flags & FLAG_TC) ? SAID_NOTHING : take(w, m);
	if (said == SAID_NOTHING)
		w->why = "no server answers this question";
	if (said == SAID_NOTHING && !minimal && (w->route == NULL ||
	    !w->route->forward))
		servers_fail(servers, &q->server, w->zone.wire,
		    w->resolver->now);
	if (minimal)
		advance(w, said);
}

void
walk_hear(struct walk *w, struct query *q, enum heard heard,
    const struct message *m)
{
	switch (heard) {
	case HEARD_REPLY:
		take_reply(w, q, m);
		break;
	case HEARD_SUSPECT:
		w->over_tcp = true;
		break;
	case HEARD_SILENCE:
		resolver_count(w->resolver, COUNT_SILENCE);
		if (q->tcp)
			exhaust(w);
		server_was_silent(servers_find(&w->resolver->servers,
		    &q->server, w->resolver->now), w->resolver->now);
		w->why = "no server answers";
		if (walk_is_told(w))
			steps_silence(w);
		break;
	}
	w->query = NULL;
	query_end(q);
	walk_ready(w);
}
