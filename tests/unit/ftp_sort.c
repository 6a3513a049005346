/* ftp_sort.c - names sorted, whatever order they come in */

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "../../services/ftpd/sort.c"
#include "check.h"

enum { MOST = 300 };

static char		 texts[MOST][32];
static struct sort_name	 names[MOST], spare[MOST];

static int
compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Name i of n is number(i, n) in text: sorted as qsort(3) sorts them? */
static bool
sorts(const char *head, const char *tail, size_t n,
    unsigned (*number)(size_t, size_t))
{
	char *wanted[MOST];
	size_t i;

	for (i = 0; i < n; i++) {
		snprintf(texts[i], sizeof texts[i], "%s%u%s", head,
		    number(i, n), tail);
		wanted[i] = texts[i];
		names[i].text = texts[i];
	}
	qsort(wanted, n, sizeof *wanted, compare);
	sort_names(names, spare, n);
	for (i = 0; i < n; i++)
		if (strcmp(wanted[i], names[i].text) != 0)
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
	/* Short, alike in front, alike for longer than a key, high octets. */
	static const char *const forms[][2] = {
		{ "", "" }, { "file-", ".txt" }, { "", " and more" },
		{ "\303", "\303" },
	};
	size_t n, i;

	for (i = 0; i < sizeof forms / sizeof forms[0]; i++)
		for (n = 0; n <= MOST; n++) {
			CHECK(sorts(forms[i][0], forms[i][1], n, upwards));
			CHECK(sorts(forms[i][0], forms[i][1], n, downwards));
			CHECK(sorts(forms[i][0], forms[i][1], n, scattered));
			CHECK(sorts(forms[i][0], forms[i][1], n, few));
		}
	return check_end("ftp_sort");
}
