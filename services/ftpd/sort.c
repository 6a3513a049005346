/*
 * sort.c - merge sort: musl's qsort(3) took longer than the rest of a listing
 */

#include <string.h>

#include "sort.h"

/* Two sorted neighbours, of left and of right names, become one. */
static void
merge(char **names, char **spare, size_t left, size_t right)
{
	char **a = spare, **b = names + left;
	char **end = names + left + right;

	if (strcmp(b[-1], b[0]) <= 0)
		return;
	memcpy(spare, names, left * sizeof *names);
	if (strcmp(end[-1], spare[0]) < 0) {
		memmove(names, b, right * sizeof *names);
		memcpy(names + right, spare, left * sizeof *names);
		return;
	}
	while (a < spare + left && b < end)
		*names++ = strcmp(*a, *b) <= 0 ? *a++ : *b++;
	/* What is left of the other half stands where it belongs. */
	memcpy(names, a, (size_t)(spare + left - a) * sizeof *names);
}

void
sort_names(char **names, char **spare, size_t n)
{
	size_t width, at;

	for (width = 1; width < n; width *= 2)
		for (at = 0; at + width < n; at += 2 * width)
			merge(names + at, spare, width,
			    n - at - width < width ? n - at - width : width);
}
