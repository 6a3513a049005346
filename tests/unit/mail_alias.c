/* mail_alias.c - etc/aliases: entries, continuations, and wrong lines */

#include <errno.h>
#include <stdio.h>

#include "check.h"
#include "logged.h"
#include "mail/alias.h"
#include "site.h"

/* The targets of name with ";" behind each; "-" for none, "!" for -1. */
static const char *
find(const char *name)
{
	static char text[ALIAS_TARGETS_MAX + 2];
	struct buf b = { 0 };
	int found = alias_find(&name, 1, &b);

	strcpy(text, found == 0 ? "-" : found == -1 ? "!" : "");
	if (found == 1) {
		memcpy(text, b.s, b.len + 1);
		for (size_t i = 0; i < b.len; i++)
			if (text[i] == '\0')
				text[i] = ';';
	}
	buf_free(&b);
	return text;
}

static const char *
find_in(const char *file, const char *name)
{
	site_file(ALIAS_FILE, file);
	CHECK(alias_open() == 0);
	return find(name);
}

static void
test_good(void)
{
	static const char file[] =
	    "# a comment: not an alias\n"
	    "\n"
	    "postmaster: alice\n"
	    "Staff :alice,bob\t,  carol@hamburger.edu \r\n"
	    "list: one,\n"
	    "\ttwo, three\n"
	    "  # a comment between\n"
	    "\n"
	    " \t \n"
	    " \"a b\"@x ,, ,four\n"
	    "bob@XN--mnchen-3ya.de: one\n"
	    "@b\xc3\xbc" "cher.example: two\n"
	    "last:end";

	CHECK_TEXT(find_in(file, "postmaster"), "alice;");
	CHECK_TEXT(find("POSTmaster"), "alice;");
	CHECK_TEXT(find("staff"), "alice;bob;carol@hamburger.edu;");
	CHECK_TEXT(find("list"), "one;two;three;\"a b\"@x;four;");
	CHECK_TEXT(find("last"), "end;");
	CHECK_TEXT(find("bob@m\xc3\xbcnchen.de"), "one;");
	CHECK_TEXT(find("@xn--bcher-kva.example"), "two;");
	CHECK_TEXT(find("b@m\xc3\xbcnchen.de"), "-");
	CHECK_TEXT(find("alice"), "-");
	CHECK_TEXT(find("post"), "-");
	CHECK_TEXT(find("postmasters"), "-");
	CHECK_TEXT(find(""), "-");
	CHECK_TEXT(find("# a comment"), "-");
	CHECK_TEXT(find("two"), "-");
	CHECK_TEXT(logged(), "");
	CHECK_TEXT(find_in("", "x"), "-");
	CHECK_TEXT(find_in(" x\n\ty: z\nx: a", "y"), "-");
	CHECK_TEXT(find("x"), "a;");
	CHECK_TEXT(find_in("x: a:b\n", "x"), "a:b;");
	CHECK_TEXT(logged(), "");
}

/* Of several names the first counts that is there, wherever it stands. */
static void
test_order(void)
{
	const char *const names[] = { "bob+x@y", "bob@y", "bob" };
	struct buf b = { 0 };

	site_file(ALIAS_FILE, "bob: one\nbob@y: two\n three\nx: four\n");
	CHECK(alias_find(names, 3, &b) == 2);
	CHECK(b.len == 10 && memcmp(b.s, "two\0three", 10) == 0);
	buf_free(&b);
	site_file(ALIAS_FILE, "bob@y:\nBob: one\n");
	CHECK(alias_find(names, 3, &b) == -1);
	buf_free(&b);
	CHECK(alias_find(names, 1, &b) == 0);
	buf_free(&b);
	(void)logged();
}

static void
test_include(void)
{
	CHECK_TEXT(find_in("a: :include:none\nb: x, :include:../x, y\n"
	    "c: z, :INCLUDE:., y\nd: ok\n", "a"), "!");
	CHECK_TEXT(logged(), "etc/aliases:1: the list cannot be opened\n");
	CHECK_TEXT(find("b"), "!");
	CHECK_TEXT(logged(), "etc/aliases:2: not the name of a list\n");
	CHECK_TEXT(find("c"), "!");
	CHECK_TEXT(find("d"), "ok;");
	(void)logged();
}

/* The first of two is the one; the targets of the second go nowhere. */
static void
test_duplicates(void)
{
	CHECK_TEXT(find_in("x: a\ny: b\nX: c\n d\nz: e\n", "x"), "a;");
	CHECK_TEXT(logged(), "etc/aliases:3: this name stands further up\n");
	CHECK_TEXT(find("y"), "b;");
	CHECK_TEXT(find("z"), "e;");
	CHECK_TEXT(logged(), "");
}

