/*
 * message.c - unit test of the MIME reader and the readers of header fields:
 * message.c, mimetype.c, addresses.c, date.c, words.c, wire.c
 */

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "io/buf.h"
#include "mail/addresses.h"
#include "mail/date.h"
#include "mail/message.h"
#include "mail/mimetype.h"
#include "mail/wire.h"
#include "mail/words.h"
#include "check.h"

static struct message m;

static void
parse(const char *text)
{
	CHECK(message_parse(&m, text, strlen(text)) == 0);
}

/* "3+5/1": octets on the wire of header and body, and the body's lines. */
static const char *
sizes(unsigned n, unsigned a, unsigned b, unsigned c)
{
	static char text[64];
	unsigned number[3] = { a, b, c };
	const struct part *p = message_part(&m, number, n);

	if (p == NULL)
		return "none";
	snprintf(text, sizeof text, "%zu+%zu/%zu",
	    mark_size(&p->header, &p->body), mark_size(&p->body, &p->end),
	    p->end.lines - p->body.lines);
	return text;
}

static void
structure(void)
{
	parse("");
	CHECK_TEXT(sizes(0, 0, 0, 0), "0+0/0");
	parse("A: b\n\nx\r\ny");
	CHECK_TEXT(sizes(0, 0, 0, 0), "8+4/1");
	CHECK_TEXT(sizes(1, 1, 0, 0), "8+4/1");
	CHECK_TEXT(sizes(1, 2, 0, 0), "none");
	CHECK_TEXT(sizes(2, 1, 1, 0), "none");
	/* Boundaries that begin alike, blanks behind, no end. */
	parse("Content-Type: multipart/mixed; boundary=a\n\nx\n--a \n\nb\n"
	    "--ab\nc\n\n--a\nContent-Type: multipart/x; boundary=\"ab\"\n\n"
	    "--ab\n\n1\n--a\n\nlast");
	CHECK_TEXT(sizes(1, 1, 0, 0), "2+12/3");
	CHECK_TEXT(sizes(2, 2, 1, 0), "2+1/0");
	CHECK_TEXT(sizes(1, 3, 0, 0), "2+4/0");
	CHECK_TEXT(sizes(1, 4, 0, 0), "none");
	/* What follows the close-delimiter belongs to nobody. */
	parse("Content-Type: multipart/mixed; boundary=a\n\n--a\n\nx\n--a--\n"
	    "--a\n\ny\n");
	CHECK_TEXT(sizes(1, 2, 0, 0), "none");
	/* A digest's parts are messages; a message's parts are its body's. */
	parse("Content-Type: multipart/digest; boundary=a\n\n--a\n\nS: x\n\n"
	    "body\n--a--\n");
	CHECK(m.parts == 3 && m.part[1].kind == PART_MESSAGE);
	CHECK_TEXT(sizes(2, 1, 1, 0), "8+4/0");
	parse("Content-Type: message/rfc822\n\nContent-Type: multipart/m; "
	    "boundary=b\n\n--b\n\nx\n--b--");
	CHECK_TEXT(sizes(2, 1, 1, 0), "2+1/0");
	parse("Content-Type: message/rfc822\n");
	CHECK(m.parts == 2);
}

/* Nesting and numbers beyond the caps, in time that grows with the text. */
static void
limits(void)
{
	struct buf b = { 0 };
	clock_t start = clock();

	for (int i = 0; i < 10000; i++)
		buf_format(&b, "Content-Type: multipart/x; boundary=b%d\n\n"
		    "--b%d\n", i, i);
	CHECK(message_parse(&m, b.s, b.len) == 0);
	CHECK(m.parts == MESSAGE_DEPTH_MAX);
	buf_clear(&b);
	for (int i = 0; i < 10000; i++)
		buf_text(&b, "Content-Type: message/rfc822\n\n");
	CHECK(message_parse(&m, b.s, b.len) == 0);
	CHECK(m.parts == MESSAGE_DEPTH_MAX);
	buf_clear(&b);
	buf_text(&b, "Content-Type: multipart/x; boundary=b\n\n");
	for (int i = 0; i < 100000; i++)
		buf_text(&b, "--b\n\nx\n");
	CHECK(message_parse(&m, b.s, b.len) == 0);
	CHECK(m.parts == MESSAGE_PARTS_MAX);
	CHECK((clock() - start) / CLOCKS_PER_SEC < 5);
	buf_free(&b);
}

