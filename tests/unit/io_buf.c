/* io_buf.c - growth, limits, and the text that a failure leaves alone */

#include <errno.h>
#include <stdlib.h>

#include "check.h"
#include "io/buf.h"

static void
test_empty(void)
{
	struct buf b = { 0 };

	buf_clear(&b);
	CHECK(b.s == NULL && b.len == 0);
	CHECK(buf_add(&b, NULL, 0) == 0);
	CHECK(b.len == 0 && b.s != NULL && b.s[0] == '\0');
	buf_free(&b);
	CHECK(b.s == NULL && b.len == 0 && b.room == 0);
	buf_free(&b);
}

static void
test_growth(void)
{
	struct buf b = { 0 };

	for (int i = 0; i < 100000; i++)
		if (buf_add(&b, (char[]){ (char)i }, 1) == -1)
			abort();
	CHECK(b.len == 100000 && b.s[b.len] == '\0' && b.room > b.len);
	for (size_t i = 0; i < b.len; i++)
		if (b.s[i] != (char)i)
			CHECK(i == b.len);
	buf_clear(&b);
	CHECK(b.len == 0 && b.s[0] == '\0' && b.room > 100000);
	CHECK(buf_text(&b, "after") == 0);
	CHECK_TEXT(b.s, "after");
	buf_free(&b);
}

/* To the octet; what fails changes nothing. */
static void
test_limit(void)
{
	struct buf b = { .limit = 10 };

	CHECK(buf_text(&b, "12345678901") == -1 && errno == EMSGSIZE);
	CHECK(b.len == 0 && b.s == NULL);
	CHECK(buf_text(&b, "1234567890") == 0);
	CHECK_TEXT(b.s, "1234567890");
	CHECK(buf_text(&b, "") == 0);
	errno = 0;
	CHECK(buf_text(&b, "1") == -1 && errno == EMSGSIZE);
	errno = 0;
	CHECK(buf_format(&b, "%d", 7) == -1 && errno == EMSGSIZE);
	CHECK(buf_reserve(&b, 1) == -1);
	CHECK_TEXT(b.s, "1234567890");
	buf_free(&b);
	CHECK(b.limit == 10);
	CHECK(buf_reserve(&b, 10) == 0 && b.room >= 11);
	buf_free(&b);
}

static void
test_huge(void)
{
	struct buf b = { 0 };

	CHECK(buf_text(&b, "abc") == 0);
	errno = 0;
	CHECK(buf_reserve(&b, (size_t)-1) == -1 && errno == EMSGSIZE);
	errno = 0;
	CHECK(buf_reserve(&b, (size_t)-1 - 3) == -1 && errno == EMSGSIZE);
	errno = 0;
	CHECK(buf_reserve(&b, (size_t)-1 / 4) == -1 && errno == EMSGSIZE);
	CHECK_TEXT(b.s, "abc");
	buf_free(&b);
}

static void
test_format(void)
{
	struct buf b = { .limit = 300 };

	CHECK(buf_format(&b, "%s", "") == 0 && b.len == 0);
	CHECK(buf_format(&b, "%d %s", 42, "is it") == 0);
	CHECK_TEXT(b.s, "42 is it");
	CHECK(buf_format(&b, "%0290d", 0) == 0 && b.len == 298);
	CHECK(buf_format(&b, "xyz") == -1 && b.len == 298);
	CHECK(strlen(b.s) == 298);
	CHECK(buf_add(&b, "\0a", 2) == 0 && b.len == 300 && b.s[299] == 'a');
	buf_free(&b);
}

static void
test_reserve(void)
{
	struct buf b = { 0 };

	CHECK(buf_reserve(&b, 5) == 0 && b.len == 0);
	memcpy(b.s, "12345", 5);
	b.len = 5;
	CHECK(buf_text(&b, "6") == 0);
	CHECK_TEXT(b.s, "123456");
	buf_free(&b);
}

int
main(void)
{
	test_empty();
	test_growth();
	test_limit();
	test_huge();
	test_format();
	test_reserve();
	return check_end("io_buf");
}
