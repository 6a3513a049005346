/* utf8.c - one character of UTF-8, strictly */

#include <stdint.h>

#include "mail/utf8.h"

size_t
utf8_length(const char *text)
{
	static const uint32_t least[] = { 0, 0, 0xa0, 0x800, 0x10000 };
	const unsigned char *p = (const unsigned char *)text;
	size_t n = p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : 2;
	uint32_t c;

	if (p[0] < 0xc2 || p[0] > 0xf4)
		return 0;
	c = p[0] & (0x7fU >> n);
	for (size_t i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3fU);
	}
	return c < least[n] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff) ?
	    0 : n;
}

bool
utf8_is_ascii(const char *p, size_t n)
{
	while (n > 0 && (*p & 0x80) == 0) {
		p++;
		n--;
	}
	return n == 0;
}
