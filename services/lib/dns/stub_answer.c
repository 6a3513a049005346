/* stub_answer.c - reading what a name server answered */

#include <stdbool.h>
#include <string.h>

#include "dns/name.h"
#include "dns/stub.h"
#include "dns/type.h"

enum { HEADER = 12, RCODE_OK = 0, RCODE_NO_NAME = 3, ALIASES_MAX = 8 };

struct record {
	struct name	 owner;
	unsigned	 type, class;
	size_t		 at, len;	/* of the rdata */
};

static unsigned
number16(const uint8_t *p)
{
	return (unsigned)p[0] << 8 | p[1];
}

/* Read the record at *at and step over it. */
static bool
read_record(struct record *r, const uint8_t *message, size_t size, size_t *at)
{
	size_t n = name_unpack(&r->owner, message, size, *at);

	if (n == 0 || size - *at - n < 10)
		return false;
	*at += n;
	r->type = number16(message + *at);
	r->class = number16(message + *at + 2);
	r->len = number16(message + *at + 8);
	r->at = *at + 10;
	if (size - r->at < r->len)
		return false;
	*at = r->at + r->len;
	return true;
}

/*
 * Does the message answer this query?  Its id, its question and the bit that
 * says answer; case may come back in another form from simple servers.
 */
static bool
fits(const uint8_t *message, size_t size, const uint8_t *query, size_t n,
    size_t *behind)
{
	struct name asked, answered;
	size_t len = name_unpack(&asked, query, n, HEADER);

	if (len == 0 || size < HEADER + len + 4 ||
	    memcmp(message, query, 2) != 0 || (message[2] & 0xf8) != 0x80 ||
	    number16(message + 4) != 1 ||
	    name_unpack(&answered, message, size, HEADER) != len ||
	    !name_equal(asked.wire, answered.wire) ||
	    memcmp(message + HEADER + len, query + HEADER + len, 4) != 0)
		return false;
	*behind = HEADER + len + 4;
	return true;
}

/* One pass: give out the name's records, and see whether it is an alias. */
static enum stub_end
pass(const uint8_t *message, size_t size, size_t at, struct name *name,
    uint16_t type, stub_record *each, void *to, bool *alias)
{
	struct name target = { 0 };
	struct record r;
	bool any = false;

	*alias = false;
	for (unsigned left = number16(message + 6); left > 0; left--) {
		if (!read_record(&r, message, size, &at))
			return STUB_LATER;
		if (r.class != CLASS_IN ||
		    !name_equal(r.owner.wire, name->wire))
			continue;
		if (r.type == type) {
			if (each(to, message, size, r.at, r.len) == -1)
				return STUB_LATER;
			any = true;
		} else if (r.type == TYPE_CNAME) {
			if (name_unpack(&target, message, size, r.at) !=
			    r.len)
				return STUB_LATER;
			*alias = true;
		}
	}
	*alias = *alias && !any;
	if (*alias)
		*name = target;
	return any ? STUB_OK : STUB_EMPTY;
}

enum stub_end
stub_answer(const uint8_t *message, size_t size, const uint8_t *query,
    size_t n, struct name *name, uint16_t type, stub_record *each, void *to)
{
	enum stub_end end = STUB_LATER;
	unsigned rcode;
	bool alias = true;
	size_t at;

	if (!fits(message, size, query, n, &at))
		return STUB_LATER;
	rcode = message[3] & 0xf;
	if (rcode != RCODE_OK && rcode != RCODE_NO_NAME)
		return STUB_LATER;
	for (int i = 0; alias && i <= ALIASES_MAX; i++) {
		end = pass(message, size, at, name, type, each, to, &alias);
		if (end == STUB_LATER)
			return end;
	}
	if (alias)
		return STUB_WRONG;
	/* With aliases the code speaks of the last name (RFC 6604 3). */
	return end == STUB_EMPTY && rcode == RCODE_NO_NAME ? STUB_NO_NAME :
	    end;
}
