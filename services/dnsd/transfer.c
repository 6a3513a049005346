/*
 * transfer.c - a whole zone over TCP, a message at a time
 *
 * Messages are filled up to where compression pointers still reach; a set
 * that is longer has one to itself, and one longer than any message is cut
 * between records.
 */

#include <stdlib.h>
#include <string.h>

#include "reply.h"
#include "transfer.h"

enum { FILL = 16000 };		/* octets of an ordinary message */

struct transfer {
	struct zonedb	 db;
	const struct zonedb_zone *zone;
	struct query	 query;
	uint8_t		 question[HEADER + DNS_NAME_MAX + 4];
	enum { FIRST, BODY, LAST, OVER } phase;
	uint32_t	 nodes;		/* still to come, this one too */
	const struct zonedb_node *node;
	unsigned	 sets;		/* of node, still to come */
	const struct zonedb_set *set;
	size_t		 part;		/* octets of set's image that are out */
};

static void
enter_node(struct transfer *t, const struct zonedb_node *node)
{
	t->node = node;
	t->sets = node->sets;
	t->set = zonedb_first(node);
	t->part = 0;
}

struct transfer *
transfer_new(int fd, const struct query *q)
{
	struct transfer *t = calloc(1, sizeof *t);
	unsigned suffix;

	if (t == NULL)
		return NULL;
	if (!zonedb_map(&t->db, fd)) {
		free(t);
		return NULL;
	}
	t->query = *q;
	memcpy(t->question, q->octets, q->end);
	t->query.octets = t->question;
	t->query.edns.cookie = NULL;	/* it lies behind the question */
	t->query.edns.padding = false;
	t->zone = zonedb_zone_of(&t->db, &t->query.key, 0, &suffix);
	if (t->zone == NULL || suffix != 0 ||
	    !(t->zone->flags & ZONEDB_LOADED)) {
		transfer_free(t);
		return NULL;
	}
	t->nodes = t->zone->nodes;
	enter_node(t, zonedb_node(t->zone, t->zone->nodes_at));
	return t;
}

void
transfer_free(struct transfer *t)
{
	if (t == NULL)
		return;
	zonedb_unmap(&t->db);
	free(t);
}

/* The apex is the first node; its SOA goes first and last. */
static bool
put_soa(struct transfer *t, struct reply *r)
{
	const struct zonedb_node *apex = zonedb_node(t->zone,
	    t->zone->nodes_at);

	return reply_set(r, ANSWER, zonedb_type(apex, TYPE_SOA), HEADER, apex);
}

/* On to the next set, over nodes that have none.  False: that was all. */
static bool
advance(struct transfer *t)
{
	t->part = 0;
	t->set = zonedb_after(t->set);
	if (--t->sets > 0)
		return true;
	while (--t->nodes > 0) {
		/* Nodes lie one behind the other. */
		enter_node(t, (const struct zonedb_node *)(const void *)
		    t->set);
		if (t->sets > 0)
			return true;
	}
	return false;
}

/* Put what fits; false: the message is full. */
static bool
put_body(struct transfer *t, struct reply *r)
{
	do {
		size_t owner = t->node->prefix == 0 ? HEADER : 0;
		if (t->set->type == TYPE_SOA)
			continue;
		if (t->part > 0 ||
		    !reply_set(r, ANSWER, t->set, owner, t->node)) {
			if (r->counts[ANSWER] > 0)
				return false;
			/* Alone in its message, perhaps in parts. */
			r->limit = MESSAGE_MAX;
			if (t->part == 0 &&
			    reply_set(r, ANSWER, t->set, owner, t->node))
				continue;
			t->part = reply_part(r, t->set, t->part, t->node);
			if (t->part < t->set->size)
				return false;
		}
	} while (advance(t));
	t->phase = LAST;
	return true;
}

static void
begin(struct transfer *t, struct reply *r, uint8_t *out)
{
	memset(r, 0, sizeof *r);
	memcpy(out, t->question, t->query.end);
	r->octets = out;
	r->query = &t->query;
	r->zone = t->zone;
	r->apex = HEADER;
	r->len = t->query.end;
	r->limit = FILL;
	r->flags = FLAG_AA;
}

size_t
transfer_next(struct transfer *t, const struct server *s,
    const struct client *client, uint8_t *out)
{
	static struct reply r;
	static unsigned turn;
	bool first = t->phase == FIRST;

	if (t->phase == OVER)
		return 0;
	begin(t, &r, out);
	turn = 0;
	r.turn = &turn;
	if (t->phase == FIRST && put_soa(t, &r))
		t->phase = BODY;
	if (t->phase == BODY)
		put_body(t, &r);
	if (t->phase == LAST && put_soa(t, &r))
		t->phase = OVER;
	if (!first)		/* RFC 6891: in the first is enough */
		t->query.edns.present = false;
	return server_finish(s, &r, client);
}
