/*
 * mail_addresses.c - any octets as an address field
 *
 * Every field ends, gives no more than it can hold, and groups open and close
 * in turn; an address is not longer than the field and its blanks.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "library.h"
#include "mail/addresses.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* Every octet is looked at, so that one outside of the field is found. */
static size_t
sum(const struct text *t)
{
	size_t n = 0;

	for (size_t i = 0; i < t->n; i++)
		n += (unsigned char)t->s[i];
	return n;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct field f = { .value = (const char *)data, .value_len = size };
	struct addresses all;
	struct address a;
	size_t rows = 0, octets;
	bool in_group = false;

	if (addresses_start(&all, &f) == -1)
		return 0;
	while (addresses_next(&all, &a)) {
		octets = a.name.n + a.route.n + a.local.n + a.domain.n;
		assert(octets <= 2 * size + 1);
		assert(sum(&a.name) + sum(&a.route) + sum(&a.local) +
		    sum(&a.domain) < SIZE_MAX);
		if (a.kind == ADDRESS_GROUP) {
			assert(!in_group);
			in_group = true;
		} else if (a.kind == ADDRESS_GROUP_END) {
			assert(in_group);
			in_group = false;
		}
		assert(++rows <= 2 * size + 2);
	}
	addresses_end(&all);
	return 0;
}
