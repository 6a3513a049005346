/* mail_account.c - etc/passwd: each message, and who is found */

#include <errno.h>
#include <stdio.h>

#include "check.h"
#include "logged.h"
#include "mail/account.h"
#include "site.h"

static void
test_names(void)
{
	CHECK(account_name_ok("a"));
	CHECK(account_name_ok("bob.smith_2-x"));
	CHECK(account_name_ok("0"));
	CHECK(account_name_ok("_"));
	CHECK(account_name_ok("abcdefghijklmnopqrstuvwxyz012345"));
	CHECK(!account_name_ok("abcdefghijklmnopqrstuvwxyz0123456"));
	CHECK(!account_name_ok(""));
	CHECK(!account_name_ok("."));
	CHECK(!account_name_ok(".."));
	CHECK(!account_name_ok(".bob"));
	CHECK(!account_name_ok("-rf"));
	CHECK(!account_name_ok("Bob"));
	CHECK(!account_name_ok("a/b"));
	CHECK(!account_name_ok("a b"));
	CHECK(!account_name_ok("a\nb"));
	CHECK(!account_name_ok("b\xc3\xb6" "b"));
}

static void
check_parse(const char *text, const char *want)
{
	char line[4 * ACCOUNT_LINE_MAX];
	struct account a;
	const char *wrong;

	snprintf(line, sizeof line, "%s", text);
	wrong = account_parse(line, &a);
	CHECK_TEXT(wrong == NULL ? "" : wrong, want);
}

static void
test_parse(void)
{
	char line[] = "bob:$6$salt$hash:20001:20002:Bob, it is:spool/home/bob"
	    ":/bin/false\n";
	struct account a;

	CHECK(account_parse(line, &a) == NULL);
	CHECK_TEXT(a.name, "bob");
	CHECK_TEXT(a.hash, "$6$salt$hash");
	CHECK(a.uid == 20001 && a.gid == 20002);
	CHECK_TEXT(a.comment, "Bob, it is");
	CHECK_TEXT(a.home, "spool/home/bob");
	check_parse("smtp:*:19003:19003:talks SMTP:/:/bin/false", "");
	check_parse("b::20000:59999:::", "");
}

static void
test_faults(void)
{
	static const char fields[] = "fewer than seven fields";
	static const char number[] = "uid or gid is not a number";
	static const char range[] = "uid or gid not from 19000 to 59999";
	static const char name[] = "not a name of 1 to 32 of a-z 0-9 . _ -";

	check_parse("", fields);
	check_parse("\n", fields);
	check_parse("# comment", fields);
	check_parse("bob:x:20001:20001:c:h", fields);
	check_parse("bob:x:20001:20001:c:h:s:", "more than seven fields");
	check_parse("bob:x:20001:20001:c:h:s\r\n", "a carriage return");
	check_parse(":x:20001:20001:c:h:s", name);
	check_parse("Bob:x:20001:20001:c:h:s", name);
	check_parse("../x:x:20001:20001:c:h:s", name);
	check_parse("bob:x::20001:c:h:s", number);
	check_parse("bob:x:20001::c:h:s", number);
	check_parse("bob:x: 20001:20001:c:h:s", number);
	check_parse("bob:x:+20001:20001:c:h:s", number);
	check_parse("bob:x:-1:20001:c:h:s", number);
	check_parse("bob:x:20001x:20001:c:h:s", number);
	check_parse("bob:x:0x4e21:20001:c:h:s", number);
	check_parse("bob:x:020001:20001:c:h:s", number);
	check_parse("bob:x:4294967295:20001:c:h:s", number);
	/* 2^32 + 20001 and the like must not become 20001. */
	check_parse("bob:x:4294987297:20001:c:h:s", number);
	check_parse("bob:x:20001:18446744073709571617:c:h:s", number);
	check_parse("bob:x:0:20001:c:h:s", range);
	check_parse("bob:x:20001:0:c:h:s", range);
	check_parse("bob:x:18999:20001:c:h:s", range);
	check_parse("bob:x:60000:20001:c:h:s", range);
	check_parse("bob:x:20001:60000:c:h:s", range);
}

