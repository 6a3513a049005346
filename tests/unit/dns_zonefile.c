/* dns_zonefile.c - zone files: what is read, and what is said of the rest */

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check.h"
#include "dns/rdata.h"
#include "dns/zonefile.h"

#define HEAD	"$TTL 60\n@ SOA ns a 1 2 3 4 5\n@ NS ns.x.\n"

static char	said[8192];	/* "line: text|" of each fault */
static int	folder = AT_FDCWD;

static void
report(enum severity severity, const char *file, unsigned line,
    const char *text)
{
	size_t n = strlen(said);

	(void)file;
	snprintf(said + n, sizeof said - n, "%u: %s%s|", line,
	    severity == ZONE_WARNING ? "warning: " : "", text);
}

/* Read and check; the zone is the caller's to free. */
static bool
read_zone(struct zone *z, const char *text, size_t len)
{
	struct name apex;

	said[0] = '\0';
	name_from_text(&apex, "test", 4, NULL);
	zone_init(z, &apex);
	z->report = report;
	zonefile_read_text(z, folder, "test.zone", text, len);
	return zone_check(z);
}

/* What is said of a zone that is HEAD and this. */
static const char *
faults(const char *text)
{
	char all[4096];
	struct zone z;

	snprintf(all, sizeof all, "%s%s", HEAD, text);
	read_zone(&z, all, strlen(all));
	zone_free(&z);
	return said;
}

/* The rdata that a line comes to, in hexadecimal, or what is said. */
static const char *
rdata(const char *type_and_data)
{
	static char out[sizeof said];
	char all[4096];
	struct zone z;

	snprintf(all, sizeof all, "%sr %s\n", HEAD, type_and_data);
	if (read_zone(&z, all, strlen(all)) || z.errors == 0) {
		struct zone_node *node = zone_node(&z,
		    zone_find(&z, (const uint8_t *)"\1r", 2));
		struct zone_record *r = zone_record(&z,
		    zone_set(&z, node->sets)->first);

		CHECK(rdata_valid(zone_set(&z, node->sets)->type, r->rdata,
		    r->len));
		for (size_t i = 0; i < r->len && i < 1000; i++)
			snprintf(out + 2 * i, 3, "%02x", r->rdata[i]);
		if (r->len == 0)
			out[0] = '\0';
	} else {
		snprintf(out, sizeof out, "%s", said);
	}
	zone_free(&z);
	return out;
}

static void
fields(void)
{
	CHECK_TEXT(rdata("A 192.0.2.1"), "c0000201");
	CHECK_TEXT(rdata("AAAA 2001:db8::1"),
	    "20010db8000000000000000000000001");
	CHECK_TEXT(rdata("MX 10 m"), "000a016d047465737400");
	CHECK_TEXT(rdata("TXT a \"b c\" \"\""), "0161036220630" "0");
	CHECK_TEXT(rdata("TXT \\097\\\"\\\\"), "0361225c");
	CHECK_TEXT(rdata("HINFO a b"), "01610162");
	CHECK_TEXT(rdata("TYPE1 \\# 4 0A 000001"), "0a000001");
	CHECK_TEXT(rdata("A \\# 4 0A000001"), "0a000001");
	CHECK_TEXT(rdata("TYPE999 \\# 0"), "");
	CHECK_TEXT(rdata("CAA 0 issue \"ca\""), "000569737375656361");
	CHECK_TEXT(rdata("TLSA 3 1 1 ab CD"), "030101abcd");
	CHECK_TEXT(rdata("EUI48 00-00-5e-00-53-2a"), "00005e00532a");
	CHECK_TEXT(rdata("OPENPGPKEY AQ ID BA=="), "01020304");
	CHECK_TEXT(rdata("NSEC3PARAM 1 0 2 -"), "0100000200");
	CHECK_TEXT(rdata("NSEC3 1 0 2 ab 0 A TYPE257"), "4: bad hash: "
	    "base32hex digits|");
	CHECK_TEXT(rdata("NSEC x. A RRSIG NSEC CAA"),
	    "017800" "0006400000000003" "010140");
	/* RFC 1876's own example. */
	CHECK_TEXT(rdata("LOC 42 21 54 N 71 06 18 W -24m 30m"),
	    "0033161389" "17" "2dd0" "70be15f00098" "8d20");
	/* RFC 9460 D.2. */
	CHECK_TEXT(rdata("SVCB 16 foo.example.org. alpn=h2,h3-19 "
	    "mandatory=ipv4hint,alpn ipv4hint=192.0.2.1"), "0010"
	    "03666f6f076578616d706c65036f726700" "0000000400010004"
	    "000100090268320568332d3139" "00040004c0000201");
	CHECK_TEXT(rdata("SVCB 16 foo.example.org. "
	    "alpn=\"f\\\\\\\\oo\\\\,bar,h2\""), "0010"
	    "03666f6f076578616d706c65036f726700" "0001000c08665c6f6f2c626172"
	    "026832");
	CHECK_TEXT(rdata("SVCB 1 . port=1 port=2"),
	    "4: service parameter given twice|");
}

