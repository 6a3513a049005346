/* partial.c - read a range of results, and find it */

#include "partial.h"

static bool
number(struct reader *r, bool minus, uint32_t *n)
{
	if (minus && !reader_char(r, '-'))
		return false;
	return reader_number(r, n) && (*n > 0 || reader_fail(r,
	    "PARTIAL begins with 1"));
}

bool
partial_parse(struct reader *r, struct partial *p)
{
	p->from_end = reader_peek(r) == '-';
	return number(r, p->from_end, &p->from) && reader_char(r, ':') &&
	    number(r, p->from_end, &p->to);
}

size_t
partial_of(const struct partial *p, size_t n, size_t *first)
{
	size_t low = p->from < p->to ? p->from : p->to;
	size_t high = p->from < p->to ? p->to : p->from;

	*first = 0;
	if (low > n)
		return 0;
	if (high > n)
		high = n;
	*first = p->from_end ? n - high : low - 1;
	return high - low + 1;
}
