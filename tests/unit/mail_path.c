/* mail_path.c - addresses of an envelope, good and bad: RFC 5321 4.1.2 */

#include <stdlib.h>
#include <time.h>

#include "check.h"
#include "mail/path.h"
#include "mail/utf8.h"

/* text reads as this local part and domain, is written so, leaves rest. */
static void
check_good(const char *text, const char *local, const char *domain,
    const char *written, const char *rest)
{
	const char *at = text, *wrong;
	struct path path, again;

	wrong = path_read(&at, &path);
	CHECK_TEXT(wrong == NULL ? "" : wrong, "");
	if (wrong != NULL) {
		printf("\tthat was %s\n", text);
		return;
	}
	CHECK_TEXT(path.local, local);
	CHECK_TEXT(path.domain, domain);
	CHECK_TEXT(path.text, written);
	CHECK_TEXT(at, rest);
	/* What is written reads as the same address. */
	if (*written != '\0') {
		CHECK(path_parse(written, &again) == NULL);
		CHECK_TEXT(again.local, local);
		CHECK_TEXT(again.domain, domain);
		CHECK_TEXT(again.text, written);
	}
}

static void
check_bad(const char *text, const char *why)
{
	const char *at = text, *wrong;
	struct path path;

	wrong = path_read(&at, &path);
	CHECK_TEXT(wrong == NULL ? "" : wrong, why);
	if (wrong == NULL)
		printf("\tthat was %s\n", text);
	CHECK(at == text);
}

static void
test_plain(void)
{
	check_good("<bob@hamburger.edu>", "bob", "hamburger.edu",
	    "bob@hamburger.edu", "");
	check_good("  <Bob.Smith@A-b.C3> SIZE=1", "Bob.Smith", "A-b.C3",
	    "Bob.Smith@A-b.C3", " SIZE=1");
	check_good("bob@x BODY=7BIT", "bob", "x", "bob@x", " BODY=7BIT");
	check_good("<>", "", "", "", "");
	check_good(" <> X=Y", "", "", "", " X=Y");
	check_good("<Postmaster>", "Postmaster", "", "Postmaster", "");
	check_good("postmaster", "postmaster", "", "postmaster", "");
	check_good("<!#$%&'*+-/=?^_`{|}~@x>", "!#$%&'*+-/=?^_`{|}~", "x",
	    "!#$%&'*+-/=?^_`{|}~@x", "");
	check_good("<a%b@x>", "a%b", "x", "a%b@x", "");
	check_good("<b@1.2.3.4>", "b", "1.2.3.4", "b@1.2.3.4", "");
	check_good("<b@under_score.x>", "b", "under_score.x",
	    "b@under_score.x", "");
}

static void
test_quoted(void)
{
	check_good("<\"a b\"@x>", "a b", "x", "\"a b\"@x", "");
	check_good("<\"bob\"@x>", "bob", "x", "bob@x", "");
	check_good("<\"a\\\"b\\\\c\"@x>", "a\"b\\c", "x",
	    "\"a\\\"b\\\\c\"@x", "");
	check_good("<\"a@b>\"@x>", "a@b>", "x", "\"a@b>\"@x", "");
	check_good("<\"a..b\"@x>", "a..b", "x", "\"a..b\"@x", "");
	check_good("<\".\"@x>", ".", "x", "\".\"@x", "");
	check_good("<\"\\a\\b\"@x>", "ab", "x", "ab@x", "");
	check_bad("<\"a b@x>", "a quoted string that does not end");
	check_bad("<\"a\\", "a quoted string that does not end");
	check_bad("<\"a\\\"@x>", "a quoted string that does not end");
	check_bad("<\"a\tb\"@x>", "a quoted string that does not end");
	check_bad("<\"a\rb\"@x>", "a quoted string that does not end");
	check_bad("<\"a\\\rb\"@x>", "a quoted string that does not end");
	check_good("<\"\xc3\xa4 b\"@x>", "\xc3\xa4 b", "x",
	    "\"\xc3\xa4 b\"@x", "");
	check_bad("<\"\xc3\"@x>", "a quoted string that does not end");
	check_bad("<\"\"@x>", "an empty local part");
	check_bad("<\"a\"b@x>", "no closing angle bracket");
	check_bad("<a\"b\"@x>", "no closing angle bracket");
	check_bad("<\"a\".b@x>", "no closing angle bracket");
}

