/*
 * bytesort.c - three-way radix quicksort
 *
 * Octet by octet: those below a pivot, those equal to it, those above.  No
 * octet that is common to many strings is looked at more than a few times,
 * whatever their order.  The largest of the three parts is sorted in the
 * loop and the others by recursion, so that is never deeper than log2(n).
 */

#include <stdlib.h>
#include <string.h>

#include "bytesort.h"

enum { SMALL = 12 };	/* so few are inserted one by one */

/* The octet at a depth; -1 behind the end. */
static int
octet(const struct bytes *b, size_t depth)
{
	return depth < b->n ? b->s[depth] : -1;
}

static void
swap(struct bytes *a, struct bytes *b)
{
	struct bytes t = *a;

	*a = *b;
	*b = t;
}

static int
compare(const struct bytes *a, const struct bytes *b, size_t depth)
{
	size_t x = a->n - depth, y = b->n - depth;
	int c = memcmp(a->s + depth, b->s + depth, x < y ? x : y);

	return c != 0 ? c : (x > y) - (x < y);
}

static void
insert(struct bytes *a, size_t n, size_t depth)
{
	for (size_t i = 1; i < n; i++)
		for (size_t k = i; k > 0 &&
		    compare(&a[k], &a[k - 1], depth) < 0; k--)
			swap(&a[k], &a[k - 1]);
}

/* The one in the middle of three. */
static int
pivot(const struct bytes *a, size_t n, size_t depth)
{
	int x = octet(&a[0], depth), y = octet(&a[n / 2], depth),
	    z = octet(&a[n - 1], depth);

	if (x > y) {
		int t = x;

		x = y;
		y = t;
	}
	return z < x ? x : z > y ? y : z;
}

/* [0, *low) are below the pivot, [*low, *high) equal to it. */
static int
part(struct bytes *a, size_t n, size_t depth, size_t *low, size_t *high)
{
	int p = pivot(a, n, depth), c;
	size_t i = 0;

	*low = 0;
	*high = n;
	while (i < *high) {
		c = octet(&a[i], depth);
		if (c < p)
			swap(&a[i++], &a[(*low)++]);
		else if (c > p)
			swap(&a[i], &a[--*high]);
		else
			i++;
	}
	return p;
}

static void
sort(struct bytes *a, size_t n, size_t depth)
{
	size_t low, high, equal;
	int p;

	while (n > SMALL) {
		p = part(a, n, depth, &low, &high);
		equal = p == -1 ? 0 : high - low;	/* all are the same */
		if (equal >= low && equal >= n - high) {
			sort(a, low, depth);
			sort(a + high, n - high, depth);
			a += low;
			n = equal;
			depth++;
			continue;
		}
		sort(a + low, equal, depth + 1);
		if (low >= n - high) {
			sort(a + high, n - high, depth);
			n = low;
		} else {
			sort(a, low, depth);
			a += high;
			n -= high;
		}
	}
	insert(a, n, depth);
}

int
bytelist_number(struct bytelist *l, int64_t n)
{
	uint64_t word = (uint64_t)n ^ UINT64_C(1) << 63;	/* -1 < 0 */
	char octets[8];

	for (int i = 0; i < 8; i++)
		octets[i] = (char)(word >> (56 - 8 * i));
	return buf_add(&l->text, octets, sizeof octets);
}

int
bytelist_text(struct bytelist *l, const char *s)
{
	return buf_add(&l->text, s, strlen(s) + 1);
}

void
bytelist_reverse(struct bytelist *l, size_t from)
{
	for (; from < l->text.len; from++)
		l->text.s[from] = (char)~l->text.s[from];
}

/* The text may move while it grows: until it is sorted, n is where it ends. */
int
bytelist_end(struct bytelist *l, size_t index)
{
	size_t room = l->room == 0 ? 256 : l->room * 2;
	struct bytes *more;

	if (l->n == l->room) {
		more = realloc(l->item, room * sizeof *more);
		if (more == NULL)
			return -1;
		l->item = more;
		l->room = room;
	}
	l->item[l->n++] = (struct bytes){ NULL, l->text.len, index };
	return 0;
}

void
bytelist_sort(struct bytelist *l)
{
	size_t at = 0, end;

	for (size_t i = 0; i < l->n; i++, at = end) {
		end = l->item[i].n;
		l->item[i].s = (const unsigned char *)l->text.s + at;
		l->item[i].n = end - at;
	}
	sort(l->item, l->n, 0);
}

void
bytelist_free(struct bytelist *l)
{
	free(l->item);
	buf_free(&l->text);
	*l = (struct bytelist){ .n = 0 };
}
