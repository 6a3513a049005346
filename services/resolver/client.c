/* client.c - a client's question: answered, refused, or waiting for a walk */

#include <stdlib.h>
#include <string.h>

#include "answer.h"
#include "client.h"
#include "local.h"
#include "steps.h"
#include "walk.h"

enum { QUESTION_MAX = HEADER + DNS_NAME_MAX + 4 };

/* One that waits. */
struct ask {
	struct waiter	 waiter;	/* first */
	struct resolver	*resolver;
	struct client	 client;
	struct question	 question;
	uint16_t	*source;	/* how many of its kind wait */
	uint8_t		 message[QUESTION_MAX];
};

static uint8_t	reply[MESSAGE_MAX];

static size_t
limit(const struct client *c, const struct question *q)
{
	return c->fd != -1 ? q->size : MESSAGE_MAX;
}

/* The counter of a source's waiting questions; some share one. */
static uint16_t *
source(struct resolver *r, const struct client *c)
{
	struct address a = { 0 };
	uint32_t h = 2166136261U;

	if (c->peer.ss_family != AF_UNSPEC)
		address_of(&a, &c->peer);
	/* A network of 64 bits is one customer's. */
	for (unsigned i = 0; i < 8; i++)
		h = (h ^ a.ip[i]) * 16777619U;
	return &r->sources[(h ^ h >> 15) % SOURCES];
}

static void
done(struct waiter *waiter, struct walk *w)
{
	struct ask *ask = (struct ask *)waiter;
	struct resolver *r = ask->resolver;
	struct question *q = &ask->question;
	struct name_key key;
	size_t n;

	name_key(&key, q->name.wire, q->name.len);
	n = answer_cached(r, q, &key, ask->message, w->began, reply,
	    limit(&ask->client, q));
	if (n == 0)
		n = answer_error(q, ask->message, SERVFAIL, reply);
	if (r->verbose)
		steps_answer(r, &ask->client, w->effort,
		    reply, n);
	r->clients--;
	--*ask->source;
	ask->client.deliver(r, &ask->client, reply, n);
	free(ask);
}

/* Let the client wait for the walk.  False: too many do, or no memory. */
static bool
wait_for(struct resolver *r, const struct client *c, const struct question *q,
    const struct name_key *key, const uint8_t *message)
{
	uint16_t *count = source(r, c);
	struct ask *ask;

	if (r->clients >= r->settings.waiting ||
	    *count >= r->settings.per_source ||
	    (ask = malloc(sizeof *ask)) == NULL)
		return false;
	ask->waiter = (struct waiter){ .done = done };
	ask->resolver = r;
	ask->client = *c;
	ask->question = *q;
	ask->source = count;
	memcpy(ask->message, message, q->end);
	if (!walk_join(r, key, q->type, &ask->waiter, NULL, 0)) {
		free(ask);
		return false;
	}
	r->clients++;
	++*count;
	return true;
}

/* Types that are no data but a request for something else (6895 3.1). */
static bool
is_request(uint16_t type)
{
	return type == 0 || type == TYPE_OPT || (type >= 128 &&
	    type < TYPE_ANY);
}

/* Beyond the cache: what is ours, what is not to be asked, and a walk. */
static size_t
find_out(struct resolver *r, const struct client *c, const struct question *q,
    const struct name_key *key, const uint8_t *message, uint8_t *out,
    bool *waits)
{
	if (is_request(q->type) || !(q->flags & FLAG_RD))
		return answer_error(q, message, REFUSED, out);
	if (local_answer(r, q))
		return answer_cached(r, q, key, message, r->stamp, out,
		    limit(c, q));
	*waits = wait_for(r, c, q, key, message);
	return *waits ? 0 : answer_error(q, message, SERVFAIL, out);
}

static size_t
good(struct resolver *r, const struct client *c, const struct question *q,
    const uint8_t *message, uint8_t *out, bool *waits)
{
	struct name_key key;
	size_t n;

	if (q->class != CLASS_IN)
		return answer_error(q, message, REFUSED, out);
	name_key(&key, q->name.wire, q->name.len);
	if (r->verbose)
		steps_question(r, c, q);
	n = answer_cached(r, q, &key, message, r->stamp, out, limit(c, q));
	if (n == 0)
		n = find_out(r, c, q, &key, message, out, waits);
	if (n > 0 && r->verbose)
		steps_answer(r, c, NULL, out, n);
	return n;
}

size_t
client_ask(struct resolver *r, const struct client *c, const uint8_t *message,
    size_t size, uint8_t *out, bool *waits)
{
	static struct question q;
	struct address a;
	bool later = false;
	enum verdict verdict = question_read(&q, message, size);
	size_t n = 0;

	if (verdict != QUESTION_DROP && c->peer.ss_family != AF_UNSPEC) {
		address_of(&a, &c->peer);
		if (!settings_allow(&r->settings, &a))
			return answer_error(&q, message, REFUSED, out);
	}
	resolver_clock(r);
	switch (verdict) {
	case QUESTION_GOOD:
		n = good(r, c, &q, message, out, &later);
		break;
	case QUESTION_DROP:
		break;
	case QUESTION_BAD:
		q.edns = false;
		n = answer_error(&q, message, FORMERR, out);
		break;
	case QUESTION_OPCODE:
		n = answer_error(&q, message, NOTIMP, out);
		break;
	case QUESTION_VERSION:
		n = answer_error(&q, message, BADVERS, out);
		break;
	}
	if (waits != NULL)
		*waits = later;
	return n;
}
