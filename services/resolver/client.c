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

/* A source as a number; which others share it no one can tell. */
static uint32_t
source(const struct resolver *r, const struct client *c)
{
	struct address a = { 0 };
	uint32_t h = 2166136261U ^ r->seed;

	if (c->peer.ss_family != AF_UNSPEC)
		address_of(&a, &c->peer);
	/* A network of 64 bits is one customer's. */
	for (unsigned i = 0; i < 8; i++)
		h = (h ^ a.ip[i]) * 16777619U;
	return h ^ h >> 15;
}

static void
count_answer(struct resolver *r, const uint8_t *octets)
{
	unsigned rcode = octets[3] & RCODE_MASK;

	resolver_count(r, COUNT_RCODE + (rcode <= REFUSED ? rcode :
	    REFUSED + 1U));
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
	    limit(&ask->client, q), NULL);
	if (n == 0)
		n = answer_error(q, ask->message, SERVFAIL, reply);
	if (r->verbose)
		steps_answer(r, &ask->client, w->effort, reply, n);
	count_answer(r, reply);
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
	uint16_t *count = &r->sources[source(r, c) % SOURCES];
	struct ask *ask;

	if (r->clients >= r->settings.waiting ||
	    *count >= r->settings.per_source ||
	    (ask = malloc(sizeof *ask)) == NULL) {
		resolver_count(r, COUNT_TOO_MANY);
		return false;
	}
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
	size_t n;

	if (is_request(q->type) || !(q->flags & FLAG_RD))
		return answer_error(q, message, REFUSED, out);
	if (local_answer(r, &q->name, q->type)) {
		resolver_count(r, COUNT_LOCAL);
		n = answer_cached(r, q, key, message, r->stamp, out,
		    limit(c, q), NULL);
		if (n > 0)		/* else an alias that leads away */
			return n;
	}
	resolver_count(r, walk_find(r, key, q->type) != NULL ? COUNT_JOINED :
	    COUNT_WALKED);
	*waits = wait_for(r, c, q, key, message);
	return *waits ? 0 : answer_error(q, message, SERVFAIL, out);
}

static size_t
good(struct resolver *r, const struct client *c, const struct question *q,
    const uint8_t *message, uint8_t *out, bool *waits)
{
	struct name_key key;
	bool due = false;
	size_t n;

	if (q->class != CLASS_IN)
		return answer_error(q, message, REFUSED, out);
	name_key(&key, q->name.wire, q->name.len);
	if (r->verbose)
		steps_question(r, c, q);
	n = answer_cached(r, q, &key, message, r->stamp, out, limit(c, q),
	    &due);
	if (due && r->settings.prefetch) {
		resolver_count(r, COUNT_PREFETCHED);
		walk_refresh(r, &key, q->type);
	}
	if (n > 0)
		resolver_count(r, COUNT_CACHED);
	else
		n = find_out(r, c, q, &key, message, out, waits);
	if (n > 0 && r->verbose)
		steps_answer(r, c, NULL, out, n);
	return n;
}

/* Does the client ask too fast?  Counted by the second. */
static bool
is_over_rate(struct resolver *r, const struct client *c)
{
	uint32_t second = (uint32_t)(r->now / 1000), hash;
	struct rate *rate;

	if (r->settings.rate == 0 || c->peer.ss_family == AF_UNSPEC)
		return false;
	hash = source(r, c);
	rate = &r->rates[hash % RATES];
	/* Two in one place take turns: neither is refused for the other. */
	if (rate->second != second || rate->hash != hash)
		*rate = (struct rate){ .hash = hash, .second = second };
	return ++rate->count > (uint32_t)r->settings.rate;
}

/* Who may not ask at all, or not so often, is told so. */
static bool
is_refused(struct resolver *r, const struct client *c)
{
	struct address a;

	if (c->peer.ss_family == AF_UNSPEC)
		return false;
	address_of(&a, &c->peer);
	if (!settings_allow(&r->settings, &a)) {
		resolver_count(r, COUNT_STRANGERS);
		return true;
	}
	if (!is_over_rate(r, c))
		return false;
	resolver_count(r, COUNT_RATE);
	return true;
}

static size_t
answer(struct resolver *r, const struct client *c, enum verdict verdict,
    struct question *q, const uint8_t *message, uint8_t *out, bool *later)
{
	if (verdict != QUESTION_DROP && is_refused(r, c))
		return answer_error(q, message, REFUSED, out);
	switch (verdict) {
	case QUESTION_GOOD:
		return good(r, c, q, message, out, later);
	case QUESTION_DROP:
		break;
	case QUESTION_BAD:
		q->edns = false;
		return answer_error(q, message, FORMERR, out);
	case QUESTION_OPCODE:
		return answer_error(q, message, NOTIMP, out);
	case QUESTION_VERSION:
		return answer_error(q, message, BADVERS, out);
	}
	return 0;
}

size_t
client_ask(struct resolver *r, const struct client *c, const uint8_t *message,
    size_t size, uint8_t *out, bool *waits)
{
	static struct question q;
	bool later = false;
	enum verdict verdict = question_read(&q, message, size);
	size_t n;

	resolver_clock(r);
	resolver_count(r, c->fd != -1 ? COUNT_UDP : COUNT_TCP);
	if (verdict == QUESTION_GOOD && q.edns) {
		resolver_count(r, COUNT_EDNS);
		if (q.dnssec)
			resolver_count(r, COUNT_DO);
	}
	n = answer(r, c, verdict, &q, message, out, &later);
	if (n > 0)
		count_answer(r, out);
	if (waits != NULL)
		*waits = later;
	return n;
}