/* RFC 6531: characters, not octets; and whoever needs to know is told. */
static void
test_utf8(void)
{
	static const char *const wrong[] = { "\x80", "\xc3", "\xc0\xaf",
	    "\xe0\x80\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80",
	    "\xf8\x88\x80\x80\x80", "\xc2\x85", "\xe2\x82" };
	static const char wide[] = "\xe2\x82\xac", high[] = "\xf0\x9f\x8d\x94";
	char text[512] = "";
	struct path path;

	check_good("<j\xc3\xb6rg@x>", "j\xc3\xb6rg", "x", "j\xc3\xb6rg@x",
	    "");
	check_good("<a@b\xc3\xbc" "cher.example>", "a",
	    "b\xc3\xbc" "cher.example", "a@b\xc3\xbc" "cher.example", "");
	CHECK(utf8_length(wide) == 3 && utf8_length(high) == 4);
	CHECK(utf8_length("a") == 0 && utf8_length("") == 0);
	CHECK(path_parse("a@x", &path) == NULL && !path.utf8);
	CHECK(path_parse("\xc3\xb6@x", &path) == NULL && path.utf8);
	CHECK(path_parse("a@\xc3\xb6", &path) == NULL && path.utf8);
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		CHECK(utf8_length(wrong[i]) == 0);
		snprintf(text, sizeof text, "a%s@x", wrong[i]);
		CHECK(path_parse(text, &path) != NULL);
	}
	text[0] = '\0';
	for (int i = 0; i < 21; i++)
		strcat(text, wide);
	strcpy(text + 63, "a@x");
	CHECK(path_parse(text, &path) == NULL);
	strcpy(text + 63, "\xc3\xb6@x");
	CHECK(path_parse(text, &path) != NULL);
}

static void
test_routes(void)
{
	check_good("<@one:bob@x>", "bob", "x", "bob@x", "");
	check_good("<@one.a,@two.b,@[1.2.3.4]:bob@x> S", "bob", "x", "bob@x",
	    " S");
	check_good("<@[IPv6:::1]:bob@x>", "bob", "x", "bob@x", "");
	check_good("<@one:\"a:b\"@x>", "a:b", "x", "\"a:b\"@x", "");
	check_good("<@one:bob>", "bob", "", "bob", "");
	check_good("@one:bob@x", "bob", "x", "bob@x", "");
	check_bad("<@one>", "a source route that does not end");
	check_bad("<@one,bob@x>", "a source route that does not end");
	check_bad("<@one,:bob@x>", "a source route that does not end");
	check_bad("<@one;@two:bob@x>", "a source route that does not end");
	check_bad("<@one> SIZE=1:bob@x>", "a source route that does not end");
	check_bad("<@:bob@x>", "no domain");
	check_bad("<@@@:bob@x>", "no domain");
	check_bad("<@a..b:bob@x>", "a label of 0 or over 63 octets");
	check_bad("<@one:>", "no local part");
	check_bad("<@one:@two:bob@x>", "no local part");
}

