/*
 * rdata_loc.c - LOC's field: where on earth (RFC 1876)
 *
 *	d1 [m1 [s1]] N|S d2 [m2 [s2]] E|W alt[m] [size[m] [hp[m] [vp[m]]]]
 */

#include <string.h>

#include "dns/rdata_field.h"

/* A number with at most `places` decimals, as a multiple of 10^-places. */
static bool
decimal(const char *p, size_t len, unsigned places, uint64_t *value)
{
	uint64_t n = 0;
	unsigned decimals = 0, digits = 0;
	bool point = false;

	for (; len > 0; len--, p++) {
		if (*p == '.' && !point) {
			point = true;
			continue;
		}
		if (*p < '0' || *p > '9' || ++digits > 12 ||
		    (point && ++decimals > places))
			return false;
		n = n * 10 + (unsigned)(*p - '0');
	}
	for (; decimals < places; decimals++)
		n *= 10;
	*value = n;
	return digits > 0;
}

/* Degrees, minutes, seconds and the letter; 2^31 is the equator or Greenwich */
static const char *
angle(struct rdata_text *text, char plus, char minus, unsigned limit,
    uint32_t *wire)
{
	static const unsigned scale[3] = { 3600000, 60000, 1 };
	uint64_t n, sum = 0;
	char letter;

	for (unsigned i = 0; field_more(text); i++, field_next(text)) {
		letter = (char)(text->lex->text[0] & ~32);
		if (i > 0 && text->lex->len == 1 &&
		    (letter == plus || letter == minus)) {
			if (sum > limit * 3600000ULL)
				return "no such angle";
			*wire = (uint32_t)(letter == plus ?
			    0x80000000 + sum : 0x80000000 - sum);
			field_next(text);
			return NULL;
		}
		if (i == 3 || !decimal(text->lex->text, text->lex->len,
		    i == 2 ? 3 : 0, &n) || (i > 0 &&
		    n >= (i == 2 ? 60000 : 60)))
			return "not an angle: d [m [s]] and N, S, E or W";
		sum += n * scale[i];
	}
	return field_missing;
}

/* Metres as centimetres, an "m" behind them or not. */
static bool
metres(const struct rdata_text *text, const char *p, uint64_t *cm)
{
	size_t len = text->lex->len - (size_t)(p - text->lex->text);

	if (len > 0 && (p[len - 1] | 32) == 'm')
		len--;
	return decimal(p, len, 2, cm);
}

/* Size or precision: one decimal digit and a power of ten of centimetres. */
static bool
precision(uint64_t cm, uint8_t *wire)
{
	unsigned power = 0;

	for (; cm > 9; cm /= 10)
		power++;
	*wire = (uint8_t)(cm << 4 | power);
	return power <= 9;
}

const char *
field_location(struct rdata_text *text)
{
	uint8_t head[4] = { 0, 0x12, 0x16, 0x13 };	/* 1m 10000m 10m */
	uint32_t latitude, longitude;
	uint64_t cm;
	const char *error, *p;

	if ((error = angle(text, 'N', 'S', 90, &latitude)) != NULL ||
	    (error = angle(text, 'E', 'W', 180, &longitude)) != NULL)
		return error;
	if (!field_more(text))
		return field_missing;
	p = text->lex->text;
	if (!metres(text, p + (*p == '-' || *p == '+'), &cm) ||
	    cm > (*p == '-' ? 10000000 : 4284967295))
		return "bad altitude";
	cm = *p == '-' ? 10000000 - cm : 10000000 + cm;
	field_next(text);
	for (unsigned i = 1; i < 4 && field_more(text); i++, field_next(text)) {
		uint64_t size;

		if (!metres(text, text->lex->text, &size) ||
		    !precision(size, &head[i]))
			return "bad size or precision";
	}
	if (!field_put(text, head, 4) ||
	    !field_put_number(text, latitude, 4) ||
	    !field_put_number(text, longitude, 4) ||
	    !field_put_number(text, (uint32_t)cm, 4))
		return field_too_long;
	return NULL;
}
