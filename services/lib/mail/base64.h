/*
 * base64.h - RFC 4648 4
 */
#ifndef LABNET_MAIL_BASE64_H
#define LABNET_MAIL_BASE64_H

#include <stddef.h>
#include <sys/types.h>

/*
 * Strict, as protocols want it: groups of four, `=` only where it must stand,
 * nothing else between.  to has room for n / 4 * 3 octets.  The length, or
 * -1 if it is not base64.
 */
ssize_t	base64_decode(const char *from, size_t n, void *to);

/*
 * As mail wants it (RFC 2045 6.8): what is no base64 is passed over, the
 * first `=` ends it.  to has room for n / 4 * 3 + 3 octets, and may be from.
 */
size_t	base64_decode_mail(const char *from, size_t n, void *to);

/*
 * Write n octets as base64, closed by a NUL, without line ends.  to has room
 * for BASE64_SIZE(n) octets.  The length without the NUL.
 */
#define BASE64_SIZE(n)	(((n) + 2) / 3 * 4 + 1)
size_t	base64_encode(const void *from, size_t n, char *to);

#endif
