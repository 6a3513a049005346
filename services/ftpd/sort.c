/*
 * sort.c - merge sort: musl's qsort(3) took longer than the rest of a listing
 *
 * Names of one directory often start alike.  What all of them start with is
 * passed over, and the eight octets behind it are a key, compared as one
 * number and held beside the pointer.
 */

#include <stdbool.h>
#include <string.h>

#include "sort.h"

enum { KEY_OCTETS = 8 };

/* Is a to stand before b, or may it?  Both texts begin at the key's octets. */
static bool
in_order(const struct sort_name *a, const struct sort_name *b)
{
	if (a->key != b->key)
		return a->key < b->key;
	return (a->key & 0xff) == 0 ||
	    strcmp(a->text + KEY_OCTETS, b->text + KEY_OCTETS) <= 0;
}

/* Two sorted neighbours, of left and of right names, become one. */
static void
merge(struct sort_name *names, struct sort_name *spare, size_t left,
    size_t right)
{
	struct sort_name *a = spare, *b = names + left;
	struct sort_name *end = names + left + right;

	if (in_order(b - 1, b))
		return;
	memcpy(spare, names, left * sizeof *names);
	while (a < spare + left && b < end)
		*names++ = in_order(a, b) ? *a++ : *b++;
	/* What is left of the other half stands where it belongs. */
	memcpy(names, a, (size_t)(spare + left - a) * sizeof *names);
}

static size_t
octets_alike(const char *a, const char *b, size_t most)
{
	size_t n = 0;

	while (n < most && a[n] == b[n])
		n++;
	return n;
}

/* Up to eight octets, the first one highest; zeros behind the end. */
static uint64_t
key(const char *text)
{
	uint64_t k = 0;
	int i;

	for (i = 0; i < KEY_OCTETS; i++) {
		k = k << 8 | (unsigned char)*text;
		text += *text != '\0';
	}
	return k;
}

/* Turn them round, if each one belongs before the one in front of it. */
static void
turn_backward_ones(struct sort_name *names, size_t n)
{
	struct sort_name first;
	size_t i;

	for (i = 1; i < n; i++)
		if (in_order(names + i - 1, names + i))
			return;
	for (i = 0; i < n / 2; i++) {
		first = names[i];
		names[i] = names[n - 1 - i];
		names[n - 1 - i] = first;
	}
}

void
sort_names(struct sort_name *names, struct sort_name *spare, size_t n)
{
	size_t alike, width, at;

	alike = n == 0 ? 0 : strlen(names[0].text);
	for (at = 1; at < n; at++)
		alike = octets_alike(names[0].text, names[at].text, alike);
	for (at = 0; at < n; at++) {
		names[at].text += alike;
		names[at].key = key(names[at].text);
	}
	turn_backward_ones(names, n);
	for (width = 1; width < n; width *= 2)
		for (at = 0; at + width < n; at += 2 * width)
			merge(names + at, spare, width,
			    n - at - width < width ? n - at - width : width);
	for (at = 0; at < n; at++)
		names[at].text -= alike;
}
