/* message.c - DNS messages: header, question, records */

#include <string.h>

#include "dns/rdata.h"
#include "message.h"

bool
message_open(struct message *m, const uint8_t *octets, size_t size)
{
	if (size < HEADER)
		return false;
	m->octets = octets;
	m->size = size;
	m->id = get16(octets);
	m->flags = get16(octets + 2);
	for (unsigned i = 0; i < SECTIONS; i++)
		m->counts[i] = get16(octets + 4 + (size_t)2 * i);
	return true;
}

size_t
message_question(const struct message *m, struct name *name, uint16_t *type,
    uint16_t *class)
{
	size_t len, end;

	if (m->counts[QUESTION] != 1)
		return 0;
	/* Nothing is in front of it that a pointer could point at. */
	len = name_length(m->octets + HEADER, m->size - HEADER);
	end = HEADER + len + 4;
	if (len == 0 || end > m->size)
		return 0;
	name_set(name, m->octets + HEADER);
	*type = get16(m->octets + end - 4);
	*class = get16(m->octets + end - 2);
	return end;
}

void
records_begin(struct record_reader *r, const struct message *m, size_t at)
{
	r->message = m;
	r->at = at;
	r->bad = false;
	for (unsigned i = 0; i < SECTIONS; i++)
		r->left[i] = i == QUESTION ? 0 : m->counts[i];
}

void
records_start(struct record_reader *r, const struct message *m)
{
	struct name name;
	uint16_t type, class;
	size_t end = message_question(m, &name, &type, &class);

	records_begin(r, m, end != 0 ? end : HEADER);
}

bool
records_next(struct record_reader *r, struct record *record)
{
	const struct message *m = r->message;
	unsigned section = ANSWER;
	size_t n;

	while (section < SECTIONS && r->left[section] == 0)
		section++;
	if (section == SECTIONS || r->bad)
		return false;
	r->bad = true;
	n = name_unpack(&record->owner, m->octets, m->size, r->at);
	if (n == 0 || m->size - r->at - n < 10)
		return false;
	r->at += n;
	record->section = (enum section)section;
	record->type = get16(m->octets + r->at);
	record->class = get16(m->octets + r->at + 2);
	record->ttl = get32(m->octets + r->at + 4);
	if (record->ttl > TTL_MAX && record->type != TYPE_OPT)
		record->ttl = 0;
	record->len = get16(m->octets + r->at + 8);
	record->at = r->at + 10;
	if (record->len > m->size - record->at)
		return false;
	r->at = record->at + record->len;
	r->left[section]--;
	r->bad = false;
	return true;
}

/* A field of rdata at *at, written out; its length there, or -1. */
static long
copy_field(const struct message *m, char field, size_t *at, size_t end,
    uint8_t *out, size_t room)
{
	struct name name;
	long n;

	if (field == 'n' || field == 'N') {
		/* RFC 3597 4: some wrote these compressed before it. */
		size_t taken = name_unpack(&name, m->octets, end, *at);

		if (taken == 0 || taken > end - *at || name.len > room)
			return -1;
		memcpy(out, name.wire, name.len);
		*at += taken;
		return name.len;
	}
	n = rdata_field(field, m->octets + *at, end - *at);
	if (n == -1 || (size_t)n > room)
		return -1;
	memcpy(out, m->octets + *at, (size_t)n);
	*at += (size_t)n;
	return n;
}

long
record_rdata(const struct message *m, const struct record *record,
    uint8_t *out, size_t room)
{
	const struct type *row = type_of(record->type);
	size_t at = record->at, end = record->at + record->len, used = 0;

	if (row == NULL) {
		if (record->len > room)
			return -1;
		memcpy(out, m->octets + at, record->len);
		return (long)record->len;
	}
	for (const char *f = row->fields; *f != '\0'; f++) {
		long n = copy_field(m, *f, &at, end, out + used, room - used);

		if (n == -1)
			return -1;
		used += (size_t)n;
	}
	return at == end ? (long)used : -1;
}

/* The OPT record of a query, if it has one: at most one, well formed. */
static enum verdict
read_edns(struct question *q, const struct message *m)
{
	struct record_reader reader;
	struct record record;

	records_begin(&reader, m, q->end);
	while (records_next(&reader, &record)) {
		if (record.type != TYPE_OPT)
			continue;
		if (q->edns || record.section != ADDITIONAL ||
		    record.owner.len != 1)
			return QUESTION_BAD;
		q->edns = true;
		q->version = (uint8_t)(record.ttl >> 16);
		q->dnssec = (record.ttl & OPT_DO) != 0;
		q->size = record.class;
	}
	if (reader.bad)
		return QUESTION_BAD;
	if (q->size < 512)
		q->size = 512;
	if (q->size > UDP_MAX)
		q->size = UDP_MAX;
	return q->version == 0 ? QUESTION_GOOD : QUESTION_VERSION;
}

enum verdict
question_read(struct question *q, const uint8_t *octets, size_t size)
{
	struct message m;

	if (!message_open(&m, octets, size) || (m.flags & FLAG_QR))
		return QUESTION_DROP;
	q->id = m.id;
	q->flags = m.flags;
	q->end = HEADER;
	q->edns = q->dnssec = false;
	q->version = 0;
	q->size = 512;
	if (m.flags & OPCODE_MASK)
		return QUESTION_OPCODE;
	q->end = message_question(&m, &q->name, &q->type, &q->class);
	if (q->end == 0) {
		q->end = HEADER;
		return QUESTION_BAD;
	}
	if (m.counts[ADDITIONAL] == 0)
		return QUESTION_GOOD;
	return read_edns(q, &m);
}