static void
refusals(void)
{
	CHECK_TEXT(faults("x A 1.2.3\n"), "4: not an IPv4 address|");
	CHECK_TEXT(faults("x A\n"), "4: rdata ends too early|");
	CHECK_TEXT(faults("x A 1.2.3.4 5\n"),
	    "4: more words than the type has fields|");
	CHECK_TEXT(faults("x BOGUS 1\n"), "4: unknown record type|");
	CHECK_TEXT(faults("x CH A 1.2.3.4\n"), "4: class is not IN|");
	CHECK_TEXT(faults("x 2147483648 A 1.2.3.4\n"),
	    "4: time to live above 2147483647|");
	CHECK_TEXT(faults("x 99999999999999w A 1.2.3.4\n"),
	    "4: time to live above 2147483647|");
	CHECK_TEXT(faults("x.y. A 1.2.3.4\n"), "4: name is not in the zone|");
	CHECK_TEXT(faults("x OPT \\# 0\n"), "4: unknown record type|");
	CHECK_TEXT(faults("x TYPE41 \\# 0\n"),
	    "4: a type that no zone may hold|");
	CHECK_TEXT(faults("x TYPE999 abc\n"),
	    "4: an unknown type needs \\# LENGTH HEX|");
	CHECK_TEXT(faults("x A \\# 3 010203\n"),
	    "4: rdata is malformed for this type|");
	CHECK_TEXT(faults("x TXT \"open\n"), "4: line ends inside quotes|");
	CHECK_TEXT(faults("x TXT (\n\n"), "5: file ends inside "
	    "parentheses|");
	CHECK_TEXT(faults("x TXT )\n"), "4: ) without (|");
	CHECK_TEXT(faults("x A 1.2.3.4"),
	    "4: file ends without a newline: half-written?|");
	CHECK_TEXT(faults("$BOGUS\n"), "4: unknown directive|");
	/* Each fault of a file is told, with its line. */
	CHECK_TEXT(faults("x A 1\n\ny A 1.2.3.4\nz A (\n2 )\n"),
	    "4: not an IPv4 address|7: not an IPv4 address|");
	CHECK_TEXT(faults("x CNAME y\nx A 1.2.3.4\n"),
	    "5: x.test. has a CNAME and other data|");
	CHECK_TEXT(faults("x CNAME y\nx CNAME z\n"),
	    "4: x.test. has more than one SOA, CNAME or DNAME|");
	CHECK_TEXT(faults("@ SOA ns b 1 2 3 4 5\n"),
	    "2: test. has more than one SOA, CNAME or DNAME|");
	CHECK_TEXT(faults("x MX 1 y\ny CNAME z\n"), "4: warning: y.test. is a "
	    "CNAME; NS, MX and SRV must name the host itself|");
	CHECK_TEXT(faults("x NS ns.x\n"),
	    "4: warning: ns.x.test. has no address|");
	CHECK_TEXT(faults("x A 1.2.3.4\nx A 1.2.3.4\n"),
	    "5: warning: record given twice|");
}