static void
test_literals(void)
{
	check_good("<b@[127.0.0.1]>", "b", "[127.0.0.1]", "b@[127.0.0.1]", "");
	check_good("<b@[IPv6:2001:db8::1]>", "b", "[IPv6:2001:db8::1]",
	    "b@[IPv6:2001:db8::1]", "");
	check_good("<b@[tag:any!thing]>", "b", "[tag:any!thing]",
	    "b@[tag:any!thing]", "");
	check_bad("<b@[127.0.0.1>", "an address literal that does not end");
	check_bad("<b@[]>", "an address literal that does not end");
	check_bad("<b@[", "an address literal that does not end");
	check_bad("<b@[1 2]>", "an address literal that does not end");
	check_bad("<b@[1\r2]>", "an address literal that does not end");
	check_bad("<b@[1\t2]>", "an address literal that does not end");
	check_bad("<b@[\xff]>", "an address literal that does not end");
	check_bad("<b@[a[b]>", "an address literal that does not end");
	check_bad("<b@[a\\]>", "an address literal that does not end");
	check_bad("<b@[a]b>", "no closing angle bracket");
	check_bad("<b@a[1]>", "no closing angle bracket");
}

static void
test_addresses(void)
{
	CHECK(path_is_address("[127.0.0.1]", "127.0.0.1"));
	CHECK(path_is_address("[ipv6:2001:DB8:0::1]", "2001:db8::1"));
	CHECK(!path_is_address("[127.0.0.2]", "127.0.0.1"));
	CHECK(!path_is_address("127.0.0.1", "127.0.0.1"));
	CHECK(!path_is_address("[127.0.0.1", "127.0.0.1"));
	CHECK(!path_is_address("[::1]", "::1"));
	CHECK(!path_is_address("[IPv6:127.0.0.1]", "127.0.0.1"));
	CHECK(!path_is_address("[IPv6:", ""));
	CHECK(!path_is_address("[]", ""));
	CHECK(!path_is_address("[", ""));
	CHECK(!path_is_address("", ""));
	CHECK(!path_is_address("[IPv6:2001:db8:2001:db8:2001:db8:2001:db8:2001:"
	    "db8:2001:db8:2001:db8:2001:db8]", "2001:db8::1"));
}

static void
test_faults(void)
{
	check_bad("", "no local part");
	check_bad("   ", "no local part");
	check_bad("<", "no local part");
	check_bad("< >", "no local part");
	check_bad("< bob@x>", "no local part");
	check_bad("<@x>", "a source route that does not end");
	check_bad("<bob@>", "no domain");
	check_bad("<bob@@x>", "no domain");
	check_bad("<bob@x", "no closing angle bracket");
	check_bad("<bob @x>", "no closing angle bracket");
	check_bad("<bob@x >", "no closing angle bracket");
	check_bad("<bob@x@y>", "no closing angle bracket");
	check_bad("<bob@x>SIZE=1", "something behind the address");
	check_bad("<>SIZE=1", "something behind the address");
	check_bad("<>>", "something behind the address");
	check_bad("bob@x>", "something behind the address");
	check_bad("<<bob@x>>", "no local part");
	check_bad("<.bob@x>", "a dot that stands wrong");
	check_bad("<bob.@x>", "a dot that stands wrong");
	check_bad("<b..ob@x>", "a dot that stands wrong");
	check_bad("<.>", "a dot that stands wrong");
	check_bad("<bob@.x>", "a label of 0 or over 63 octets");
	check_bad("<bob@x.>", "no domain");
	check_bad("<bob@x..y>", "a label of 0 or over 63 octets");
	check_bad("<b\xc3" "b@x>", "no closing angle bracket");
	check_bad("<bob@\xff>", "no domain");
	check_bad("<b\rob@x>", "no closing angle bracket");
	check_bad("<bob@x\r>", "no closing angle bracket");
	check_bad("<bob(comment)@x>", "no closing angle bracket");
}

static void
test_parse(void)
{
	struct path path;

	CHECK(path_parse("bob@x", &path) == NULL);
	CHECK(path_parse("bob", &path) == NULL && path.domain[0] == '\0');
	CHECK(path_parse("", &path) != NULL);
	CHECK(path_parse("<bob@x>", &path) != NULL);
	CHECK(path_parse("bob@x ", &path) != NULL);
	CHECK(path_parse(" bob@x", &path) != NULL);
	CHECK(path_parse("bob@x,eve@y", &path) != NULL);
	CHECK(path_parse("@r:bob@x", &path) != NULL);
}

