/* dns_digest.c - SHA-1 and SipHash-2-4 against their published vectors */

#include <string.h>

#include "check.h"
#include "dns/digest.h"

static const char *
hex(const uint8_t *p, size_t len)
{
	static char text[64];

	for (size_t i = 0; i < len; i++)
		snprintf(text + 2 * i, 3, "%02x", p[i]);
	return text;
}

/* FIPS 180, and RFC 3174 7.3. */
static void
sha1(void)
{
	static const char two[] = "abcdbcdecdefdefgefghfghighij"
	    "hijkijkljklmklmnlmnomnopnopq";
	static char million[1000000];
	uint8_t out[SHA1_OCTETS];

	digest_sha1(out, "abc", 3, "", 0);
	CHECK_TEXT(hex(out, 20), "a9993e364706816aba3e25717850c26c9cd0d89d");
	digest_sha1(out, "", 0, "", 0);
	CHECK_TEXT(hex(out, 20), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
	/* Cut in two anywhere, it is the same. */
	for (size_t i = 0; i <= strlen(two); i++) {
		digest_sha1(out, two, i, two + i, strlen(two) - i);
		CHECK_TEXT(hex(out, 20),
		    "84983e441c3bd26ebaae4aa1f95129e5e54670f1");
	}
	memset(million, 'a', sizeof million);
	digest_sha1(out, million, sizeof million, NULL, 0);
	CHECK_TEXT(hex(out, 20), "34aa973cd4c4daa4f61eeb2bdbad27316534016f");
}

/* The vectors of the paper's authors: key 00..0f, data 00..n-1. */
static void
siphash(void)
{
	static const char *const wanted[] = { "310e0edd47db6f72",
	    "fd67dc93c539f874", "5a4fa9d909806c0d", "2d7efbd796666785",
	    "b7877127e09427cf", "8da699cd64557618", "cee3fe586e46c9cb",
	    "37d1018bf50002ab", "6224939a79f5f593", "b0e4a90bdf82009e",
	    "f3b9dd94c5bb5d7a", "a7ad6b22462fb3f4", "fbe50e86bc8f1e75",
	    "903d84c02756ea14", "eef27a8e90ca23f7", "e545be4961ca29a1" };
	uint8_t key[SIPHASH_KEY], data[16], out[SIPHASH_OCTETS];

	for (uint8_t i = 0; i < 16; i++)
		key[i] = data[i] = i;
	for (size_t n = 0; n < 16; n++) {
		digest_siphash(out, key, data, n);
		CHECK_TEXT(hex(out, 8), wanted[n]);
	}
}

int
main(void)
{
	sha1();
	siphash();
	return check_end("dns_digest");
}