/* RFC 9460 D.3, and the same things in the generic form. */
static void
services(void)
{
	CHECK_TEXT(faults("x SVCB 1 . alpn=h2 mandatory=alpn,port port=1\n"
	    "x HTTPS 1 . alpn=h2 no-default-alpn\nx SVCB 0 y\n"), "");
	CHECK_TEXT(faults("x SVCB 1 . mandatory=key123\n"), "4: x.test. lacks "
	    "a parameter that it calls mandatory|");
	CHECK_TEXT(faults("x SVCB 1 . mandatory=mandatory\n"),
	    "4: bad value of a service parameter|");
	CHECK_TEXT(faults("x SVCB 1 . mandatory=port,port port=1\n"),
	    "4: bad value of a service parameter|");
	CHECK_TEXT(faults("x SVCB 1 . mandatory\n"),
	    "4: bad value of a service parameter|");
	CHECK_TEXT(faults("x SVCB 1 . no-default-alpn=abc\n"),
	    "4: bad value of a service parameter|");
	CHECK_TEXT(faults("x HTTPS 1 . no-default-alpn\n"),
	    "4: x.test. has no-default-alpn but no alpn|");
	CHECK_TEXT(faults("x HTTPS 1 . mandatory=port port=1\n"), "4: warning: "
	    "x.test. need not call port or no-default-alpn mandatory: in "
	    "HTTPS they are|");
	CHECK_TEXT(faults("x SVCB 0 y port=1\n"), "4: warning: x.test. is an "
	    "alias: its service parameters mean nothing|");
	CHECK_TEXT(faults("x SVCB \\# 9 000100 0000 0002 0003\n"),
	    "4: x.test. lacks a parameter that it calls mandatory|");
	CHECK_TEXT(faults("x SVCB \\# 9 000100 0000 0002 0000\n"),
	    "4: x.test. has \"mandatory\" among its mandatory keys|");
	CHECK_TEXT(faults("x SVCB \\# 17 000100 0000 0004 00030003 0003 0002"
	    " 0001\n"), "4: x.test. has mandatory keys that do not ascend|");
	CHECK_TEXT(faults("x SVCB \\# 8 000100 0003 0001 01\n"),
	    "4: x.test. has a bad value of a service parameter|");
	CHECK_TEXT(faults("x SVCB \\# 9 000100 0001 0002 0200\n"),
	    "4: x.test. has a bad value of a service parameter|");
	CHECK_TEXT(faults("x TYPE65 \\# 7 000100 0002 0000\n"),
	    "4: x.test. has no-default-alpn but no alpn|");
}

/* No SOA, no NS, a NUL, one very long word. */
static void
whole_files(void)
{
	static char text[1 << 20];
	struct zone z;

	CHECK(!read_zone(&z, "$TTL 1\n@ NS a.x.\n", 17));
	CHECK_TEXT(said, "1: no SOA at the zone's name|");
	zone_free(&z);
	CHECK(!read_zone(&z, "@ 1 SOA a b 1 2 3 4 5\n", 22));
	CHECK_TEXT(said, "1: no NS at the zone's name|");
	zone_free(&z);
	CHECK(!read_zone(&z, HEAD "a\0b A 1.2.3.4\n", sizeof HEAD + 13));
	CHECK(strstr(said, "4: NUL in the file|") != NULL ||
	    strstr(said, "4: record type missing|") != NULL);
	zone_free(&z);
	memset(text, 'x', sizeof text);
	memcpy(text, HEAD, sizeof HEAD - 1);
	CHECK(!read_zone(&z, text, sizeof text));
	CHECK_TEXT(said, "4: word too long|");
	zone_free(&z);
}