static void
test_long_fields(void)
{
	static const char long_field[] = "a field of over 255 octets";
	char line[1024], field[ACCOUNT_FIELD_MAX + 1];

	memset(field, 'f', sizeof field);
	field[ACCOUNT_FIELD_MAX - 1] = '\0';
	snprintf(line, sizeof line, "b:%s:20001:20001:%s:%s:s", field, field,
	    field);
	check_parse(line, "");
	field[ACCOUNT_FIELD_MAX - 1] = 'f';
	field[ACCOUNT_FIELD_MAX] = '\0';
	snprintf(line, sizeof line, "b:%s:20001:20001:c:h:s", field);
	check_parse(line, long_field);
	snprintf(line, sizeof line, "b:x:20001:20001:%s:h:s", field);
	check_parse(line, long_field);
	snprintf(line, sizeof line, "b:x:20001:20001:c:%s:s", field);
	check_parse(line, long_field);
}

/* The uid under which name is found; 0 if it is not, -1 as it is. */
static long
find(const char *name)
{
	struct account a = { .uid = 7 };
	int found = account_find(name, &a, NULL);

	return found == 1 ? (long)a.uid : found;
}

static void
test_find(void)
{
	site_file(ACCOUNT_FILE,
	    "smtp:*:19003:19003::/:/bin/false\n"
	    "alice:x:20001:20001::h:s\n"
	    "bob:x:20002:20002::h:s");
	CHECK(find("alice") == 20001);
	CHECK(find("bob") == 20002);
	CHECK(find("smtp") == 0);
	CHECK(find("carol") == 0);
	CHECK(find("") == 0);
	CHECK(find("Alice") == 0);
	CHECK(find("alice:x") == 0);
	CHECK_TEXT(logged(), "");
}

/* Wrong lines are told and stand for nobody, the others are there. */
static void
test_find_wrong(void)
{
	static const char text[] = "nul\0:x:20001:20001::h:s\n"
	    "after:x:20009:20009::h:s\n";
	char line[3 * ACCOUNT_LINE_MAX];

	site_file(ACCOUNT_FILE, "\nalice:x:20001:20001::h:s\nbad\n"
	    "bob:x:20002:20002::h:s\n");
	CHECK(find("bob") == 20002);
	CHECK_TEXT(logged(), "etc/passwd:1: fewer than seven fields\n"
	    "etc/passwd:3: fewer than seven fields\n");
	/* Behind 1 KiB a line must not begin anew. */
	memset(line, 'x', sizeof line);
	strcpy(line + ACCOUNT_LINE_MAX - 1, "root:x:20003:20003::h:s\n"
	    "after:x:20004:20004::h:s\n");
	site_file(ACCOUNT_FILE, line);
	CHECK(find("root") == 0);
	CHECK_TEXT(logged(), "etc/passwd:1: line too long, or a NUL in it\n");
	CHECK(find("after") == 20004);
	(void)logged();
	/* A NUL takes its own line away and no other. */
	site_octets(ACCOUNT_FILE, text, sizeof text - 1);
	CHECK(find("after") == 20009);
	CHECK(find("nul") == 0);
	(void)logged();
}

static void
test_find_twice(void)
{
	site_file(ACCOUNT_FILE, "a:x:20001:20001::h:s\nb:x:20001:20002::h:s\n"
	    "a:x:20003:20003::h:s\nc:x:20003:20004::h:s\n"
	    "smtp:*:19003:19003::h:s\nsmtp:x:20005:20005::h:s\n");
	CHECK(find("a") == 20001);
	CHECK_TEXT(logged(), "etc/passwd:3: this name stands further up\n");
	CHECK(find("b") == 0);
	CHECK_TEXT(logged(), "etc/passwd: b has the uid of a line above\n");
	/* Above the line of c stands a line that is nobody's own. */
	CHECK(find("c") == 0);
	(void)logged();
	/* A service's user is no account, also not by a second line. */
	CHECK(find("smtp") == 0);
	CHECK_TEXT(logged(), "etc/passwd:6: this name stands further up\n");
}

static void
test_unreadable(void)
{
	unlink(ACCOUNT_FILE);
	CHECK(find("bob") == -1 && errno == ENOENT);
	if (mkdir(ACCOUNT_FILE, 0700) == -1)
		abort();
	CHECK(find("bob") == -1 && errno == EISDIR);
	rmdir(ACCOUNT_FILE);
}

int
main(void)
{
	static const char *const files[] = { ACCOUNT_FILE, NULL };

	site_begin();
	logged_begin();
	test_names();
	test_parse();
	test_faults();
	test_long_fields();
	test_find();
	test_find_wrong();
	test_find_twice();
	test_unreadable();
	site_end(files);
	return check_end("mail_account");
}
