/* rdata_codec.c - fields in hexadecimal, base 64 and 32, bitmaps, moments */

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "dns/rdata_field.h"
#include "io/digit.h"

static int
base32_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 32;
	return c >= 'a' && c <= 'v' ? c - 'a' + 10 : -1;
}

/* Digits of any base put together into octets. */
struct bits {
	uint32_t	 held;
	unsigned	 count;		/* bits held */
	unsigned	 padding;	/* "=" seen */
	size_t		 digits;
};

/* Add one word's digits.  NULL, or what is wrong. */
static const char *
add_digits(struct rdata_text *text, struct bits *b, const char *p, size_t len,
    int digit(char), unsigned width, const char *error)
{
	for (size_t i = 0; i < len; i++) {
		int d = digit(p[i]);
		uint8_t octet;

		if (p[i] == '=' && width == 6 && b->digits > 0) {
			b->padding++;
			continue;
		}
		if (d == -1 || b->padding > 0)
			return error;
		b->held = b->held << width | (unsigned)d;
		b->count += width;
		b->digits++;
		if (b->count < 8)
			continue;
		b->count -= 8;
		octet = (uint8_t)(b->held >> b->count);
		if (!field_put(text, &octet, 1))
			return field_too_long;
	}
	return NULL;
}

const char *
field_hex(struct rdata_text *text)
{
	static const char error[] = "not hexadecimal";
	struct bits b = { 0 };
	const char *wrong = NULL;

	for (; wrong == NULL && field_more(text); field_next(text))
		wrong = add_digits(text, &b, text->lex->text, text->lex->len,
		    digit_hex, 4, error);
	return wrong == NULL && b.count != 0 ?
	    "odd number of hexadecimal digits" : wrong;
}

const char *
field_base64(struct rdata_text *text)
{
	static const char error[] = "not base64";
	struct bits b = { 0 };
	const char *wrong = NULL;

	for (; wrong == NULL && field_more(text); field_next(text))
		wrong = add_digits(text, &b, text->lex->text, text->lex->len,
		    digit_base64, 6, error);
	if (wrong == NULL && ((b.digits + b.padding) % 4 != 0 ||
	    b.padding > 2 || b.digits == 0))
		return error;
	return wrong;
}

/* One word behind a length octet. */
static const char *
counted(struct rdata_text *text, int digit(char), unsigned width,
    const char *error)
{
	size_t at = text->out->len, n;
	struct bits b = { 0 };
	const char *wrong;

	if (!field_put(text, "", 1))
		return field_too_long;
	wrong = add_digits(text, &b, text->lex->text, text->lex->len, digit,
	    width, error);
	n = text->out->len - at - 1;
	if (wrong != NULL || b.count >= width || n > 255 || n == 0)
		return error;
	text->out->octets[at] = (uint8_t)n;
	field_next(text);
	return NULL;
}

const char *
field_salt(struct rdata_text *text)
{
	if (strcmp(text->lex->text, "-") != 0)
		return counted(text, digit_hex, 4, "bad salt: hexadecimal "
		    "digits, or - for none");
	if (!field_put(text, "", 1))
		return field_too_long;
	field_next(text);
	return NULL;
}

const char *
field_base32(struct rdata_text *text)
{
	return counted(text, base32_digit, 5, "bad hash: base32hex digits");
}

/* Types in any order, none for an empty bitmap (RFC 4034 4.1.2). */
const char *
field_bitmap(struct rdata_text *text)
{
	static uint8_t map[256][34];	/* window, length, bits */

	memset(map, 0, sizeof map);
	for (; field_more(text); field_next(text)) {
		int type = type_number(text->lex->text, text->lex->len);
		unsigned octet;

		if (type == -1)
			return "not a record type";
		octet = (unsigned)type % 256 / 8;
		map[type / 256][2 + octet] |= (uint8_t)(0x80 >> type % 8);
		if (map[type / 256][1] < octet + 1)
			map[type / 256][1] = (uint8_t)(octet + 1);
	}
	for (unsigned w = 0; w < 256; w++) {
		map[w][0] = (uint8_t)w;
		if (map[w][1] != 0 && !field_put(text, map[w], map[w][1] + 2U))
			return field_too_long;
	}
	return NULL;
}

/* Days from 1970-01-01 to a date of the Gregorian calendar. */
static int64_t
days(int64_t year, int64_t month, int64_t day)
{
	year -= month <= 2;
	month += month <= 2 ? 9 : -3;
	return year * 365 + year / 4 - year / 100 + year / 400 +
	    (month * 153 + 2) / 5 + day - 719469;
}

