/*
 * query.c - a message from a client, read and judged
 *
 * The one place that trusts no octet: all behind it gets a name that is well
 * formed and options that lie inside the message.
 */

#include <string.h>

#include "query.h"

static unsigned
get16(const uint8_t *p)
{
	return (unsigned)p[0] << 8 | p[1];
}

/* Length of a name in the message, pointers included; 0 if it is bad. */
static size_t
skip_name(const struct query *q, size_t at)
{
	struct name name;

	if (at < q->size && q->octets[at] == 0)
		return 1;
	return name_unpack(&name, q->octets, q->size, at);
}

static bool
read_option(struct edns *e, unsigned code, const uint8_t *data, size_t len)
{
	switch (code) {
	case OPTION_NSID:
		e->nsid = true;
		break;
	case OPTION_COOKIE:
		if (e->cookie != NULL)
			break;		/* only the first counts */
		if (len != 8 && (len < 16 || len > 40)) {
			e->bad_cookie = true;
			return false;
		}
		e->cookie = data;
		e->cookie_len = (uint8_t)len;
		break;
	case OPTION_KEEPALIVE:
		e->keepalive = true;
		break;
	case OPTION_PADDING:
		e->padding = true;
		break;
	}
	return true;
}

/* The OPT record whose fixed part starts at p; false if it is malformed. */
static bool
read_opt(struct query *q, const uint8_t *p, size_t rdlen)
{
	struct edns *e = &q->edns;
	const uint8_t *option = p + 10;

	if (e->present)
		return false;		/* RFC 6891 6.1.1: only one */
	e->present = true;
	e->size = (uint16_t)get16(p + 2);
	if (e->size < 512)
		e->size = 512;
	e->version = p[5];
	e->dnssec = (get16(p + 6) & EDNS_DO) != 0;
	if (e->version != 0)
		return true;		/* its rdata may mean anything */
	while (rdlen > 0) {
		size_t len;

		if (rdlen < 4 || (len = get16(option + 2)) > rdlen - 4)
			return false;
		if (!read_option(e, get16(option), option + 4, len))
			return false;
		option += len + 4;
		rdlen -= len + 4;
	}
	return true;
}

/* RFC 8945 4.2: a key's name, an algorithm's name, and 16 octets or more. */
static bool
read_tsig(struct query *q, size_t owner, const uint8_t *rdata, size_t len)
{
	size_t name = name_length(rdata, len);

	if (name_unpack(&q->key_name, q->octets, q->size, owner) == 0 ||
	    name == 0 || len - name < 16)
		return false;
	q->tsig = rdata;
	q->algorithm_len = name;
	return true;
}

/* The serial of the SOA that IXFR brings along. */
static void
read_serial(struct query *q, const uint8_t *rdata, size_t len)
{
	if (len < 22)
		return;
	rdata += len - 20;
	q->serial = (uint32_t)get16(rdata) << 16 | get16(rdata + 2);
	q->has_serial = true;
}

/*
 * The records behind the question.  What they hold is none of our business
 * but for OPT, TSIG and IXFR's SOA; that they fit in the message is.
 */
static enum verdict
read_records(struct query *q, size_t at)
{
	unsigned answers = get16(q->octets + 6);
	unsigned authority = get16(q->octets + 8);
	unsigned count = answers + authority + get16(q->octets + 10);
	enum verdict verdict = QUERY_GOOD;

	for (unsigned i = 0; i < count; i++) {
		size_t owner = skip_name(q, at), rdlen;
		const uint8_t *p;
		unsigned type;

		if (owner == 0 || q->size - at - owner < 10)
			return QUERY_BAD;
		p = q->octets + at + owner;
		type = get16(p);
		rdlen = get16(p + 8);
		if (rdlen > q->size - at - owner - 10 || q->tsig != NULL)
			return QUERY_BAD;	/* TSIG must be the last */
		if (type == TYPE_OPT) {
			if (i < answers + authority ||
			    q->octets[at] != 0 || !read_opt(q, p, rdlen))
				verdict = QUERY_BAD_EDNS;
		} else if (type == TYPE_TSIG) {
			if (i < answers + authority ||
			    !read_tsig(q, at, p + 10, rdlen))
				return QUERY_BAD;
		} else if (type == TYPE_SOA && q->type == TYPE_IXFR) {
			read_serial(q, p + 10, rdlen);
		}
		at += owner + 10 + rdlen;
	}
	return verdict;
}

/* The question: a name without pointers, a type and a class. */
static bool
read_question(struct query *q)
{
	size_t len = name_length(q->octets + HEADER, q->size - HEADER);

	if (len == 0 || q->size - HEADER - len < 4)
		return false;
	name_key(&q->key, q->octets + HEADER, len);
	q->type = (uint16_t)get16(q->octets + HEADER + len);
	q->class = (uint16_t)get16(q->octets + HEADER + len + 2);
	q->end = HEADER + len + 4;
	return true;
}

enum verdict
query_read(struct query *q, const uint8_t *octets, size_t size)
{
	enum verdict verdict;
	unsigned questions;

	if (size < HEADER)
		return QUERY_DROP;
	q->octets = octets;
	q->size = size;
	q->id = (uint16_t)get16(octets);
	q->flags = (uint16_t)get16(octets + 2);
	q->end = HEADER;
	q->edns = (struct edns){ .size = 512 };
	q->tsig = NULL;
	q->has_serial = false;
	q->type = 0;
	if (q->flags & FLAG_QR)
		return QUERY_DROP;
	if ((q->flags & OPCODE_MASK) != 0)
		return QUERY_OPCODE;
	questions = get16(octets + 4);
	if (questions > 1)
		return QUERY_BAD;
	if (questions == 1 && !read_question(q))
		return QUERY_BAD;
	verdict = read_records(q, q->end);
	if (verdict == QUERY_BAD || get16(octets + 6) != 0) {
		q->end = HEADER;
		return QUERY_BAD;
	}
	if (verdict == QUERY_BAD_EDNS) {
		q->edns.present = q->edns.bad_cookie;
		return verdict;
	}
	if (q->edns.version != 0)
		return QUERY_VERSION;
	if (questions == 0)
		return q->edns.cookie != NULL ? QUERY_COOKIE : QUERY_BAD_EDNS;
	return q->tsig != NULL ? QUERY_KEY : verdict;
}
