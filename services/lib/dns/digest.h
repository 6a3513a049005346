/*
 * digest.h - the two digests that DNS needs and libc lacks
 *
 * SHA-1 only names things, and nothing rests on its strength: the owners of
 * NSEC3 records (RFC 5155), and messages by their octets (RFC 8474), each of
 * which begins with trace headers that no sender can choose.  SipHash-2-4
 * makes server cookies (RFC 9018).
 */
#ifndef LABNET_DNS_DIGEST_H
#define LABNET_DNS_DIGEST_H

#include <stddef.h>
#include <stdint.h>

enum { SHA1_OCTETS = 20, SIPHASH_KEY = 16, SIPHASH_OCTETS = 8 };

/* SHA-1 of two pieces, one behind the other. */
void	 digest_sha1(uint8_t out[SHA1_OCTETS], const void *a, size_t a_len,
	    const void *b, size_t b_len);

/* SipHash-2-4; out in the order of its paper, the lowest octet first. */
void	 digest_siphash(uint8_t out[SIPHASH_OCTETS],
	    const uint8_t key[SIPHASH_KEY], const void *data, size_t len);

#endif