static void
directives(void)
{
	struct zone z;
	size_t head = sizeof HEAD - 1;
	char text[4096];

	CHECK_TEXT(faults("$GENERATE 0-4294967295 x$ A 1.2.3.4\n"),
	    "4: bad range: start-stop[/step]|");
	CHECK_TEXT(faults("$GENERATE 0-65536 x$ A 1.2.3.4\n"),
	    "4: $GENERATE makes more than 65536 records|");
	CHECK_TEXT(faults("$GENERATE 1-2 x${0,999,d} A 1.2.3.4\n"),
	    "4: $GENERATE: bad ${offset,width,base}|");
	CHECK_TEXT(faults("$INCLUDE ../../etc/shadow\n"),
	    "4: ../../etc/shadow: file is not inside the zone folder|");
	/* An origin that is none leaves the old one in force. */
	CHECK_TEXT(faults("$INCLUDE f x.y..z\na CNAME b.test.\n"
	    "a.test. CNAME c\n"), "4: empty label in a name|"
	    "5: a.test. has more than one SOA, CNAME or DNAME|");
	CHECK_TEXT(faults("$INCLUDE /etc/passwd\n"),
	    "4: /etc/passwd: file is not inside the zone folder|");
	snprintf(text, sizeof text, "%s%s", HEAD,
	    "$GENERATE 0-9 h${-0,2,x} A 10.0.0.$\n$ORIGIN sub\n"
	    "a 1h30m IN A 1.2.3.4\n  AAAA ::1\n$ORIGIN test.\n"
	    "b A 1.2.3.4 ; remark\n");
	CHECK(read_zone(&z, text, strlen(text)));
	CHECK_TEXT(said, "");
	CHECK(z.record_count == 2 + 10 + 3 && head > 0);
	CHECK(zone_find(&z, (const uint8_t *)"\3h09", 4) != ZONE_NONE);
	CHECK(zone_find(&z, (const uint8_t *)"\1A\3SUB", 6) != ZONE_NONE);
	CHECK(zone_set_of(&z, zone_find(&z, (const uint8_t *)"\1a\3sub", 6),
	    TYPE_AAAA)->ttl == 60);
	CHECK(zone_set_of(&z, zone_find(&z, (const uint8_t *)"\1a\3sub", 6),
	    TYPE_A)->ttl == 5400);
	zone_free(&z);
}

/* $INCLUDE of itself, of a FIFO, of a link, and as it should be. */
static void
includes(void)
{
	char dir[] = "/tmp/dns_zonefile.XXXXXX";
	FILE *f;

	CHECK(mkdtemp(dir) != NULL);
	folder = open(dir, O_RDONLY | O_DIRECTORY);
	f = fdopen(openat(folder, "self", O_WRONLY | O_CREAT, 0600), "w");
	fputs("$INCLUDE self\n", f);
	fclose(f);
	f = fdopen(openat(folder, "good", O_WRONLY | O_CREAT, 0600), "w");
	fputs("$ORIGIN elsewhere.\n", f);
	fclose(f);
	mkfifoat(folder, "fifo", 0600);
	CHECK(symlinkat("good", folder, "link") == 0);
	CHECK_TEXT(faults("$INCLUDE self\n"), "1: $INCLUDE too deep|");
	CHECK_TEXT(faults("$INCLUDE fifo\n"), "4: fifo: not a regular file|");
	CHECK_TEXT(faults("$INCLUDE link\n"), "4: link: a symbolic link|");
	CHECK_TEXT(faults("$INCLUDE none\n"),
	    "4: none: No such file or directory|");
	CHECK_TEXT(faults("$INCLUDE good\nx A 1.2.3.4\n"), "");
	unlinkat(folder, "self", 0);
	unlinkat(folder, "good", 0);
	unlinkat(folder, "fifo", 0);
	unlinkat(folder, "link", 0);
	close(folder);
	rmdir(dir);
}

int
main(void)
{
	fields();
	refusals();
	services();
	whole_files();
	directives();
	includes();
	return check_end("dns_zonefile");
}
