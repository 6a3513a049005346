/* answer.c - answers to clients, made of what the cache knows */

#include <string.h>

#include "answer.h"
#include "io/copy.h"

enum {
	OPT_SIZE = 11,
	POINTER = 0xc000,	/* chains are too short to pass its 14 bits */
	TYPE_HINFO = 13
};

struct draft {
	struct resolver	*resolver;
	const struct question *question;
	uint8_t		*out;
	size_t		 len, limit;	/* limit leaves room for the OPT */
	unsigned	 counts[SECTIONS];
	enum rcode	 rcode;
	bool		 full;		/* something did not fit: TC */
	size_t		 owner_at;	/* where the name in turn is written */
};

static bool
put(struct draft *d, const void *octets, size_t n)
{
	if (d->full || n > d->limit - d->len) {
		d->full = true;
		return false;
	}
	copy_octets(d->out + d->len, octets, n);
	d->len += n;
	return true;
}

/* Owner, type, class, time to live, and how long the rdata is. */
static void
put_head(struct draft *d, const struct entry *e, uint16_t type, size_t len)
{
	uint8_t head[12];

	put16(head, POINTER | d->owner_at);
	put16(head + 2, type);
	put16(head + 4, CLASS_IN);
	put32(head + 6, entry_ttl(e, d->resolver->stamp));
	put16(head + 10, len);
	put(d, head, sizeof head);
}

/* The records of a set; those of addresses take turns at being first. */
static void
put_set(struct draft *d, const struct entry *e)
{
	const uint8_t *first = entry_data(e), *end = first + e->size, *p;
	/* RFC 8482 4.2: what stands for everything is a HINFO. */
	uint16_t type = e->type == TYPE_ANY ? TYPE_HINFO : e->type;
	unsigned skip = 0;

	if (e->count > 1 && (e->type == TYPE_A || e->type == TYPE_AAAA))
		skip = d->resolver->turn++ % e->count;
	for (p = first; skip > 0; skip--)
		p += get16(p) + 2U;
	for (unsigned i = 0; i < e->count; i++) {
		size_t n = get16(p);

		put_head(d, e, type, n);
		put(d, p + 2, n);
		p += n + 2;
		if (p == end)
			p = first;
	}
	d->counts[ANSWER] += e->count;
}

/* The DNAME from which a CNAME at a name was made. */
static void
put_dname(struct draft *d, const struct name_key *key, int64_t then)
{
	struct cache *c = &d->resolver->cache;
	size_t owner = d->owner_at;

	for (unsigned i = 1; i <= key->labels; i++) {
		const struct entry *e = cache_find(c, key, i, TYPE_DNAME,
		    RANK_ANSWER, then);

		if (e == NULL || e->kind != KIND_DATA)
			continue;
		d->owner_at += key->at[i];
		put_set(d, e);
		d->owner_at = owner;
		return;
	}
}

/* What the zone said about there being nothing: its SOA (RFC 2308 3). */
static void
put_soa(struct draft *d, const struct entry *e)
{
	const uint8_t *soa = entry_data(e);
	size_t owner = name_length(soa, e->size);
	uint8_t head[10];

	if (e->count == 0)
		return;
	put(d, soa, owner);
	put16(head, TYPE_SOA);
	put16(head + 2, CLASS_IN);
	put32(head + 4, entry_ttl(e, d->resolver->stamp));
	put16(head + 8, e->size - owner);
	put(d, head, sizeof head);
	put(d, soa + owner, e->size - owner);
	d->counts[AUTHORITY]++;
}

/* What ends the chain of aliases at this name, if it is known. */
static const struct entry *
find_end(struct draft *d, const struct name_key *key, int64_t then)
{
	struct cache *c = &d->resolver->cache;
	const struct entry *e = cache_find(c, key, 0, d->question->type,
	    RANK_ANSWER, then);

	return e != NULL ? e : cache_find(c, key, 0, TYPE_NAME, RANK_ANSWER,
	    then);
}

