/* ftp_ascii.c - TYPE A: exact both ways, wherever a block is cut */

#include "../../services/ftpd/ascii.c"
#include "check.h"

/* Decode text in blocks of n octets; the result is closed by NUL. */
static void
decode_in_blocks(char *out, const char *text, size_t n)
{
	size_t len = strlen(text), at, block;
	char piece[64];
	bool cr = false;

	for (at = 0; at < len; at += block) {
		block = len - at < n ? len - at : n;
		size_t got = ascii_decode(piece, text + at, block, &cr);

		CHECK(got <= block + 1);
		memcpy(out, piece, got);
		out += got;
	}
	if (cr)
		*out++ = '\r';
	*out = '\0';
}

static void
check_decode(void)
{
	static const char *const texts[][2] = {
		{ "", "" },
		{ "a\r\nb\r\n", "a\nb\n" },
		{ "a\nb", "a\nb" },
		{ "a\rb", "a\rb" },
		{ "\r\r\n", "\r\n" },
		{ "\r\r\r\n\r", "\r\r\n\r" },
		{ "\r", "\r" },
		{ "\n\r", "\n\r" },
		{ "\r\n\r\n", "\n\n" },
		{ "x\r\n\ry\r", "x\n\ry\r" },
		{ "0123456789abcde\r\n0123456789abcdef\r\n",
		    "0123456789abcde\n0123456789abcdef\n" },
		{ "0123456789abcdef\r0123456789abcdef\n0123456789abcdef\r",
		    "0123456789abcdef\r0123456789abcdef\n0123456789abcdef\r" },
		{ "\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n",
		    "\n\n\n\n\n\n\n\n\n\n\n\n" },
	};
	char out[64];
	size_t i, n;

	for (i = 0; i < sizeof texts / sizeof texts[0]; i++)
		for (n = 1; n <= 40; n++) {
			decode_in_blocks(out, texts[i][0], n);
			CHECK_TEXT(out, texts[i][1]);
		}
}

static void
check_encode(void)
{
	char out[64];
	size_t n;

	n = ascii_encode(out, "\na\r\nb\n\n", 7);
	CHECK(n == 11);
	CHECK(memcmp(out, "\r\na\r\r\nb\r\n\r\n", 11) == 0);
	n = ascii_encode(out, "0123456789abcdef\n\n", 18);
	CHECK(n == 20);
	CHECK(memcmp(out, "0123456789abcdef\r\n\r\n", 20) == 0);
	CHECK(ascii_encode(out, "", 0) == 0);
	CHECK(ascii_encode(out, "\0\n", 2) == 3);
}

int
main(void)
{
	check_decode();
	check_encode();
	return check_end("ftp_ascii");
}
