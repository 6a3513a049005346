/* base64.c - decode, encode */

#include <stdint.h>

#include "io/digit.h"
#include "mail/base64.h"

size_t
base64_decode_mail(const char *from, size_t n, void *to)
{
	unsigned char *p = to;
	uint32_t bits = 0;
	unsigned held = 0;
	int d;

	for (size_t i = 0; i < n && from[i] != '='; i++) {
		d = digit_base64(from[i]);
		if (d < 0)
			continue;
		bits = bits << 6 | (uint32_t)d;
		held += 6;
		if (held >= 8) {
			held -= 8;
			*p++ = (unsigned char)(bits >> held);
		}
	}
	return (size_t)(p - (unsigned char *)to);
}

ssize_t
base64_decode(const char *from, size_t n, void *to)
{
	size_t digits = n;

	if (n % 4 != 0)
		return -1;
	for (int i = 0; i < 2 && digits > 0 && from[digits - 1] == '='; i++)
		digits--;
	for (size_t i = 0; i < digits; i++)
		if (digit_base64(from[i]) < 0)
			return -1;
	return (ssize_t)base64_decode_mail(from, digits, to);
}

size_t
base64_encode(const void *from, size_t n, char *to)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789+/";
	const unsigned char *p = from;
	char *at = to;
	uint32_t bits;

	for (; n > 0; p += 3, n -= n < 3 ? n : 3) {
		bits = (uint32_t)p[0] << 16 | (n > 1 ? (uint32_t)p[1] << 8 :
		    0) | (n > 2 ? p[2] : 0);
		*at++ = digits[bits >> 18];
		*at++ = digits[bits >> 12 & 63];
		*at++ = n > 1 ? digits[bits >> 6 & 63] : '=';
		*at++ = n > 2 ? digits[bits & 63] : '=';
	}
	*at = '\0';
	return (size_t)(at - to);
}
