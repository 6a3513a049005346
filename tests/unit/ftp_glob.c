/* ftp_glob.c - patterns: what matches, and that none takes for ever */

#include "../../services/ftpd/glob.c"
#include "check.h"

static void
check_hits(void)
{
	CHECK(glob_match("", ""));
	CHECK(glob_match("*", "a"));
	CHECK(glob_match("*", ""));
	CHECK(glob_match("a*b*c", "aXbYbZc"));
	CHECK(glob_match("*.c", "x.c"));
	CHECK(glob_match("**?", "ab"));
	CHECK(glob_match("?", "\xc3\xa9"));
	CHECK(glob_match("??", "\xc3\xa9x"));
	CHECK(glob_match("[abc]", "b"));
	CHECK(glob_match("[a-c]x", "cx"));
	CHECK(glob_match("[!a-c]", "d"));
	CHECK(glob_match("[]]", "]"));
	CHECK(glob_match("[a-]", "-"));
	CHECK(glob_match("[", "["));
	CHECK(glob_match("[a", "[a"));
	CHECK(glob_match(".*", ".a"));
	CHECK(glob_match("{a,b}", "{a,b}"));
}

static void
check_misses(void)
{
	CHECK(!glob_match("", "a"));
	CHECK(!glob_match("a", ""));
	CHECK(!glob_match("*.c", "x.h"));
	CHECK(!glob_match("?", "ab"));
	CHECK(!glob_match("*", ".a"));
	CHECK(!glob_match("?a", ".a"));
	CHECK(!glob_match("[.]a", ".a"));
	CHECK(!glob_match("[a-c]", "d"));
	CHECK(!glob_match("[!a-c]", "b"));
	CHECK(!glob_match("a*b", "aXc"));
	CHECK(!glob_match("A", "a"));
}

static void
check_work(void)
{
	char pattern[512], name[256];
	int i;

	for (i = 0; i < 500; i += 2) {
		pattern[i] = '*';
		pattern[i + 1] = 'a';
	}
	pattern[500] = 'b';
	pattern[501] = '\0';
	memset(name, 'a', 255);
	name[255] = '\0';
	for (i = 0; i < 100; i++)
		CHECK(!glob_match(pattern, name));
}

int
main(void)
{
	check_hits();
	check_misses();
	check_work();
	return check_end("ftp_glob");
}