static void
test_wrong_lines(void)
{
	static const char not[] = "not `name: target, target'\n";
	char log[256];

	CHECK_TEXT(find_in("a: b\nno colon\n c\n: d\n e\nf: g\n", "a"), "b;");
	snprintf(log, sizeof log, "etc/aliases:2: %setc/aliases:4: %s", not,
	    not);
	CHECK_TEXT(logged(), log);
	CHECK_TEXT(find("f"), "g;");
	CHECK_TEXT(find(""), "-");
	(void)logged();
}

/* Nobody to send it to is a fault of the file, and no mail is lost by it. */
static void
test_no_targets(void)
{
	CHECK_TEXT(find_in("x:\ny: , ,\nz:\n ok\n", "x"), "!");
	CHECK(errno == EIO);
	CHECK_TEXT(logged(), "etc/aliases: x: no target\n");
	CHECK_TEXT(find("y"), "!");
	CHECK_TEXT(find("z"), "ok;");
}

/*
 * A line over the limit: its own entry is refused as a whole, and what goes
 * on behind it belongs to nobody.
 */
static void
test_long(void)
{
	char file[3 * ALIAS_LINE_MAX], line[2 * ALIAS_LINE_MAX];

	(void)logged();
	memset(line, 'x', sizeof line);
	line[ALIAS_LINE_MAX - 4] = '\0';
	snprintf(file, sizeof file, "a: %s\nb: c\n", line);
	CHECK(strlen(find_in(file, "a")) == ALIAS_LINE_MAX - 3);
	CHECK_TEXT(find("b"), "c;");
	CHECK_TEXT(logged(), "");
	line[ALIAS_LINE_MAX - 4] = 'x';
	line[sizeof line - 1] = '\0';
	snprintf(file, sizeof file, "a: b\nlong: %s\n c\nd: e\n", line);
	CHECK_TEXT(find_in(file, "a"), "b;");
	CHECK_TEXT(logged(),
	    "etc/aliases:2: line too long, or a NUL in it\n");
	CHECK_TEXT(find("d"), "e;");
	CHECK_TEXT(find("long"), "!");
	snprintf(file, sizeof file, "a: b\n ,%s\n c\nd: e\n", line);
	CHECK_TEXT(find_in(file, "a"), "!");
	CHECK_TEXT(find("d"), "e;");
	(void)logged();
}

static void
test_nul(void)
{
	static const char file[] = "a: b\0c\nd: e\nf: g\0";

	site_octets(ALIAS_FILE, file, sizeof file - 1);
	CHECK_TEXT(find("d"), "e;");
	CHECK_TEXT(find("a"), "!");
	CHECK_TEXT(find("f"), "!");
	(void)logged();
}

/* More targets than one name may have: to all or, later, to all. */
static void
test_many(void)
{
	enum { LINES = 70 };
	static char file[LINES * 1024 + 64];
	size_t n = (size_t)sprintf(file, "all: a\n");

	for (int i = 0; i < LINES; i++)
		n += (size_t)sprintf(file + n, "\t%01000d\n", i);
	strcpy(file + n, "next: b\n");
	CHECK_TEXT(find_in(file, "all"), "!");
	CHECK_TEXT(logged(), "etc/aliases:67: too many targets\n");
	CHECK_TEXT(find("next"), "b;");
	strcpy(file + 7 + 65 * 1002, "next: b\n");
	CHECK(strlen(find_in(file, "all")) == 2 + 65 * 1001);
	CHECK_TEXT(logged(), "");
}

static void
test_unreadable(void)
{
	CHECK_TEXT(find_in("x: a\n", "x"), "a;");
	unlink(ALIAS_FILE);
	CHECK_TEXT(find("x"), "a;");
	CHECK(alias_open() == 0);
	CHECK_TEXT(find("x"), "-");
	if (mkdir(ALIAS_FILE, 0700) == -1)
		abort();
	CHECK(alias_open() == 0);
	(void)logged();
	CHECK_TEXT(find("x"), "!");
	CHECK_TEXT(logged(), "etc/aliases: Is a directory\n");
	rmdir(ALIAS_FILE);
}

int
main(void)
{
	static const char *const files[] = { ALIAS_FILE, NULL };

	site_begin();
	logged_begin();
	test_good();
	test_order();
	test_include();
	test_duplicates();
	test_wrong_lines();
	test_no_targets();
	test_long();
	test_nul();
	test_many();
	test_unreadable();
	site_end(files);
	return check_end("mail_alias");
}
