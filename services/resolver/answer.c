/* answer.c - answers to clients, made of what the cache knows */

#include <string.h>

#include "answer.h"
#include "io/copy.h"

enum {
	OPT_SIZE = 11,
	POINTER = 0xc000,
	POINTER_MAX = 0x3fff,	/* the last octet to point at */
	TYPE_HINFO = 13,
	POPULAR = 3,	/* times it was asked for before it is renewed */
	LAST = 10,	/* and part of its time to live that is left */
	LINKS = 24	/* of a chain whose proofs are told: none is longer */
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
	const struct entry *told[LINKS];	/* whose proofs are to follow */
	unsigned	 links;
	bool		 due;		/* some of it is to be renewed */
};

/* Worth to be renewed before it expires?  Said once. */
static void
look_at_time(struct draft *d, const struct entry *e)
{
	struct entry *own = (struct entry *)(uintptr_t)e;

	if (e->hits <= POPULAR || e->renewed ||
	    (e->expires - d->resolver->stamp) * LAST > e->expires - e->stored)
		return;
	own->renewed = true;
	d->due = true;
}

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

/*
 * The name in turn: where it stands out of a pointer's reach, behind an alias
 * with many signatures, once more.
 */
static void
put_owner(struct draft *d)
{
	uint8_t pointer[2];

	if (d->full)		/* then it may stand nowhere */
		return;
	if (d->owner_at > POINTER_MAX) {
		put(d, d->out + d->owner_at,
		    name_length(d->out + d->owner_at, DNS_NAME_MAX));
		return;
	}
	put16(pointer, POINTER | d->owner_at);
	put(d, pointer, sizeof pointer);
}

/* Owner, type, class, time to live, and how long the rdata is. */
static void
put_head(struct draft *d, const struct entry *e, uint16_t type, size_t len)
{
	uint8_t head[10];

	put_owner(d);
	put16(head, type);
	put16(head + 2, CLASS_IN);
	put32(head + 4, entry_ttl(e, d->resolver->stamp));
	put16(head + 8, len);
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

	look_at_time(d, e);
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

/*
 * A name behind which the question's name goes on is written as a pointer
 * into it: most are in the same zone (RFC 1035 4.1.4).
 */
static void
put_name(struct draft *d, const uint8_t *name)
{
	const struct name *asked = &d->question->name;
	const uint8_t *rest = name;
	size_t len = name_length(name, DNS_NAME_MAX), left = len, prefix = 0;
	uint8_t pointer[2];

	while (*rest != 0 && (left > asked->len ||
	    !name_within(asked->wire, rest, &prefix))) {
		left -= *rest + 1U;
		rest += *rest + 1;
	}
	if (*rest == 0) {
		put(d, name, len);
		return;
	}
	put(d, name, (size_t)(rest - name));
	put16(pointer, POINTER | (HEADER + prefix));
	put(d, pointer, sizeof pointer);
}

/* What of the extras of an entry is said in a section. */
static void
put_extra(struct draft *d, const struct entry *e, enum section section)
{
	const uint8_t *p = entry_data(e) + e->size, *end = p + e->extra;
	uint8_t tail[10];

	while (p < end) {
		bool wanted = *p == (uint8_t)section;
		const uint8_t *owner = p + 1;
		size_t n;

		p = owner + name_length(owner, DNS_NAME_MAX) + 4;
		n = get16(p - 2);
		if (wanted) {
			put_name(d, owner);
			copy_octets(tail, p - 4, 2);
			put16(tail + 2, CLASS_IN);
			put32(tail + 4, entry_ttl(e, d->resolver->stamp));
			put16(tail + 8, n);
			put(d, tail, sizeof tail);
			put(d, p, n);
			d->counts[section]++;
		}
		p += n;
	}
}

/* To those who ask for DNSSEC: now the signatures, later the proofs. */
static void
tell_more(struct draft *d, const struct entry *e)
{
	if (!d->question->dnssec || e->extra == 0)
		return;
	if (e->kind == KIND_DATA)
		put_extra(d, e, ANSWER);
	if (d->links < LINKS)
		d->told[d->links++] = e;
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
		tell_more(d, e);
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
	look_at_time(d, e);
	put_name(d, soa);
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

	/* What a DNAME makes is on the way, not the end. */
	return e != NULL && !e->synthesized ? e : cache_find(c, key, 0,
	    TYPE_NAME, RANK_ANSWER, then);
}

static void
put_end(struct draft *d, const struct entry *e)
{
	switch ((enum kind)e->kind) {
	case KIND_DATA:
		put_set(d, e);
		tell_more(d, e);
		break;
	case KIND_NXDOMAIN:
		d->rcode = NXDOMAIN;
		put_soa(d, e);
		tell_more(d, e);
		break;
	case KIND_NODATA:
		put_soa(d, e);
		tell_more(d, e);
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
	size_t owner;

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
		owner = d->len - get16(entry_data(e));
		tell_more(d, e);
		d->owner_at = owner;
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
put_opt(uint8_t *p, const struct question *q, enum rcode rcode)
{
	memset(p, 0, OPT_SIZE);
	put16(p + 1, TYPE_OPT);
	put16(p + 3, UDP_MAX);
	p[5] = (uint8_t)(rcode >> 4);
	put16(p + 7, q->dnssec ? OPT_DO : 0);	/* RFC 3225 3 */
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
		put_opt(d->out + d->len, q, d->rcode);
		d->len += OPT_SIZE;
	}
	return d->len;
}

size_t
answer_cached(struct resolver *r, const struct question *q,
    const struct name_key *key, const uint8_t *message, int64_t then,
    uint8_t *out, size_t limit, bool *due)
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
	d.links = 0;
	d.due = false;
	if (!fill(&d, key, then))
		return 0;
	for (unsigned i = 0; i < d.links; i++)
		put_extra(&d, d.told[i], AUTHORITY);
	if (due != NULL)
		*due = d.due;
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
