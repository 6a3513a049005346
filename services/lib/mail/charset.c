/* charset.c - to UTF-8, with case or without */

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "mail/charset.h"

enum charset
charset_named(const char *name, size_t len)
{
	static const struct {
		const char	*name;
		enum charset	 is;
	} known[] = {
		{ "utf-8", CHARSET_UTF8 }, { "us-ascii", CHARSET_UTF8 },
		{ "utf8", CHARSET_UTF8 }, { "ascii", CHARSET_UTF8 },
		{ "iso-8859-1", CHARSET_LATIN1 },
		{ "iso-8859-15", CHARSET_LATIN1 },
		{ "latin1", CHARSET_LATIN1 },
		{ "windows-1252", CHARSET_WINDOWS },
		{ "cp1252", CHARSET_WINDOWS },
	};

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (strlen(known[i].name) == len &&
		    strncasecmp(known[i].name, name, len) == 0)
			return known[i].is;
	return CHARSET_OTHER;
}

/* Without case; only for letters whose other case is as long in UTF-8. */
static uint32_t
fold(uint32_t c)
{
	if (c < 0xc0 || c > 0x52f)
		return c;
	if ((c >= 0xc0 && c <= 0xde && c != 0xd7) ||
	    (c >= 0x391 && c <= 0x3a9) || (c >= 0x410 && c <= 0x42f))
		return c + 0x20;
	if (c >= 0x400 && c <= 0x40f)
		return c + 0x50;
	/* Pairs, the capital being even or odd. */
	if ((c >= 0x100 && c <= 0x12f) || (c >= 0x132 && c <= 0x137) ||
	    (c >= 0x14a && c <= 0x177) || (c >= 0x460 && c <= 0x481) ||
	    (c >= 0x48a && c <= 0x4bf) || (c >= 0x4d0))
		return c | 1;
	if ((c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17e))
		return c + (c & 1);
	return c;
}

static char *
put(char *to, uint32_t c)
{
	if (c < 0x80) {
		*to++ = (char)c;
	} else if (c < 0x800) {
		*to++ = (char)(0xc0 | c >> 6);
		*to++ = (char)(0x80 | (c & 0x3f));
	} else {
		*to++ = (char)(0xe0 | c >> 12);
		*to++ = (char)(0x80 | (c >> 6 & 0x3f));
		*to++ = (char)(0x80 | (c & 0x3f));
	}
	return to;
}

/* The octets 0x80 to 0x9f of Windows-1252 that are letters or marks. */
static uint32_t
windows(uint32_t c)
{
	static const uint16_t table[32] = {
		0x20ac, 0x81, 0x201a, 0x192, 0x201e, 0x2026, 0x2020, 0x2021,
		0x2c6, 0x2030, 0x160, 0x2039, 0x152, 0x8d, 0x17d, 0x8f,
		0x90, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
		0x2dc, 0x2122, 0x161, 0x203a, 0x153, 0x9d, 0x17e, 0x178,
	};

	return c >= 0x80 && c < 0xa0 ? table[c - 0x80] : c;
}

/*
 * The character of UTF-8 at p, behind whose first octet `left` more are
 * there.  Its octets, 0 if it is cut off; *c is 0 if it is longer than two
 * octets or broken: then it stands as it is.
 */
static size_t
utf8(const unsigned char *p, size_t left, uint32_t *c)
{
	size_t n = *p < 0xc2 ? 1 : *p < 0xe0 ? 2 : *p < 0xf0 ? 3 :
	    *p < 0xf5 ? 4 : 1;

	*c = 0;
	for (size_t i = 1; i < n; i++) {
		if (i > left)
			return 0;
		if ((p[i] & 0xc0) != 0x80)
			return 1;
	}
	if (n == 2)
		*c = (uint32_t)(*p & 0x1f) << 6 | (p[1] & 0x3f);
	return n;
}

static size_t
convert(enum charset set, bool folds, const char *from, size_t n, char *to,
    size_t *used)
{
	const unsigned char *p = (const unsigned char *)from, *end = p + n;
	char *at = to;
	uint32_t c;
	size_t len;

	while (p < end) {
		if (*p < 0x80) {
			*at++ = (char)(folds && *p >= 'A' && *p <= 'Z' ?
			    *p | 0x20 : *p);
			p++;
			continue;
		}
		if (set == CHARSET_LATIN1 || set == CHARSET_WINDOWS) {
			c = set == CHARSET_WINDOWS ? windows(*p) : *p;
			at = put(at, folds ? fold(c) : c);
			p++;
			continue;
		}
		len = utf8(p, (size_t)(end - p) - 1, &c);
		if (len == 0)
			break;
		if (c != 0)
			at = put(at, folds ? fold(c) : c);
		else
			for (size_t i = 0; i < len; i++)
				*at++ = (char)p[i];
		p += len;
	}
	*used = (size_t)((const char *)p - from);
	return (size_t)(at - to);
}

size_t
charset_fold(enum charset set, const char *from, size_t n, char *to,
    size_t *used)
{
	return convert(set, true, from, n, to, used);
}

size_t
charset_utf8(enum charset set, const char *from, size_t n, char *to,
    size_t *used)
{
	return convert(set, false, from, n, to, used);
}