static struct field
value(const char *text)
{
	return (struct field){ .value = text, .value_len = strlen(text) };
}

/* name|route|local|domain; for each, "-" where there is none. */
static const char *
addresses(const char *text)
{
	static char line[512];
	struct field f = value(text);
	struct addresses list;
	struct address a;
	const struct text *t[4] = { &a.name, &a.route, &a.local, &a.domain };
	size_t n = 0;

	CHECK(addresses_start(&list, &f) == 0);
	while (addresses_next(&list, &a)) {
		n += (size_t)snprintf(line + n, sizeof line - n,
		    a.kind == ADDRESS_GROUP ? "{" :
		    a.kind == ADDRESS_GROUP_END ? "}" : "<");
		for (int i = 0; a.kind == ADDRESS_BOX && i < 4; i++)
			n += (size_t)snprintf(line + n, sizeof line - n,
			    "%s%.*s", i == 0 ? "" : "|",
			    t[i]->s == NULL ? 1 : (int)t[i]->n,
			    t[i]->s == NULL ? "-" : t[i]->s);
	}
	addresses_end(&list);
	line[n] = '\0';
	return line;
}

static void
address_lists(void)
{
	CHECK_TEXT(addresses("a@b"), "<-|-|a|b");
	CHECK_TEXT(addresses("Joe Q. Public <joe@x.y>"),
	    "<Joe Q. Public|-|joe|x.y");
	CHECK_TEXT(addresses("\"A, \\\"B\\\"\" <a@b>, c@d (C)"),
	    "<A, \"B\"|-|a|b<C|-|c|d");
	CHECK_TEXT(addresses("<@r,@s:a@b>"), "<-|@r,@s|a|b");
	CHECK_TEXT(addresses("G: a@b, c@d;, e@f"),
	    "{<-|-|a|b<-|-|c|d}<-|-|e|f");
	CHECK_TEXT(addresses("undisclosed:;"), "{}");
	CHECK_TEXT(addresses("G: a@b"), "{<-|-|a|b}");
	CHECK_TEXT(addresses("a: b: c@d;"), "{<-|-|c|d}");
	CHECK_TEXT(addresses("joe"), "<-|-|joe|-");
	CHECK_TEXT(addresses("a b <@"), "<a b|@|-|-");
	CHECK_TEXT(addresses("\"a b\"@[1.2.3.4]"), "<-|-|a b|[1.2.3.4]");
	CHECK_TEXT(addresses("a (x (y) \\) z) @ b"), "<x (y) ) z|-|a|b");
	CHECK_TEXT(addresses(",,;>"), "");
}

static void
parameters(void)
{
	const char *header = "content-type: Text/HTML;\n\tcharset=\"a\\\"b\" "
	    "(c); x*1*=2; name*0=a; name*1=b; name*2*=%20; y\n\n";
	struct mime_type t;
	char to[64];

	mime_type_of(&t, header, header + strlen(header), false);
	CHECK(t.is_text && !t.is_default && t.subtype_len == 4);
	CHECK(mime_param(&t.params, "charset", to, sizeof to) == 3 &&
	    memcmp(to, "a\"b", 3) == 0);
	CHECK(mime_param(&t.params, "NAME", to, sizeof to) == 5 &&
	    memcmp(to, "ab%20", 5) == 0);
	CHECK(mime_param(&t.params, "y", to, sizeof to) == 0);
	mime_type_of(&t, "", "", true);
	CHECK(t.is_message && t.is_default);
}

