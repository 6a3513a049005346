/*
 * utf7.c - modified UTF-7
 *
 * Whether a name is spelled right is asked by turning it into UTF-8 and
 * back: there is only one right spelling, so it must come out the same.
 */

#include <stdint.h>
#include <string.h>

#include "utf7.h"

enum { NAME_SIZE = 1024 };	/* longer names are no names */

static const char base64[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

/* Where the result goes; full once something did not fit. */
struct sink {
	char	*to;
	size_t	 n, size;
	bool	 full;
};

static void
put(struct sink *k, unsigned c)
{
	if (k->n + 1 < k->size)
		k->to[k->n++] = (char)(unsigned char)c;
	else
		k->full = true;
}

static void
put_utf8(struct sink *k, uint32_t c)
{
	if (c < 0x80) {
		put(k, c);
	} else if (c < 0x800) {
		put(k, 0xc0 | c >> 6);
		put(k, 0x80 | (c & 0x3f));
	} else if (c < 0x10000) {
		put(k, 0xe0 | c >> 12);
		put(k, 0x80 | (c >> 6 & 0x3f));
		put(k, 0x80 | (c & 0x3f));
	} else {
		put(k, 0xf0 | c >> 18);
		put(k, 0x80 | (c >> 12 & 0x3f));
		put(k, 0x80 | (c >> 6 & 0x3f));
		put(k, 0x80 | (c & 0x3f));
	}
}

/* The character at *p, which moves on; UINT32_MAX if it is none. */
static uint32_t
get_utf8(const unsigned char **p, const unsigned char *end)
{
	static const uint32_t least[] = { 0, 0x80, 0x800, 0x10000 };
	uint32_t c = *(*p)++;
	int more = c < 0x80 ? 0 : c < 0xc2 ? -1 : c < 0xe0 ? 1 :
	    c < 0xf0 ? 2 : c < 0xf5 ? 3 : -1;

	if (more < 0 || end - *p < more)
		return UINT32_MAX;
	if (more > 0)
		c &= 0x3fU >> more;
	for (int i = 0; i < more; i++, ++*p) {
		if ((**p & 0xc0) != 0x80)
			return UINT32_MAX;
		c = c << 6 | (**p & 0x3f);
	}
	if (c < least[more] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		return UINT32_MAX;
	return c;
}

/* A run of base64, fed with 16-bit units or taken apart into them. */
struct shift {
	uint32_t	bits;
	unsigned	held;
};

static void
shift_in(struct sink *k, struct shift *b, uint32_t unit)
{
	b->bits = b->bits << 16 | unit;
	for (b->held += 16; b->held >= 6; b->held -= 6)
		put(k, (unsigned char)base64[b->bits >> (b->held - 6) & 0x3f]);
}

static void
shift_end(struct sink *k, struct shift *b)
{
	if (b->held > 0)
		put(k, (unsigned char)base64[b->bits << (6 - b->held) & 0x3f]);
	put(k, '-');
}

static bool
closed(struct sink *k)
{
	if (k->full || k->size == 0)
		return false;
	k->to[k->n] = '\0';
	return true;
}

bool
utf7_from_utf8(const struct text *from, char *to, size_t size)
{
	const unsigned char *p = (const unsigned char *)from->s;
	const unsigned char *end = p + from->n;
	struct sink k = { to, 0, size, false };
	struct shift b = { 0, 0 };
	bool shifted = false;
	uint32_t c;

	while (p < end) {
		c = get_utf8(&p, end);
		/* RFC 6855 3: no control characters, no ends of lines. */
		if (c == UINT32_MAX || c < 0x20 || (c >= 0x7f && c < 0xa0) ||
		    c == 0x2028 || c == 0x2029)
			return false;
		if (c < 0x80) {
			if (shifted)
				shift_end(&k, &b);
			shifted = false;
			put(&k, c);
			if (c == '&')
				put(&k, '-');
			continue;
		}
		if (!shifted) {
			put(&k, '&');
			b = (struct shift){ 0, 0 };
			shifted = true;
		}
		if (c >= 0x10000) {
			c -= 0x10000;
			shift_in(&k, &b, 0xd800 | c >> 10);
			c = 0xdc00 | (c & 0x3ff);
		}
		shift_in(&k, &b, c);
	}
	if (shifted)
		shift_end(&k, &b);
	return closed(&k);
}

/*
 * The base64 run at *p, up to behind its `-`.  What is not canonical in it
 * is found by the comparison in utf7_ok().
 */
static bool
unshift(struct sink *k, const char **p, const char *end)
{
	struct shift b = { 0, 0 };
	uint32_t unit, high = 0;
	const char *digit;

	for (; *p < end && **p != '-'; ++*p) {
		digit = **p == '\0' ? NULL : strchr(base64, **p);
		if (digit == NULL)
			return false;
		b.bits = b.bits << 6 | (uint32_t)(digit - base64);
		b.held += 6;
		if (b.held < 16)
			continue;
		b.held -= 16;
		unit = b.bits >> b.held & 0xffff;
		if (high != 0) {
			if (unit < 0xdc00 || unit > 0xdfff)
				return false;
			put_utf8(k, 0x10000 + ((high & 0x3ff) << 10) +
			    (unit & 0x3ff));
			high = 0;
		} else if (unit >= 0xd800 && unit < 0xdc00) {
			high = unit;
		} else if (unit >= 0xdc00 && unit < 0xe000) {
			return false;
		} else {
			put_utf8(k, unit);
		}
	}
	if (*p == end || high != 0)
		return false;
	++*p;
	return true;
}

bool
utf7_to_utf8(const struct text *from, char *to, size_t size)
{
	const char *p = from->s, *end = p + from->n;
	struct sink k = { to, 0, size, false };

	while (p < end) {
		if ((unsigned char)*p < 0x20 || (unsigned char)*p > 0x7e)
			return false;
		if (*p != '&') {
			put(&k, (unsigned char)*p++);
		} else if (++p < end && *p == '-') {
			put(&k, '&');
			p++;
		} else if (!unshift(&k, &p, end)) {
			return false;
		}
	}
	return closed(&k);
}

bool
utf7_ok(const struct text *t)
{
	char utf8[NAME_SIZE], again[NAME_SIZE];
	struct text u = { utf8, 0 };

	if (!utf7_to_utf8(t, utf8, sizeof utf8))
		return false;
	u.n = strlen(utf8);
	return utf7_from_utf8(&u, again, sizeof again) &&
	    strlen(again) == t->n && memcmp(again, t->s, t->n) == 0;
}

bool
utf8_valid(const struct text *t)
{
	const unsigned char *p = (const unsigned char *)t->s;
	const unsigned char *end = p + t->n;

	while (p < end)
		if (get_utf8(&p, end) == UINT32_MAX)
			return false;
	return true;
}
