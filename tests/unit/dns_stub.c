/* dns_stub.c - what the stub resolver makes of answers */

#include <stdint.h>
#include <stdlib.h>

#include "check.h"
#include "dns/name.h"
#include "dns/stub.h"
#include "dns/type.h"

static uint8_t	query[64], answer[512];
static size_t	qlen, alen;
static unsigned	records;

static void
put(uint8_t *to, size_t *len, const void *octets, size_t n)
{
	memcpy(to + *len, octets, n);
	*len += n;
}

#define PUT(octets)	put(answer, &alen, octets, sizeof octets - 1)

/* A question for a.b, and the head of an answer to it. */
static void
begin(uint8_t rcode, uint8_t count)
{
	static const char question[] = "\x12\x34\1\0\0\1\0\0\0\0\0\0"
	    "\1a\1b\0\0\1\0\1";

	qlen = alen = 0;
	put(query, &qlen, question, sizeof question - 1);
	put(answer, &alen, question, sizeof question - 1);
	answer[2] = 0x81;
	answer[3] = (uint8_t)(0x80 | rcode);
	answer[7] = count;
}

static int
count(void *to, const uint8_t *message, size_t size, size_t at, size_t len)
{
	(void)to;
	(void)message;
	CHECK(at + len <= size);
	records++;
	return len == 4 ? 0 : -1;
}

static enum stub_end
read_it(struct name *name)
{
	CHECK(name_from_text(name, "a.b", 3, NULL) == NULL);
	records = 0;
	return stub_answer(answer, alen, query, qlen, name, TYPE_A, count,
	    NULL);
}

static void
test_answers(void)
{
	struct name name, target;

	begin(0, 2);
	PUT("\xc0\x0c\0\1\0\1\0\0\0\1\0\4\x7f\0\0\1");
	PUT("\1A\1B\0\0\1\0\1\0\0\0\1\0\4\x7f\0\0\2");
	CHECK(read_it(&name) == STUB_OK && records == 2);
	begin(0, 0);
	CHECK(read_it(&name) == STUB_EMPTY);
	begin(3, 0);
	CHECK(read_it(&name) == STUB_NO_NAME);
	begin(2, 0);
	CHECK(read_it(&name) == STUB_LATER);
	/* a.b is an alias for c, which has an address; then one without. */
	begin(0, 2);
	PUT("\xc0\x0c\0\5\0\1\0\0\0\1\0\3\1c\0");
	PUT("\1c\0\0\1\0\1\0\0\0\1\0\4\x7f\0\0\1");
	CHECK(read_it(&name) == STUB_OK && records == 1);
	begin(0, 1);
	PUT("\xc0\x0c\0\5\0\1\0\0\0\1\0\3\1c\0");
	CHECK(read_it(&name) == STUB_EMPTY && records == 0);
	CHECK(name_from_text(&target, "c", 1, NULL) == NULL &&
	    name_equal(name.wire, target.wire));
	/* An alias for itself. */
	begin(0, 1);
	PUT("\xc0\x0c\0\5\0\1\0\0\0\1\0\2\xc0\x0c");
	CHECK(read_it(&name) == STUB_WRONG);
}

static void
test_forgeries(void)
{
	struct name name;

	/* Records of others, another class, another type. */
	begin(0, 3);
	PUT("\1x\0\0\1\0\1\0\0\0\1\0\4\x7f\0\0\1");
	PUT("\xc0\x0c\0\1\0\3\0\0\0\1\0\4\x7f\0\0\1");
	PUT("\xc0\x0c\0\x1c\0\1\0\0\0\1\0\4\x7f\0\0\1");
	CHECK(read_it(&name) == STUB_EMPTY && records == 0);
	for (size_t i = 0; i < qlen; i++) {	/* another id or question */
		begin(0, 1);
		PUT("\1a\1b\0\0\1\0\1\0\0\0\1\0\4\x7f\0\0\1");
		if (i == 3 || (i >= 6 && i < 12))
			continue;	/* rcode, and counts that may differ */
		if (i == 2)
			answer[2] = 1;	/* a query */
		else
			answer[i] ^= 0x40;
		CHECK(read_it(&name) == STUB_LATER);
	}
	begin(0, 1);
	PUT("\xc0\x0c\0\1\0\1\0\0\0\1\0\4\x7f\0\0\1");
	for (size_t n = alen; n-- > 0;) {	/* cut short anywhere */
		alen = n;
		CHECK(read_it(&name) == STUB_LATER);
	}
	begin(0, 1);
	PUT("\xc0\x0c\0\1\0\1\0\0\0\1\0\5\x7f\0\0\1\1");
	CHECK(read_it(&name) == STUB_LATER);	/* no address */
}

static void
test_servers(void)
{
	static const char *const good[] = { "127.0.0.1", "127.0.0.1:5353",
	    "::1", "[::1]", "[::1]:53", NULL };
	static const char *const wrong[] = { "host", "127.0.0.1:", "1.2.3",
	    "[::1]x", "127.0.0.1:65536", "127.0.0.1:5x", NULL };
	struct stub s;

	for (int i = 0; good[i] != NULL; i++)
		CHECK(stub_open(&s, good[i]) == 0 && s.n == 1);
	for (int i = 0; wrong[i] != NULL; i++)
		CHECK(stub_open(&s, wrong[i]) == -1);
	CHECK(stub_open(&s, "") == 0 && s.n >= 1);
}

int
main(void)
{
	test_answers();
	test_forgeries();
	test_servers();
	return check_end("dns_stub");
}
