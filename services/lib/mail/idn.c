/* idn.c - Punycode: RFC 3492 */

#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "mail/charset.h"
#include "mail/idn.h"
#include "mail/utf8.h"

/* RFC 3492 5 */
enum { BASE = 36, TMIN = 1, TMAX = 26, SKEW = 38, DAMP = 700, BIAS = 72,
    FIRST = 128 };

enum { LABEL_MAX = 63, DOMAIN_MAX = 255 };

/* The character at *p, which moves on. */
static uint32_t
character(const char **p)
{
	size_t n = utf8_length(*p);
	uint32_t c = (unsigned char)*(*p)++;

	if (n == 0)
		return c;
	c &= 0xffU >> (n + 1);
	for (; n > 1; n--)
		c = c << 6 | ((unsigned char)*(*p)++ & 0x3f);
	return c;
}

static char
digit(uint32_t d)
{
	return (char)(d < 26 ? 'a' + d : '0' + d - 26);
}

/* 6.1 */
static uint32_t
adapt(uint32_t delta, uint32_t points, bool first)
{
	uint32_t k = 0;

	delta /= first ? DAMP : 2;
	delta += delta / points;
	for (; delta > (BASE - TMIN) * TMAX / 2; k += BASE)
		delta /= BASE - TMIN;
	return k + (BASE - TMIN + 1) * delta / (delta + SKEW);
}

struct ascii {
	char	s[LABEL_MAX + 1];
	size_t	n;
};

static bool
add(struct ascii *t, char c)
{
	if (t->n == LABEL_MAX)
		return false;
	t->s[t->n++] = c;
	return true;
}

/* A number of variable length: 3.3. */
static bool
add_number(struct ascii *t, uint32_t q, uint32_t bias)
{
	uint32_t limit;

	for (uint32_t k = BASE;; k += BASE) {
		limit = k <= bias ? TMIN : k >= bias + TMAX ? TMAX : k - bias;
		if (q < limit)
			return add(t, digit(q));
		if (!add(t, digit(limit + (q - limit) % (BASE - limit))))
			return false;
		q = (q - limit) / (BASE - limit);
	}
}

/* 6.3: what is not ASCII, the least character first. */
static bool
encode(struct ascii *t, const uint32_t *c, size_t n)
{
	uint32_t next = FIRST, delta = 0, bias = BIAS, least;
	size_t done = 0, basic;

	for (size_t i = 0; i < n; i++)
		if (c[i] < FIRST && !add(t, (char)c[i]))
			return false;
	basic = done = t->n - 4;
	if (basic > 0 && !add(t, '-'))
		return false;
	while (done < n) {
		least = UINT32_MAX;
		for (size_t i = 0; i < n; i++)
			if (c[i] >= next && c[i] < least)
				least = c[i];
		delta += (least - next) * (uint32_t)(done + 1);
		next = least;
		for (size_t i = 0; i < n; i++) {
			delta += c[i] < next;
			if (c[i] != next)
				continue;
			if (!add_number(t, delta, bias))
				return false;
			bias = adapt(delta, (uint32_t)(done + 1),
			    done == basic);
			delta = 0;
			done++;
		}
		delta++;
		next++;
	}
	return true;
}

/* One label, len octets of UTF-8 in small letters. */
static bool
label(struct ascii *t, const char *p, size_t len)
{
	uint32_t c[LABEL_MAX];
	const char *end = p + len;
	bool beyond = false;
	size_t n = 0;

	for (; p < end; n++) {
		if (n == LABEL_MAX ||
		    ((*p & 0x80) != 0 && utf8_length(p) == 0))
			return false;
		c[n] = character(&p);
		beyond = beyond || c[n] >= FIRST;
	}
	t->n = 0;
	if (beyond)
		return add(t, 'x') && add(t, 'n') && add(t, '-') &&
		    add(t, '-') && encode(t, c, n);
	for (size_t i = 0; i < n; i++)
		add(t, (char)c[i]);
	return true;
}

bool
idn_to_ascii(const char *domain, char *to, size_t size)
{
	char folded[CHARSET_GROWTH * DOMAIN_MAX + 1];
	size_t n = strlen(domain), used, at = 0, len;
	struct ascii t;

	if (n > DOMAIN_MAX)
		return false;
	n = charset_fold(CHARSET_UTF8, domain, n, folded, &used);
	folded[n] = '\0';
	if (used != strlen(domain))
		return false;
	for (const char *p = folded;; p += len + 1) {
		len = strcspn(p, ".");
		if (!label(&t, p, len) || at + t.n + 2 > size)
			return false;
		memcpy(to + at, t.s, t.n);
		at += t.n;
		if (p[len] == '\0')
			break;
		to[at++] = '.';
	}
	to[at] = '\0';
	return true;
}

bool
idn_equal(const char *one, const char *other)
{
	char a[DOMAIN_MAX + 1], b[DOMAIN_MAX + 1];

	if (strcasecmp(one, other) == 0)
		return true;
	/* The common case needs no more work than that. */
	if (utf8_is_ascii(one, strlen(one)) &&
	    utf8_is_ascii(other, strlen(other)))
		return false;
	return idn_to_ascii(one, a, sizeof a) &&
	    idn_to_ascii(other, b, sizeof b) && strcmp(a, b) == 0;
}
