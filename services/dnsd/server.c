/* server.c - how a message is answered */

#include <string.h>

#include "answer.h"
#include "chaos.h"
#include "edns.h"
#include "io/copy.h"
#include "limit.h"
#include "querylog.h"
#include "server.h"
#include "statistics.h"
#include "transfer.h"

static void
set16(uint8_t *p, unsigned n)
{
	p[0] = (uint8_t)(n >> 8);
	p[1] = (uint8_t)n;
}

/*
 * RFC 4035 3.1.4.1: DS of a zone that we have is answered by the zone above
 * it, if we have that one too.
 */
static const struct zonedb_zone *
find_zone(const struct server *s, const struct query *q, unsigned *suffix)
{
	const struct zonedb_zone *zone, *above;
	unsigned up;

	if (s->db.map == NULL)
		return NULL;
	zone = zonedb_zone_of(&s->db, &q->key, 0, suffix);
	if (zone == NULL || q->type != TYPE_DS || *suffix != 0 ||
	    q->key.labels == 0)
		return zone;
	above = zonedb_zone_of(&s->db, &q->key, 1, &up);
	if (above == NULL)
		return zone;
	*suffix = up;
	return above;
}

/* Types that are no data but a request for something else (RFC 6895 3.1). */
static bool
is_request(uint16_t type)
{
	return type == TYPE_OPT || (type >= 128 && type < TYPE_ANY);
}

/* RFC 1982: is a before b? */
static bool
is_before(uint32_t a, uint32_t b)
{
	return a != b && b - a < 0x80000000;
}

/*
 * AXFR, or IXFR, which may be answered with the whole zone, or with the SOA
 * alone if there is nothing newer or it does not fit (RFC 1995 2, 4).
 */
static void
answer_transfer(const struct server *s, struct reply *r,
    const struct client *client, unsigned suffix, struct transfer **transfer)
{
	const struct query *q = r->query;
	bool tcp = client->transport == TCP;

	if (q->type == TYPE_AXFR && !tcp)
		r->rcode = NOTIMP;
	else if (suffix != 0)
		r->rcode = NOTAUTH;
	else if (q->type == TYPE_IXFR && !q->has_serial)
		r->rcode = FORMERR;
	else if (!networks_have(&s->settings.transfer, client->address))
		r->rcode = REFUSED;
	else if (q->type == TYPE_IXFR &&
	    (!tcp || !is_before(q->serial, r->zone->serial))) {
		const struct zonedb_node *apex = zonedb_node(r->zone,
		    r->zone->nodes_at);

		r->apex = HEADER;
		r->flags = FLAG_AA;
		reply_set(r, ANSWER, zonedb_type(apex, TYPE_SOA), HEADER,
		    apex);
	} else if ((*transfer = transfer_new(s->fd, q)) == NULL) {
		r->rcode = SERVFAIL;
	}
}

/* A type that nobody can have. */
static enum rcode
refuse_type(uint16_t type)
{
	return type == TYPE_MAILA || type == TYPE_MAILB ? NOTIMP : FORMERR;
}

static void
answer_internet(const struct server *s, struct reply *r,
    const struct client *client, struct transfer **transfer)
{
	unsigned suffix;

	r->zone = find_zone(s, r->query, &suffix);
	if (s->db.map == NULL ||
	    (r->zone != NULL && !(r->zone->flags & ZONEDB_LOADED))) {
		r->rcode = SERVFAIL;
		r->ede = EDE_NOT_READY;
	} else if (r->zone == NULL) {
		r->rcode = REFUSED;
		r->ede = EDE_NOT_AUTHORITATIVE;
	} else if (is_request(r->query->type)) {
		if (r->query->type == TYPE_AXFR ||
		    r->query->type == TYPE_IXFR)
			answer_transfer(s, r, client, suffix, transfer);
		else
			r->rcode = refuse_type(r->query->type);
	} else {
		r->apex = HEADER + (size_t)r->query->key.at[suffix];
		r->dnssec = r->query->edns.dnssec &&
		    (r->zone->flags & ZONEDB_SIGNED);
		answer(r, suffix);
	}
}