/* "<" n times l "@" a domain of m octets in labels of at most 63 ">". */
static char *
make(size_t n, size_t m, char *text)
{
	char *to = text;

	*to++ = '<';
	memset(to, 'l', n);
	to += n;
	*to++ = '@';
	for (size_t i = 1; i <= m; i++)
		*to++ = i % 64 == 0 && i < m ? '.' : 'd';
	*to++ = '>';
	*to = '\0';
	return text;
}

static void
test_limits(void)
{
	char text[1024], label[128];
	struct path path;
	const char *at;

	at = make(PATH_LOCAL_MAX, PATH_DOMAIN_MAX, text);
	CHECK(path_read(&at, &path) == NULL && *at == '\0');
	CHECK(strlen(path.local) == 64 && strlen(path.domain) == 255);
	CHECK(strlen(path.text) == 320);
	check_bad(make(65, 10, text), "local part of over 64 octets");
	check_bad(make(10, 257, text), "domain of over 255 octets");
	check_bad(make(10, 600, text), "domain of over 255 octets");
	/* A label of 63 octets, and of 64. */
	snprintf(label, sizeof label, "<b@%063d.x>", 0);
	at = label;
	CHECK(path_read(&at, &path) == NULL);
	snprintf(label, sizeof label, "<b@x.%064d>", 0);
	check_bad(label, "a label of 0 or over 63 octets");
	/* 64 octets that all need a backslash: the longest text. */
	text[0] = '"';
	for (int i = 0; i < 64; i++)
		memcpy(text + 1 + 2 * i, i % 2 ? "\\\"" : "\\\\", 2);
	strcpy(text + 129, "\"@");
	make(1, PATH_DOMAIN_MAX, text + 400);
	memcpy(text + 131, text + 403, PATH_DOMAIN_MAX);
	text[131 + PATH_DOMAIN_MAX] = '\0';
	CHECK(path_parse(text, &path) == NULL);
	CHECK(strlen(path.local) == 64 && strcmp(path.text, text) == 0);
	CHECK(strlen(path.text) == PATH_TEXT_SIZE - 1);
	memmove(text + 3, text + 1, strlen(text));
	memcpy(text + 1, "\\\"", 2);
	CHECK(path_parse(text, &path) != NULL);
	/* An address literal of 255 octets, and of 256. */
	memset(text, 'x', sizeof text);
	memcpy(text, "b@[", 3);
	strcpy(text + 2 + 254, "]");
	CHECK(path_parse(text, &path) == NULL);
	text[2 + 254] = 'x';
	strcpy(text + 2 + 255, "]");
	CHECK(path_parse(text, &path) != NULL);
}

/* Ten thousand of anything: linear time, and a fault. */
static void
test_bombs(void)
{
	static const char *const pieces[] = { "<", ">", "\"", "\\", "\\\"",
	    "@", "@a,", "@a:", ".", "a.", "[", "]", ":", " ", "(", "<>",
	    "\"\\" };
	enum { TIMES = 10000 };
	static char bomb[4 * TIMES + 8];
	clock_t begun = clock();
	struct path path;

	for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++)
		for (int shift = 0; shift < 3; shift++) {
			const char *at = bomb;
			char *to = bomb;

			memcpy(to, "<\"", (size_t)shift);
			to += shift;
			for (int n = 0; n < TIMES; n++)
				to = strcpy(to, pieces[i]) + strlen(pieces[i]);
			if (path_read(&at, &path) == NULL)
				CHECK(at == bomb + 2 && shift == 0);
			else
				CHECK(at == bomb);
			CHECK(path_parse(bomb, &path) != NULL);
		}
	CHECK(clock() - begun < CLOCKS_PER_SEC);
}

int
main(void)
{
	test_plain();
	test_quoted();
	test_utf8();
	test_routes();
	test_literals();
	test_addresses();
	test_faults();
	test_parse();
	test_limits();
	test_bombs();
	return check_end("mail_path");
}
