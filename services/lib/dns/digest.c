/* digest.c - SHA-1 (FIPS 180-4) and SipHash-2-4 (Aumasson, Bernstein) */

#include <string.h>

#include "dns/digest.h"

static uint32_t
rotate32(uint32_t x, unsigned n)
{
	return x << n | x >> (32 - n);
}

static void
sha1_block(uint32_t state[5], const uint8_t *p)
{
	static const uint32_t constants[4] = { 0x5a827999, 0x6ed9eba1,
	    0x8f1bbcdc, 0xca62c1d6 };
	uint32_t w[80], a = state[0], b = state[1], c = state[2],
	    d = state[3], e = state[4];

	for (int i = 0; i < 16; i++, p += 4)
		w[i] = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
		    (uint32_t)p[2] << 8 | p[3];
	for (int i = 16; i < 80; i++)
		w[i] = rotate32(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16],
		    1);
	for (int i = 0; i < 80; i++) {
		uint32_t f = i < 20 ? (b & c) | (~b & d) : i < 40 ||
		    i >= 60 ? b ^ c ^ d : (b & c) | (b & d) | (c & d);
		uint32_t next = rotate32(a, 5) + f + e + constants[i / 20] +
		    w[i];

		e = d;
		d = c;
		c = rotate32(b, 30);
		b = a;
		a = next;
	}
	state[0] += a;
	state[1] += b;
	state[2] += c;
	state[3] += d;
	state[4] += e;
}

/* Octets come in pieces; a block is worked off as soon as it is full. */
struct sha1 {
	uint32_t	 state[5];
	uint8_t		 block[64];
	uint64_t	 total;
};

static void
sha1_add(struct sha1 *s, const uint8_t *p, size_t len)
{
	for (; len > 0; len--) {
		s->block[s->total++ % 64] = *p++;
		if (s->total % 64 == 0)
			sha1_block(s->state, s->block);
	}
}

void
digest_sha1(uint8_t out[SHA1_OCTETS], const void *a, size_t a_len,
    const void *b, size_t b_len)
{
	static const uint8_t padding[64] = { 0x80 };
	struct sha1 s = { .state = { 0x67452301, 0xefcdab89, 0x98badcfe,
	    0x10325476, 0xc3d2e1f0 } };
	uint8_t bits[8] = { 0 };

	sha1_add(&s, a, a_len);
	sha1_add(&s, b, b_len);
	for (int i = 0; i < 8; i++)
		bits[7 - i] = (uint8_t)(s.total * 8 >> 8 * i);
	sha1_add(&s, padding, 1 + (119 - s.total % 64) % 64);
	sha1_add(&s, bits, 8);
	for (int i = 0; i < SHA1_OCTETS; i++)
		out[i] = (uint8_t)(s.state[i / 4] >> (24 - i % 4 * 8));
}

static uint64_t
rotate64(uint64_t x, unsigned n)
{
	return x << n | x >> (64 - n);
}

static void
sip_round(uint64_t v[4])
{
	v[0] += v[1];
	v[1] = rotate64(v[1], 13) ^ v[0];
	v[0] = rotate64(v[0], 32);
	v[2] += v[3];
	v[3] = rotate64(v[3], 16) ^ v[2];
	v[0] += v[3];
	v[3] = rotate64(v[3], 21) ^ v[0];
	v[2] += v[1];
	v[1] = rotate64(v[1], 17) ^ v[2];
	v[2] = rotate64(v[2], 32);
}

static uint64_t
get64(const uint8_t *p, size_t len)
{
	uint64_t n = 0;

	for (size_t i = 0; i < len; i++)
		n |= (uint64_t)p[i] << 8 * i;
	return n;
}

static void
sip_word(uint64_t v[4], uint64_t word)
{
	v[3] ^= word;
	sip_round(v);
	sip_round(v);
	v[0] ^= word;
}

void
digest_siphash(uint8_t out[SIPHASH_OCTETS], const uint8_t key[SIPHASH_KEY],
    const void *data, size_t len)
{
	const uint8_t *p = data;
	uint64_t k0 = get64(key, 8), k1 = get64(key + 8, 8), sum;
	uint64_t v[4] = { k0 ^ 0x736f6d6570736575, k1 ^ 0x646f72616e646f6d,
	    k0 ^ 0x6c7967656e657261, k1 ^ 0x7465646279746573 };
	size_t left = len;

	for (; left >= 8; left -= 8, p += 8)
		sip_word(v, get64(p, 8));
	sip_word(v, get64(p, left) | (uint64_t)len << 56);
	v[2] ^= 0xff;
	for (int i = 0; i < 4; i++)
		sip_round(v);
	sum = v[0] ^ v[1] ^ v[2] ^ v[3];
	for (int i = 0; i < SIPHASH_OCTETS; i++)
		out[i] = (uint8_t)(sum >> 8 * i);
}
