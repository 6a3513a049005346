/*
 * header.c - the PROXY protocol's header, byte by byte
 *
 * inetd is no library, so its files are compiled into this one.
 */
#include "../../inetd/address.c"
#include "../../inetd/header.c"
#include "../../inetd/number.c"

#include "check.h"

static struct source	client, here;
static size_t		used;
static bool		known;

static enum header
try(const char *bytes, size_t len)
{
	known = false;
	used = 0;
	return header_parse((const uint8_t *)bytes, len, &used, &known,
	    &client, &here);
}

/* Every shorter piece of a good header wants more, never fails. */
static void
check_pieces(const char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		CHECK(try(bytes, i) == HEADER_SHORT);
	CHECK(try(bytes, len) == HEADER_WHOLE && used == len);
}

static void
check_line(void)
{
	static const char good[] = "PROXY TCP4 192.0.2.1 192.0.2.2 4711 25\r\n";
	static const char *const wrong[] = {
		"QUIT\r\n", "PROXY\r\n", "PROXY \r\n", "PROXY TCP4\r\n",
		"PROXY TCP4 192.0.2.1 192.0.2.2 4711 25\n",
		"PROXY TCP4 192.0.2.1 192.0.2.2 4711 25 7\r\n",
		"PROXY TCP4 192.0.2.1 192.0.2.2 4711\r\n",
		"PROXY TCP4 192.0.2.1 192.0.2.2 -1 25\r\n",
		"PROXY TCP4 192.0.2.1 192.0.2.2 1 65536\r\n",
		"PROXY TCP4 2001:db8::1 2001:db8::2 1 2\r\n",
		"PROXY TCP6 192.0.2.1 192.0.2.2 1 2\r\n",
		"PROXY UDP4 192.0.2.1 192.0.2.2 1 2\r\n",
		"PROXY TCP 192.0.2.1 192.0.2.2 1 2\r\n",
		"proxy TCP4 192.0.2.1 192.0.2.2 1 2\r\n",
	};
	char text[ADDRESS_TEXT], longest[200];

	check_pieces(good, sizeof good - 1);
	CHECK(known && client.port == 4711 && here.port == 25);
	CHECK_TEXT(source_text(&client, text), "192.0.2.1");
	CHECK_TEXT(source_text(&here, text), "192.0.2.2");
	CHECK(try("PROXY UNKNOWN\r\nmore", 19) == HEADER_WHOLE);
	CHECK(!known && used == 15);
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
		CHECK(try(wrong[i], strlen(wrong[i])) == HEADER_WRONG);
	CHECK(try("PROXY TCP4 1.2.3.4\0 5.6.7.8 1 2\r\n", 33) ==
	    HEADER_WRONG);
	memset(longest, ' ', sizeof longest);
	memcpy(longest, "PROXY", 5);
	CHECK(try(longest, 106) == HEADER_SHORT);
	CHECK(try(longest, 107) == HEADER_WRONG);
}

static void
check_binary(void)
{
	static const char ipv4[] = "\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c"
	    "\xc0\0\x02\x01\xc0\0\x02\x02\x12\x67\0\x19";
	static const char ipv6[] = "\r\n\r\n\0\r\nQUIT\n\x21\x21\0\x24"
	    "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x01"
	    "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x02\x12\x67\0\x19";
	static const char local[] = "\r\n\r\n\0\r\nQUIT\n\x20\0\0\0";
	char text[ADDRESS_TEXT], changed[sizeof ipv4];

	check_pieces(ipv4, sizeof ipv4 - 1);
	CHECK(known && client.port == 4711 && here.port == 25);
	CHECK_TEXT(source_text(&client, text), "192.0.2.1");
	CHECK_TEXT(source_text(&here, text), "192.0.2.2");
	check_pieces(ipv6, sizeof ipv6 - 1);
	CHECK(known && client.port == 4711 && here.port == 25);
	CHECK_TEXT(source_text(&client, text), "2001:db8::1");
	check_pieces(local, sizeof local - 1);
	CHECK(!known);
	memcpy(changed, ipv4, sizeof ipv4);
	changed[12] = 0x31;	/* another version */
	CHECK(try(changed, sizeof ipv4 - 1) == HEADER_WRONG);
	changed[12] = 0x22;	/* another command */
	CHECK(try(changed, sizeof ipv4 - 1) == HEADER_WRONG);
	changed[12] = 0x21;
	changed[15] = 11;	/* too short for its addresses */
	CHECK(try(changed, sizeof ipv4 - 1) == HEADER_WRONG);
	changed[14] = 3;	/* too long */
	CHECK(try(changed, sizeof ipv4 - 1) == HEADER_WRONG);
}

int
main(void)
{
	check_line();
	check_binary();
	return check_end("header");
}
