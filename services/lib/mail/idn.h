/*
 * idn.h - a domain beyond ASCII as DNS has it
 *
 * RFC 5890 2.3.2.1 and RFC 3492: each label of UTF-8, in small letters,
 * becomes xn-- and its Punycode.  It is not normalised further: who writes
 * composed letters (NFC), as everybody does, is understood.
 */
#ifndef LABNET_MAIL_IDN_H
#define LABNET_MAIL_IDN_H

#include <stdbool.h>
#include <stddef.h>

/* False if a label or the whole would be too long, or it is no UTF-8. */
bool	idn_to_ascii(const char *domain, char *to, size_t size);

/*
 * Are the two the same domain, whichever way each is written?  Case does not
 * matter.  What is no domain is only what it is, octet for octet.
 */
bool	idn_equal(const char *, const char *);

#endif