/* RFC 4034 3.2: YYYYMMDDHHmmSS, or seconds since 1970. */
const char *
field_moment(struct rdata_text *text)
{
	const char *p = text->lex->text;
	static const unsigned char widths[6] = { 4, 2, 2, 2, 2, 2 };
	uint32_t n, part[6];
	int64_t s;

	if (text->lex->len != 14) {
		if (!number_from_text(&n, p, text->lex->len, 0xffffffff))
			return "not a moment: YYYYMMDDHHmmSS or seconds";
	} else {
		for (int i = 0; i < 6; p += widths[i++])
			if (!number_from_text(&part[i], p, widths[i], 9999))
				return "not a moment: YYYYMMDDHHmmSS";
		if (part[0] < 1970 || part[1] < 1 || part[1] > 12 ||
		    part[2] < 1 || part[2] > 31 || part[3] > 23 ||
		    part[4] > 59 || part[5] > 60)
			return "no such moment";
		s = ((days(part[0], part[1], part[2]) * 24 + part[3]) * 60 +
		    part[4]) * 60 + part[5];
		n = (uint32_t)s;	/* RFC 4034 3.1.5: modulo 2^32 */
	}
	if (!field_put_number(text, n, 4))
		return field_too_long;
	field_next(text);
	return NULL;
}

/* Groups of hexadecimal digits with one separator between them. */
static const char *
groups(struct rdata_text *text, unsigned count, unsigned width, char between,
    const char *error)
{
	const char *p = text->lex->text;
	struct bits b = { 0 };

	if (text->lex->len != count * width + count - 1)
		return error;
	for (unsigned i = 0; i < count; i++) {
		if (i > 0 && *p++ != between)
			return error;
		if (add_digits(text, &b, p, width, digit_hex, 4, error) != NULL)
			return error;
		p += width;
	}
	field_next(text);
	return NULL;
}

const char *
field_eui48(struct rdata_text *text)
{
	return groups(text, 6, 2, '-', "not an EUI-48: xx-xx-xx-xx-xx-xx");
}

const char *
field_eui64(struct rdata_text *text)
{
	return groups(text, 8, 2, '-', "not an EUI-64: eight pairs xx-xx-...");
}

const char *
field_id64(struct rdata_text *text)
{
	return groups(text, 4, 4, ':', "not four groups xxxx:xxxx:xxxx:xxxx");
}

struct mnemonic {
	const char	*name;
	unsigned	 number;
};

static const char *
mnemonic(struct rdata_text *text, const struct mnemonic *m, size_t octets,
    const char *error)
{
	uint32_t n;

	while (m->name != NULL && strcasecmp(m->name, text->lex->text) != 0)
		m++;
	if (m->name != NULL)
		n = m->number;
	else if (!number_from_text(&n, text->lex->text, text->lex->len,
	    octets == 1 ? 255 : 65535))
		return error;
	if (!field_put_number(text, n, octets))
		return field_too_long;
	field_next(text);
	return NULL;
}

const char *
field_algorithm(struct rdata_text *text)
{
	static const struct mnemonic algorithms[] = {
		{ "RSAMD5", 1 }, { "DH", 2 }, { "DSA", 3 }, { "RSASHA1", 5 },
		{ "DSA-NSEC3-SHA1", 6 }, { "RSASHA1-NSEC3-SHA1", 7 },
		{ "RSASHA256", 8 }, { "RSASHA512", 10 }, { "ECC-GOST", 12 },
		{ "ECDSAP256SHA256", 13 }, { "ECDSAP384SHA384", 14 },
		{ "ED25519", 15 }, { "ED448", 16 }, { "INDIRECT", 252 },
		{ "PRIVATEDNS", 253 }, { "PRIVATEOID", 254 }, { NULL, 0 }
	};

	return mnemonic(text, algorithms, 1, "not an algorithm");
}

const char *
field_certificate(struct rdata_text *text)
{
	static const struct mnemonic certificates[] = {
		{ "PKIX", 1 }, { "SPKI", 2 }, { "PGP", 3 }, { "IPKIX", 4 },
		{ "ISPKI", 5 }, { "IPGP", 6 }, { "ACPKIX", 7 },
		{ "IACPKIX", 8 }, { "URI", 253 }, { "OID", 254 }, { NULL, 0 }
	};

	return mnemonic(text, certificates, 2, "not a certificate type");
}
