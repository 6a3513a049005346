/* mail_forward.c - a .forward: what it may say, and what is kept anyway */

#include <stdio.h>
#include <string.h>

#include "check.h"
#include "logged.h"
#include "mail/forward.h"

/* The targets with ";" behind each, and "+" in front if a copy is kept. */
static const char *
parse(const char *file)
{
	static char text[FORWARD_MAX + 2];
	char copy[FORWARD_MAX + 1];
	struct forward f;
	size_t len = strlen(file);

	memcpy(copy, file, len);
	CHECK(forward_parse(&f, "bob", copy, len) == 0);
	snprintf(text, sizeof text, "%s", f.keep ? "+" : "");
	for (size_t at = 0; at < f.targets.len;
	    at += strlen(f.targets.s + at) + 1) {
		strcat(text, f.targets.s + at);
		strcat(text, ";");
	}
	buf_free(&f.targets);
	return text;
}

static void
test_good(void)
{
	CHECK_TEXT(parse("alice\n"), "alice;");
	CHECK_TEXT(parse("alice@x, carol@y\r\n # no\n\n dave "),
	    "alice@x;carol@y;dave;");
	CHECK_TEXT(parse("\"a, b\"@x,\"c\\\"d\"@y"),
	    "\"a, b\"@x;\"c\\\"d\"@y;");
	CHECK_TEXT(parse("\\bob, alice"), "+alice;");
	CHECK_TEXT(parse("BOB\nalice"), "+alice;");
	CHECK_TEXT(logged(), "");
}

/* Whatever is wrong, the mailbox gets the message. */
static void
test_wrong(void)
{
	CHECK_TEXT(parse(""), "+");
	CHECK_TEXT(parse("# nothing\n"), "+");
	CHECK_TEXT(logged(), "");
	CHECK_TEXT(parse("|id\nalice"), "+alice;");
	CHECK_TEXT(logged(), "bob/.forward: |id: not an address\n");
	CHECK_TEXT(parse("\"|id -a\""), "+");
	CHECK_TEXT(parse("/etc/passwd"), "+");
	CHECK_TEXT(parse(":include:/etc/passwd"), "+");
	CHECK_TEXT(parse("a@@b, <c@d>, e f"), "+");
	(void)logged();
}

static void
test_many(void)
{
	char file[6 * 101 + 1] = "";

	for (int i = 0; i < 101; i++)
		strcat(file, "alice\n");
	CHECK(parse(file)[0] == '+');
	CHECK_TEXT(logged(), "bob/.forward: alice: too many addresses\n");
}

static void
test_nul(void)
{
	char file[] = "alice\nx\0y\n";
	struct forward f;

	CHECK(forward_parse(&f, "bob", file, sizeof file - 1) == 0);
	CHECK(f.keep && f.n == 1);
	buf_free(&f.targets);
	CHECK_TEXT(logged(), "bob/.forward: a NUL in it\n");
}

int
main(void)
{
	logged_begin();
	test_good();
	test_wrong();
	test_many();
	test_nul();
	return check_end("mail_forward");
}
