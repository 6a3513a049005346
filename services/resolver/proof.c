/* proof.c - the DNSSEC records that belong to what a server said */

#include <string.h>

#include "proof.h"

enum { RRSIG_LABELS = 3, RRSIG_LEAST = 19 };

static void
take_record(struct proof *p, const struct message *m,
    const struct record *record, enum section section)
{
	size_t head = 1U + record->owner.len + 4;
	uint8_t *at = p->out + p->used;
	long n;

	if (p->count == EXTRAS || p->room - p->used < head) {
		p->full = true;
		return;
	}
	n = record_rdata(m, record, at + head, p->room - p->used - head);
	if (n == -1) {
		p->full = true;
		return;
	}
	at[0] = (uint8_t)section;
	memcpy(at + 1, record->owner.wire, record->owner.len);
	put16(at + head - 4, record->type);
	put16(at + head - 2, (size_t)n);
	p->used += head + (size_t)n;
	p->count++;
	if (record->ttl < p->ttl)
		p->ttl = record->ttl;
}

/* Does the record sign a set of that type?  Its data begin with it. */
static bool
signs(const struct message *m, const struct record *record, uint16_t type)
{
	return record->type == TYPE_RRSIG && record->class == CLASS_IN &&
	    record->len >= RRSIG_LEAST &&
	    get16(m->octets + record->at) == type;
}

void
proof_sign(struct proof *p, const struct message *m, enum section section,
    const uint8_t *owner, uint16_t type)
{
	struct record_reader reader;
	struct record record;

	records_start(&reader, m);
	while (records_next(&reader, &record)) {
		if (record.section != section || !signs(m, &record, type) ||
		    !name_equal(record.owner.wire, owner))
			continue;
		/* RFC 4035 5.3.4: fewer labels than the name has. */
		if (m->octets[record.at + RRSIG_LABELS] < name_labels(owner))
			p->wildcard = true;
		take_record(p, m, &record, section);
	}
}

void
proof_deny(struct proof *p, const struct message *m, const uint8_t *zone)
{
	struct record_reader reader;
	struct record record;
	size_t prefix;

	records_start(&reader, m);
	while (records_next(&reader, &record)) {
		if (record.section != AUTHORITY || record.class != CLASS_IN ||
		    !name_within(record.owner.wire, zone, &prefix))
			continue;
		if (record.type == TYPE_NSEC || record.type == TYPE_NSEC3 ||
		    signs(m, &record, TYPE_NSEC) ||
		    signs(m, &record, TYPE_NSEC3))
			take_record(p, m, &record, AUTHORITY);
	}
}
