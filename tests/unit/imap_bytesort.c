/* imap_bytesort.c - the same order as qsort(3) and memcmp(3) find */

#include <stdlib.h>

#include "../../services/imapd/bytesort.c"
#include "check.h"

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* n texts of at most len letters out of so many, many of them the same. */
static void
try(size_t n, size_t len, int letters)
{
	char **text = calloc(n + 1, sizeof *text);
	struct bytelist list = { .n = 0 };
	size_t wrong = 0;

	for (size_t i = 0; i < n; i++) {
		size_t k = (size_t)rand() % (len + 1);

		text[i] = calloc(1, len + 1);
		for (size_t at = 0; at < k; at++)
			text[i][at] = (char)('\xfa' - rand() % letters);
		CHECK(bytelist_text(&list, text[i]) == 0);
		CHECK(bytelist_end(&list, i) == 0);
	}
	bytelist_sort(&list);
	for (size_t i = 1; i < n; i++)
		wrong += strcmp(text[list.item[i - 1].index],
		    text[list.item[i].index]) > 0;
	CHECK(wrong == 0 && list.n == n);
	qsort(text, n, sizeof *text, by_text);
	for (size_t i = 0; i < n; i++)
		wrong += strcmp(text[i], (const char *)list.item[i].s) != 0;
	CHECK(wrong == 0);
	for (size_t i = 0; i < n; i++)
		free(text[i]);
	free(text);
	bytelist_free(&list);
}

static void
test_numbers(void)
{
	static const int64_t n[] = { 5, -1, 0, INT64_MAX, INT64_MIN, -256,
	    255, 256 };
	static const size_t rising[] = { 4, 5, 1, 2, 0, 6, 7, 3 };
	struct bytelist up = { .n = 0 }, down = { .n = 0 };

	for (size_t i = 0; i < 8; i++) {
		size_t from = down.text.len;

		CHECK(bytelist_number(&up, n[i]) == 0 &&
		    bytelist_end(&up, i) == 0);
		CHECK(bytelist_number(&down, n[i]) == 0);
		bytelist_reverse(&down, from);
		CHECK(bytelist_end(&down, i) == 0);
	}
	bytelist_sort(&up);
	bytelist_sort(&down);
	for (size_t i = 0; i < 8; i++)
		CHECK(up.item[i].index == rising[i] &&
		    down.item[7 - i].index == rising[i]);
	bytelist_free(&up);
	bytelist_free(&down);
}

/* Long texts that are all the same until the end: no deep recursion. */
static void
test_long(void)
{
	const size_t len = 100000;
	char *text = malloc(len + 2);
	struct bytelist list = { .n = 0 };

	memset(text, 'x', len);
	text[len + 1] = '\0';
	for (size_t i = 0; i < 40; i++) {
		text[len] = (char)('a' + 39 - i);
		CHECK(bytelist_text(&list, text) == 0 &&
		    bytelist_end(&list, i) == 0);
	}
	bytelist_sort(&list);
	CHECK(list.item[0].index == 39 && list.item[39].index == 0);
	bytelist_free(&list);
	free(text);
}

int
main(void)
{
	for (size_t n = 0; n < 40; n++)
		try(n, 5, 3);
	try(3000, 8, 2);
	try(3000, 30, 25);
	try(500, 0, 1);
	test_numbers();
	test_long();
	return check_end("imap_bytesort");
}
