/* io_conf.c - `key value` files: values, faults and their lines */

#include <errno.h>

#include "check.h"
#include "io/conf.h"
#include "logged.h"
#include "site.h"

static struct {
	char	text[8];
	long	number;
	bool	yes;
	char	calls[64];
} got;

static bool
call(void *to, const char *value, const char **why)
{
	char *calls = to;

	if (strcmp(value, "bad") == 0)
		return false;
	if (strcmp(value, "worse") == 0) {
		*why = "much worse";
		return false;
	}
	strcat(strcat(calls, value), ";");
	return true;
}

static const struct setting table[] = {
	{ "text", CONF_TEXT, got.text, 0, sizeof got.text, NULL },
	{ "number", CONF_NUMBER, &got.number, -5, 100, NULL },
	{ "yes", CONF_BOOL, &got.yes, 0, 0, NULL },
	{ "call", CONF_CALL, got.calls, 0, 0, call },
	{ "skip", CONF_SKIP, NULL, 0, 0, NULL },
	{ NULL, CONF_SKIP, NULL, 0, 0, NULL },
};

static int
read_text(const char *text)
{
	memset(&got, 0, sizeof got);
	site_file("etc/x.conf", text);
	errno = 0;
	return conf_read("etc/x.conf", table);
}

static void
test_good(void)
{
	CHECK(read_text("") == 0);
	CHECK(read_text("\n \t\n\r\n# text no\n   # number x\n#") == 0);
	CHECK(read_text("text  a b \t c \r\nNUMBER\t100\n"
	    " \tyes Yes\ncall one\ncall two\nskip\nskip what ever") == 0);
	CHECK_TEXT(got.text, "a b \t c");
	CHECK(got.number == 100 && got.yes);
	CHECK_TEXT(got.calls, "one;two;");
	CHECK(read_text("yes yes\nyes NO\nnumber -5\ntext #no\n") == 0);
	CHECK(!got.yes && got.number == -5);
	CHECK_TEXT(got.text, "#no");
	CHECK_TEXT(logged(), "");
}

/* One fault, on line 2, between two good lines. */
static void
check_fault(const char *line, const char *want)
{
	char text[2 * CONF_LINE_MAX], log[2 * CONF_LINE_MAX];

	snprintf(text, sizeof text, "number 7\n%s\nyes yes\n", line);
	CHECK(read_text(text) == -1 && errno == EINVAL);
	snprintf(log, sizeof log, "etc/x.conf:2: %s\n", want);
	CHECK_TEXT(logged(), log);
	CHECK(got.number == 7 && got.yes);
}

static void
test_faults(void)
{
	check_fault("what ever", "what: no such key");
	check_fault("*", "*: no such key");
	check_fault("textual x", "textual: no such key");
	check_fault("text", "text: no value");
	check_fault("text \t ", "text: no value");
	check_fault("text 12345678", "text: value too long");
	check_fault("number", "number: no value");
	check_fault("number x", "number: not a number");
	check_fault("number 1x", "number: not a number");
	check_fault("number 0x10", "number: not a number");
	check_fault("number 1 2", "number: not a number");
	check_fault("number 101", "number: number out of range");
	check_fault("number -6", "number: number out of range");
	check_fault("number 99999999999999999999", "number: not a number");
	check_fault("yes maybe", "yes: neither yes nor no");
	check_fault("call bad", "call: wrong value");
	check_fault("call worse", "call: much worse");
	check_fault("\x1b[1m x", "\\x1b[1m: no such key");
	/* Each fault is told. */
	CHECK(read_text("a b\n\n# x\nc d\nnumber 3") == -1);
	CHECK_TEXT(logged(), "etc/x.conf:1: a: no such key\n"
	    "etc/x.conf:4: c: no such key\n");
	CHECK(got.number == 3);
}

static void
test_long(void)
{
	char line[2 * CONF_LINE_MAX];

	memset(line, ' ', sizeof line);
	memcpy(line, "text", 4);
	line[CONF_LINE_MAX - 2] = 'x';
	line[CONF_LINE_MAX - 1] = '\0';
	CHECK(read_text(line) == 0);		/* no end: it still fits */
	CHECK_TEXT(got.text, "x");
	line[CONF_LINE_MAX - 1] = '\n';
	line[CONF_LINE_MAX] = '\0';
	CHECK(read_text(line) == 0);
	CHECK_TEXT(got.text, "x");
	line[CONF_LINE_MAX - 1] = '\0';
	line[3] = ' ';
	check_fault(line, "tex: no such key");
	line[CONF_LINE_MAX - 1] = 'y';
	check_fault(line, "tex: line too long, or a NUL in it");
	memset(line + 4, 'z', sizeof line - 5);
	line[4] = ' ';
	line[sizeof line - 1] = '\0';
	CHECK(read_text(line) == -1);
	CHECK_TEXT(logged(),
	    "etc/x.conf:1: tex: line too long, or a NUL in it\n");
}

static void
test_nul(void)
{
	static const char text[] = "number 1\0\nyes yes\nte\0xt x\n\0";

	memset(&got, 0, sizeof got);
	site_octets("etc/x.conf", text, sizeof text - 1);
	CHECK(conf_read("etc/x.conf", table) == -1 && errno == EINVAL);
	CHECK_TEXT(logged(),
	    "etc/x.conf:1: number: line too long, or a NUL in it\n"
	    "etc/x.conf:3: te: line too long, or a NUL in it\n"
	    "etc/x.conf:4: : line too long, or a NUL in it\n");
	CHECK(got.number == 0 && got.yes);
}

/* Files that cannot be read: nothing logged, errno says why. */
static void
test_unreadable(void)
{
	CHECK(conf_read("etc/none.conf", table) == -1 && errno == ENOENT);
	CHECK(conf_read("etc", table) == -1 && errno == EISDIR);
	CHECK_TEXT(logged(), "");
}

/* A table that leaves the keys of others alone. */
static void
test_shared(void)
{
	static const struct setting shared[] = {
		{ "number", CONF_NUMBER, &got.number, 0, 9, NULL },
		{ "*", CONF_SKIP, NULL, 0, 0, NULL },
		{ NULL, CONF_SKIP, NULL, 0, 0, NULL },
	};

	memset(&got, 0, sizeof got);
	site_file("etc/x.conf", "what ever\nnumber 4\nthat\n");
	CHECK(conf_read("etc/x.conf", shared) == 0 && got.number == 4);
	CHECK_TEXT(logged(), "");
}

int
main(void)
{
	static const char *const files[] = { "etc/x.conf", NULL };

	site_begin();
	logged_begin();
	test_good();
	test_faults();
	test_long();
	test_nul();
	test_unreadable();
	test_shared();
	site_end(files);
	return check_end("io_conf");
}
