/*
 * idn.h - a domain beyond ASCII as DNS has it
 *
 * RFC 5890 2.3.2.1 and RFC 3492: each label of UTF-8, in small letters,
 * becomes xn-- and its Punycode.  It is not normalised further: who writes
 * composed letters (NFC), as everybody does, is understood.
 */
#ifndef LABNET_RELAY_IDN_H
#define LABNET_RELAY_IDN_H

#include <stdbool.h>
#include <stddef.h>

/* False if a label or the whole would be too long, or it is no UTF-8. */
bool	idn_to_ascii(const char *domain, char *to, size_t size);

#endif
