/* imap_names.c - unit test of imapd's utf7.c, pattern.c and sequence.c */

#include "../../services/imapd/pattern.c"
#include "../../services/imapd/sequence.c"
#include "../../services/imapd/utf7.c"
#include "check.h"

static bool
ok(const char *name)
{
	return utf7_ok(&(struct text){ name, strlen(name) });
}

static const char *
utf8(const char *name)
{
	static char to[64];

	return utf7_to_utf8(&(struct text){ name, strlen(name) }, to,
	    sizeof to) ? to : "(wrong)";
}

static const char *
utf7(const char *name)
{
	static char to[64];

	return utf7_from_utf8(&(struct text){ name, strlen(name) }, to,
	    sizeof to) ? to : "(wrong)";
}

static void
names(void)
{
	CHECK(ok("INBOX"));
	CHECK(ok("~peter/mail/&U,BTFw-/&ZeVnLIqe-"));	/* RFC 3501 5.1.3 */
	CHECK(ok("a&-b"));
	CHECK(!ok("&"));
	CHECK(!ok("&-&"));
	CHECK(!ok("a&b"));
	CHECK(!ok("&AGE-"));			/* needless */
	CHECK(!ok("&Jjo!"));
	CHECK(!ok("&U,BTFw-&ZeVnLIqe-"));	/* two runs for one */
	CHECK(!ok("&U,BTFx-"));			/* bits left over */
	CHECK(!ok("&2AA-"));			/* half a surrogate */
	CHECK(!ok("caf\xc3\xa9"));
	CHECK(!ok("tab\t"));
	CHECK_TEXT(utf8("&U,BTFw-"), "\xe5\x8f\xb0\xe5\x8c\x97");
	CHECK_TEXT(utf7("\xe5\x8f\xb0\xe5\x8c\x97"), "&U,BTFw-");
	CHECK_TEXT(utf7("caf\xc3\xa9 & \xf0\x9f\x98\x80"),
	    "caf&AOk- &- &2D3eAA-");
	CHECK_TEXT(utf8("&2D3eAA-"), "\xf0\x9f\x98\x80");
	CHECK_TEXT(utf7("\xc0\x80"), "(wrong)");
	CHECK_TEXT(utf7("\xed\xa0\x80"), "(wrong)");
}

static void
patterns(void)
{
	char many[PATTERN_MAX + 2];

	CHECK(pattern_match("*", "a.b"));
	CHECK(pattern_match("%", "a"));
	CHECK(!pattern_match("%", "a.b"));
	CHECK(pattern_match("%.%", "a.b"));
	CHECK(pattern_match("a*", "a"));
	CHECK(pattern_match("a%", "a"));
	CHECK(pattern_match("*b", "a.b"));
	CHECK(pattern_match("a.%.c", "a.xyz.c"));
	CHECK(!pattern_match("a.%.c", "a.x.y.c"));
	CHECK(pattern_match("%*%", "a.b"));
	CHECK(pattern_match("inbox", "INBOX"));
	CHECK(pattern_match("iNbOx.*", "INBOX.x"));
	CHECK(!pattern_match("a", "A"));
	CHECK(!pattern_match("", "a"));
	CHECK(pattern_match("a%b*c", "axxb.y.c"));
	CHECK(!pattern_match("a%b*c", "a.b.c"));
	for (size_t i = 0; i < PATTERN_MAX; i++)
		many[i] = i % 2 == 0 ? '*' : 'a';
	many[PATTERN_MAX] = '\0';
	CHECK(!pattern_match(many, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab"));
	many[PATTERN_MAX] = '*';
	many[PATTERN_MAX + 1] = '\0';
	CHECK(!pattern_match(many, "a"));
}

static const char *
set(const char *text, uint32_t star)
{
	static struct sequence q;
	static struct buf b;
	const char *why;

	buf_clear(&b);
	why = sequence_parse(&q, &(struct text){ text, strlen(text) }, star);
	if (why != NULL)
		return "(wrong)";
	return sequence_write(&q, &b) == 0 ? b.s : "(memory)";
}

static void
sets(void)
{
	CHECK_TEXT(set("1", 9), "1");
	CHECK_TEXT(set("5:2,3,1", 9), "1:5");
	CHECK_TEXT(set("*", 9), "9");
	CHECK_TEXT(set("*:7,1", 9), "1,7:9");
	CHECK_TEXT(set("20:*", 9), "9:20");
	CHECK_TEXT(set("1,2,3,5", 9), "1:3,5");
	CHECK_TEXT(set("4294967295:1", 9), "1:4294967295");
	CHECK_TEXT(set("0", 9), "(wrong)");
	CHECK_TEXT(set("1:", 9), "(wrong)");
	CHECK_TEXT(set("1,", 9), "(wrong)");
	CHECK_TEXT(set(",1", 9), "(wrong)");
	CHECK_TEXT(set("1::2", 9), "(wrong)");
	CHECK_TEXT(set("4294967296", 9), "(wrong)");
	CHECK_TEXT(set("$", 9), "(wrong)");
}

int
main(void)
{
	names();
	patterns();
	sets();
	return check_end("imap_names");
}
