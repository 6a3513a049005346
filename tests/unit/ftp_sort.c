/* ftp_sort.c - names sorted, whatever order they come in */

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "../../services/ftpd/sort.c"
#include "check.h"

enum { MOST = 300 };

static char	 texts[MOST][16];
static char	*names[MOST], *spare[MOST];

static int
compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Name i of n is number(i, n): sorted as qsort(3) sorts them? */
static bool
sorts(size_t n, unsigned (*number)(size_t, size_t))
{
	char *wanted[MOST];
	size_t i;

	for (i = 0; i < n; i++) {
		snprintf(texts[i], sizeof texts[i], "%06u", number(i, n));
		wanted[i] = names[i] = texts[i];
	}
	qsort(wanted, n, sizeof *wanted, compare);
	sort_names(names, spare, n);
	for (i = 0; i < n; i++)
		if (strcmp(wanted[i], names[i]) != 0)
			return false;
	return true;
}

static unsigned
upwards(size_t i, size_t n)
{
	(void)n;
	return (unsigned)i;
}

static unsigned
downwards(size_t i, size_t n)
{
	return (unsigned)(n - i);
}

static unsigned
scattered(size_t i, size_t n)
{
	(void)n;
	return (unsigned)(i * 7919 % 263);
}

static unsigned
few(size_t i, size_t n)
{
	return (unsigned)((i ^ n) % 3);
}

int
main(void)
{
	size_t n;

	for (n = 0; n <= MOST; n++) {
		CHECK(sorts(n, upwards));
		CHECK(sorts(n, downwards));
		CHECK(sorts(n, scattered));
		CHECK(sorts(n, few));
	}
	return check_end("ftp_sort");
}
