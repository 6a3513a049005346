/*
 * bytesort.c - three-way radix quicksort
 *
 * Eight octets at a time: strings whose next eight are below a pivot, those
 * where they are equal, those above.  Each string's next eight stand beside
 * it as one number, so that most comparisons need not look at the text.  No
 * octet that is common to many strings is looked at more than a few times,
 * whatever their order.  The largest of the three parts is sorted in the
 * loop and the others by recursion, so that is never deeper than log2(n).
 */

#include <stdlib.h>
#include <string.h>

#include "bytesort.h"

enum { SMALL = 12,	/* so few are inserted one by one */
    WORD = 8 };

/* How many octets the word at a depth is made of. */
static size_t
left(const struct bytes *b, size_t depth)
{
	size_t n = depth < b->n ? b->n - depth : 0;

	return n < WORD ? n : WORD;
}

/* The octets from depth on, the first in front. */
static void
load(struct bytes *b, size_t depth)
{
	const unsigned char *p = b->s + depth;
	size_t n = left(b, depth), i;

	b->word = 0;
	for (i = 0; i < n; i++)
		b->word = b->word << 8 | p[i];
	for (; i < WORD; i++)
		b->word <<= 8;
}

static void
swap(struct bytes *a, struct bytes *b)
{
	struct bytes t = *a;

	*a = *b;
	*b = t;
}

/* Whose words are at that depth.  What ends comes in front of zeros. */
static int
compare(const struct bytes *a, const struct bytes *b, size_t depth)
{
	size_t x, y;

	if (a->word != b->word)
		return a->word < b->word ? -1 : 1;
	x = left(a, depth);
	y = left(b, depth);
	return (x > y) - (x < y);
}

/* To the end of both. */
static int
compare_all(const struct bytes *a, const struct bytes *b, size_t depth)
{
	int c = compare(a, b, depth);
	size_t x, y;

	if (c != 0 || left(a, depth) < WORD)
		return c;
	depth += WORD;
	x = a->n - depth;
	y = b->n - depth;
	c = memcmp(a->s + depth, b->s + depth, x < y ? x : y);
	return c != 0 ? c : (x > y) - (x < y);
}

static void
insert(struct bytes *a, size_t n, size_t depth)
{
	for (size_t i = 1; i < n; i++)
		for (size_t k = i; k > 0 &&
		    compare_all(&a[k], &a[k - 1], depth) < 0; k--)
			swap(&a[k], &a[k - 1]);
}

/* The one in the middle of three. */
static struct bytes
pivot(const struct bytes *a, size_t n, size_t depth)
{
	const struct bytes *x = &a[0], *y = &a[n / 2], *z = &a[n - 1], *t;

	if (compare(x, y, depth) > 0) {
		t = x;
		x = y;
		y = t;
	}
	return compare(z, x, depth) < 0 ? *x : compare(z, y, depth) > 0 ?
	    *y : *z;
}

/*
 * [0, *low) are below the pivot, [*low, *high) equal to it.  True if those
 * go on behind what was compared.
 */
static bool
part(struct bytes *a, size_t n, size_t depth, size_t *low, size_t *high)
{
	const struct bytes p = pivot(a, n, depth);
	size_t i = 0;
	int c;

	*low = 0;
	*high = n;
	while (i < *high) {
		c = compare(&a[i], &p, depth);
		if (c < 0)
			swap(&a[i++], &a[(*low)++]);
		else if (c > 0)
			swap(&a[i], &a[--*high]);
		else
			i++;
	}
	return left(&p, depth) == WORD;
}

/* The words are those at the depth. */
static void
sort(struct bytes *a, size_t n, size_t depth)
{
	size_t low, high, equal;
	bool more;

	while (n > SMALL) {
		more = part(a, n, depth, &low, &high);
		equal = more ? high - low : 0;
		for (size_t i = low; more && i < high; i++)
			load(&a[i], depth + WORD);
		if (equal >= low && equal >= n - high) {
			sort(a, low, depth);
			sort(a + high, n - high, depth);
			a += low;
			n = equal;
			depth += WORD;
			continue;
		}
		sort(a + low, equal, depth + WORD);
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
	l->item[l->n++] = (struct bytes){ NULL, l->text.len, index,
	    0 };
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
		load(&l->item[i], 0);
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