static void
answer_question(const struct server *s, struct reply *r,
    const struct client *client, struct transfer **transfer)
{
	if (r->query->class == CLASS_IN)
		answer_internet(s, r, client, transfer);
	else if (r->query->class == CLASS_CH)
		chaos_answer(&s->settings, r);
	else
		r->rcode = r->query->class == CLASS_ANY ? FORMERR : REFUSED;
}

size_t
server_finish(const struct server *s, struct reply *r,
    const struct client *client)
{
	const struct query *q = r->query;
	unsigned flags = FLAG_QR | (q->flags & (OPCODE_MASK | FLAG_RD |
	    FLAG_CD)) | r->flags | (r->rcode & 15);

	set16(r->octets, q->id);
	set16(r->octets + 2, flags);
	set16(r->octets + 4, q->end > HEADER);
	set16(r->octets + 6, r->counts[ANSWER]);
	set16(r->octets + 8, r->counts[AUTHORITY]);
	if (q->edns.present) {
		edns_write(s, r, client);
		r->counts[ADDITIONAL]++;
	}
	if (r->rcode == NOTAUTH && q->tsig != NULL)
		reply_bad_key(r);
	set16(r->octets + 10, r->counts[ADDITIONAL]);
	return r->len;
}

/*
 * Answers are alike if they are to the same name, or say of the same zone
 * that there is no such name, or nothing but an error.
 */
static uint32_t
likeness(const struct reply *r)
{
	if (r->zone == NULL)
		return (uint32_t)r->rcode;
	if (r->counts[ANSWER] > 0 && !r->wild)
		return r->query->key.hash[0];
	return (uint32_t)(r->zone->size ^ r->zone->serial) + r->zone->name_len;
}

/* Keep the answer, empty it, or drop it: see limit.h.  False: drop it. */
static bool
keep_limit(struct server *s, struct reply *r, const struct client *client)
{
	enum limit limit = limit_answer(s, r->query, client, likeness(r));

	if (limit == LIMIT_SEND)
		return true;
	statistics_limited(limit == LIMIT_SLIP);
	r->len = r->query->end;
	r->counts[ANSWER] = r->counts[AUTHORITY] = r->counts[ADDITIONAL] = 0;
	r->flags |= FLAG_TC;
	return limit == LIMIT_SLIP;
}

size_t
server_respond(struct server *s, const uint8_t *message, size_t size,
    const struct client *client, uint8_t *out, struct transfer **transfer)
{
	/* Large, and of one message at a time: not cleared for each. */
	static struct query q;
	static struct reply r;
	enum verdict verdict = query_read(&q, message, size);

	if (verdict == QUERY_DROP) {
		statistics_drop();
		return 0;
	}
	if (verdict == QUERY_BAD || verdict == QUERY_OPCODE)
		q.edns.present = false;
	r.octets = out;
	r.query = &q;
	r.zone = NULL;
	r.rcode = NOERROR;
	r.flags = 0;
	r.ede = 0;
	r.dnssec = r.wild = false;
	r.whole = client->transport == TCP;
	r.additional = s->settings.additional;
	r.proofs = 0;
	r.turn = &s->turn;
	r.counts[ANSWER] = r.counts[AUTHORITY] = r.counts[ADDITIONAL] = 0;
	copy_octets(out + HEADER, message + HEADER, q.end - HEADER);
	r.len = q.end;
	r.limit = edns_limit(s, &q, client);
	switch (verdict) {
	case QUERY_GOOD:
		answer_question(s, &r, client, transfer);
		if (transfer != NULL && *transfer != NULL) {
			statistics_transfer();
			return 0;
		}
		break;
	case QUERY_BAD:
	case QUERY_BAD_EDNS:
		r.rcode = FORMERR;
		break;
	case QUERY_OPCODE:
		r.rcode = NOTIMP;
		break;
	case QUERY_KEY:
		r.rcode = NOTAUTH;
		break;
	case QUERY_VERSION:
		r.rcode = BADVERS;
		break;
	case QUERY_COOKIE:
	case QUERY_DROP:
		break;
	}
	statistics_answer(&r, client);
	if (s->settings.log_queries)
		querylog_write(&r, client);
	if (!keep_limit(s, &r, client))
		return 0;
	return server_finish(s, &r, client);
}
