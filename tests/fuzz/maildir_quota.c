/*
 * maildir_quota.c - maildirsize of any octets
 *
 * Limits are none or positive, what is said to be there is none or more and
 * never so much that adding to it overflows; what is added and taken away
 * again leaves the count as it was, and what is written anew is read back.
 */
#include <assert.h>
#include <string.h>

#include "file.h"
#include "library.h"
#include "mail/quota.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
check(const struct quota *q)
{
	assert(q->max_octets >= 0 && q->max_messages >= 0);
	assert(q->octets >= 0 && q->messages >= 0);
	assert(q->octets < INT64_MAX - (1 << 20));
	assert(q->messages < INT64_MAX - (1 << 20));
}

static bool
same(const struct quota *a, const struct quota *b)
{
	return a->max_octets == b->max_octets &&
	    a->max_messages == b->max_messages &&
	    a->octets == b->octets && a->messages == b->messages;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const parts[] = { "cur", "new", "tmp" };
	struct quota said, again, set;

	fuzz_enter("maildirsize", data, size);
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		(void)mkdirat(fuzz_site, parts[i], 0700);
	assert(quota_read(fuzz_site, &said) == 0);
	check(&said);
	quota_add(fuzz_site, 7, 1);
	quota_add(fuzz_site, -7, -1);
	assert(quota_read(fuzz_site, &again) == 0);
	check(&again);
	/* It may have been counted in between: nothing is there. */
	assert(same(&again, &said) || (again.octets == 0 &&
	    again.messages == 0));

	assert(quota_set(fuzz_site, 1000, 5, &set) == 0);
	check(&set);
	assert(set.max_octets == 1000 && set.max_messages == 5);
	assert(quota_read(fuzz_site, &again) == 0);
	assert(same(&again, &set));
	(void)quota_admit(fuzz_site, INT64_MAX, INT64_MAX);
	fuzz_leave();
	return 0;
}