static const char *
when(const char *text)
{
	static char to[DATE_IMAP_SIZE];
	struct date d;

	if (!date_parse(&d, text, strlen(text)))
		return "none";
	date_imap(to, &d);
	return to;
}

static void
dates(void)
{
	struct date d;

	CHECK_TEXT(when("Mon, 2 Feb 2026 10:00:00 +0100"),
	    "02-Feb-2026 10:00:00 +0100");
	CHECK_TEXT(when("2 feb 26 1:02 EST (x)"), "02-Feb-2026 01:02:00 -0500");
	CHECK_TEXT(when("Fri, 29 Feb 2000"), "29-Feb-2000 00:00:00 +0000");
	CHECK_TEXT(when("30 Feb 2000"), "none");
	CHECK_TEXT(when("yesterday"), "none");
	CHECK_TEXT(when(""), "none");
	CHECK(date_parse_imap(&d, "17-Jul-1996 02:44:25 -0700", 26) &&
	    date_time(&d) == 837596665);
	CHECK(date_parse_imap(&d, " 7-Jul-1996 02:44:25 +0000", 26));
	CHECK(!date_parse_imap(&d, "17-Jul-1996 02:44:25 0700 ", 26));
	CHECK(!date_parse_imap(&d, "17-Jul-1996 24:44:25 -0700", 26));
	CHECK(date_parse_day(&d, "1-Jan-1970", 10) && date_days(&d) == 0);
	CHECK(date_parse_day(&d, "31-Dec-1969", 11) && date_days(&d) == -1);
	CHECK(!date_parse_day(&d, "1-Jan-70", 8));
}

static const char *
folded(const char *text)
{
	static struct buf b;

	buf_clear(&b);
	CHECK(words_fold(&b, &(struct text){ text, strlen(text) }) == 0);
	return b.s;
}

static void
encoded_words(void)
{
	CHECK_TEXT(folded("Plain =? text"), "plain =? text");
	CHECK_TEXT(folded("=?utf-8?q?M=C3=84r?= =?iso-8859-1?Q?chen_X?= y"),
	    "m\xc3\xa4rchen x y");
	CHECK_TEXT(folded("a =?UTF-8?B?w4k=?= b"), "a \xc3\xa9 b");
	CHECK_TEXT(folded("=?utf-8?x?abc?="), "=?utf-8?x?abc?=");
	CHECK_TEXT(folded("\xd0\x9f\xd0\xa0"), "\xd0\xbf\xd1\x80");
}

/* Every window of the wire form, against the whole. */
static void
wire(void)
{
	static const char text[] = "a\n\nbc\r\nd\re\r\r\n\nlong enough a line "
	    "to be copied by words\r\nf\n\0z";
	const size_t len = sizeof text - 1;
	static struct output out;
	char whole[128];
	size_t size = wire_size(text, len);
	int wrong = 0;

	output_init(&out, -1, 1);
	wire_write(&out, text, len, 0, SIZE_MAX);
	CHECK(out.len == size);
	memcpy(whole, out.buf, size);
	CHECK(memcmp(whole, "a\r\n\r\nbc\r\nd\re\r\r\n\r\nlong", 21) == 0);
	CHECK(memcmp(whole + size - 5, "f\r\n\x80z", 5) == 0);
	for (size_t skip = 0; skip <= size + 1; skip++)
		for (size_t n = 1; n <= size + 1; n++) {
			size_t wanted = skip > size ? 0 : size - skip;

			if (wanted > n)
				wanted = n;
			out.len = 0;
			wire_write(&out, text, len, skip, n);
			if (out.len != wanted || (wanted > 0 &&
			    memcmp(out.buf, whole + skip, wanted) != 0))
				wrong++;
		}
	CHECK(wrong == 0);
}

int
main(void)
{
	structure();
	limits();
	address_lists();
	parameters();
	dates();
	encoded_words();
	wire();
	message_free(&m);
	return check_end("message");
}
