/* sha256.h - SHA-256 (FIPS 180-4), by which equal messages are known */
#ifndef LABNET_IMAPD_SHA256_H
#define LABNET_IMAPD_SHA256_H

#include <stddef.h>
#include <stdint.h>

enum { SHA256_OCTETS = 32 };

void	sha256(uint8_t out[SHA256_OCTETS], const void *, size_t);

#endif