static void
put_end(struct draft *d, const struct entry *e)
{
	switch ((enum kind)e->kind) {
	case KIND_DATA:
		put_set(d, e);
		break;
	case KIND_NXDOMAIN:
		d->rcode = NXDOMAIN;
		put_soa(d, e);
		break;
	case KIND_NODATA:
		put_soa(d, e);
		break;
	case KIND_FAILED:
		d->rcode = SERVFAIL;
		break;
	}
}

/* Write the chain and its end; false if a link is not known. */
static bool
fill(struct draft *d, const struct name_key *asked, int64_t then)
{
	struct cache *c = &d->resolver->cache;
	const struct entry *e = find_end(d, asked, then);
	struct name_key key;

	if (e != NULL) {
		put_end(d, e);
		return true;
	}
	key = *asked;
	for (long i = 0; i <= d->resolver->settings.chain; i++) {
		e = cache_find(c, &key, 0, TYPE_CNAME, RANK_ANSWER, then);
		if (e == NULL || e->kind != KIND_DATA)
			return false;
		if (e->synthesized) {
			put_dname(d, &key, then);
			e = cache_find(c, &key, 0, TYPE_CNAME, RANK_ANSWER,
			    then);
		}
		put_set(d, e);
		d->owner_at = d->len - get16(entry_data(e));
		name_key(&key, entry_data(e) + 2, get16(entry_data(e)));
		e = find_end(d, &key, then);
		if (e != NULL) {
			put_end(d, e);
			return true;
		}
	}
	d->rcode = SERVFAIL;
	return true;
}

/* RFC 6891 6.1.2 */
static void
put_opt(uint8_t *p, enum rcode rcode)
{
	memset(p, 0, OPT_SIZE);
	put16(p + 1, TYPE_OPT);
	put16(p + 3, UDP_MAX);
	p[5] = (uint8_t)(rcode >> 4);
}

/* The header over what was written, the OPT behind it; the whole length. */
static size_t
finish(struct draft *d)
{
	const struct question *q = d->question;
	unsigned flags = FLAG_QR | FLAG_RA | (q->flags & (OPCODE_MASK |
	    FLAG_RD | FLAG_CD)) | (d->rcode & RCODE_MASK);

	if (d->full) {			/* RFC 2181 9: no half sets */
		flags |= FLAG_TC;
		d->len = q->end;
		d->counts[ANSWER] = d->counts[AUTHORITY] = 0;
	}
	if (d->rcode == SERVFAIL) {
		d->len = q->end;
		d->counts[ANSWER] = d->counts[AUTHORITY] = 0;
	}
	put16(d->out, q->id);
	put16(d->out + 2, flags);
	put16(d->out + 4, q->end > HEADER);
	put16(d->out + 6, d->counts[ANSWER]);
	put16(d->out + 8, d->counts[AUTHORITY]);
	put16(d->out + 10, q->edns);
	if (q->edns) {
		put_opt(d->out + d->len, d->rcode);
		d->len += OPT_SIZE;
	}
	return d->len;
}

size_t
answer_cached(struct resolver *r, const struct question *q,
    const struct name_key *key, const uint8_t *message, int64_t then,
    uint8_t *out, size_t limit)
{
	struct draft d;

	d.resolver = r;
	d.question = q;
	d.out = out;
	d.limit = limit - OPT_SIZE;
	d.len = q->end;
	memset(d.counts, 0, sizeof d.counts);
	d.rcode = NOERROR;
	d.full = false;
	d.owner_at = HEADER;
	if (!fill(&d, key, then))
		return 0;
	copy_octets(out + HEADER, message + HEADER, q->end - HEADER);
	return finish(&d);
}

size_t
answer_error(const struct question *q, const uint8_t *message,
    enum rcode rcode, uint8_t *out)
{
	struct draft d = { .question = q, .out = out, .len = q->end,
	    .rcode = rcode };

	copy_octets(out + HEADER, message + HEADER, q->end - HEADER);
	return finish(&d);
}
