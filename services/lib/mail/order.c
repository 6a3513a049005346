/* order.c - newcomers by UID, or else in the order they were delivered */

#include <stdlib.h>
#include <string.h>

#include "mail/order.h"

/* A number of twelve digits at most at *p, which moves behind it. */
static int64_t
digits(const char **p)
{
	int64_t n = 0;

	for (int i = 0; i < 12 && **p >= '0' && **p <= '9'; i++)
		n = n * 10 + (*(*p)++ - '0');
	return n;
}

/* The instant that a name tells, in microseconds, as far as it does. */
static int64_t
name_time(const char *base)
{
	const char *p = base;
	int64_t t = digits(&p) * 1000000;

	if (p[0] == '.' && p[1] == 'M') {
		p += 2;
		t += digits(&p) % 1000000;
	}
	return t;
}

/*
 * What newcomers are sorted by: their UID, else when they were delivered.
 * Small, for there is one for each and sorting may take as much again.
 */
struct key {
	int64_t		 at;
	uint32_t	 i;
};

/* Those that are sorted: qsort(3) has no way to tell by_key() of them. */
static const struct mail	*mails;

static struct key
key_of(uint32_t i)
{
	const struct mail *m = &mails[i];

	return (struct key){ m->uid != 0 ? (int64_t)m->uid :
	    UINT32_MAX + name_time(m->base), i };
}

static int
by_key(const void *va, const void *vb)
{
	const struct key *a = va, *b = vb;

	if (a->at != b->at)
		return a->at < b->at ? -1 : 1;
	return strcmp(mails[a->i].base, mails[b->i].base);
}

/*
 * Message i becomes what message key[i].i was, circle by circle: a second
 * array would be the largest thing that a session ever needs.
 */
static void
permute(struct mail *m, struct key *key, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		const struct mail first = m[i];
		uint32_t to = i, from;

		for (; (from = key[to].i) != i; to = from) {
			m[to] = m[from];
			key[to].i = to;
		}
		m[to] = first;
		key[to].i = to;
	}
}

static int
sort(struct mail *m, uint32_t n)
{
	struct key *key = calloc(n, sizeof *key);

	if (key == NULL)
		return -1;
	for (uint32_t i = 0; i < n; i++)
		key[i] = key_of(i);
	qsort(key, n, sizeof *key, by_key);
	permute(m, key, n);
	free(key);
	return 0;
}

static bool
is_sorted(uint32_t n)
{
	struct key last = { 0 }, key;

	for (uint32_t i = 0; i < n; i++, last = key) {
		key = key_of(i);
		if (i > 0 && by_key(&last, &key) > 0)
			return false;
	}
	return true;
}

int
order_tail(struct mailbox *box, size_t old)
{
	/* The table has no room for 2^32. */
	const uint32_t n = (uint32_t)(box->count - old);

	if (n < 2)
		return 0;
	mails = box->msg + old;
	if (is_sorted(n))
		return 0;
	if (sort(box->msg + old, n) == -1)
		return -1;
	table_rebuild(box);
	return 0;
}
