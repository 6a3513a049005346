/* rdata.c - record data from text, led by the type's row of fields */

#include <arpa/inet.h>
#include <string.h>

#include "dns/rdata.h"
#include "dns/rdata_field.h"

const char field_too_long[] = "rdata longer than 65535 octets";
const char field_missing[] = "rdata ends too early";

void
field_next(struct rdata_text *text)
{
	text->token = lexer_next(text->lex);
}

bool
field_more(const struct rdata_text *text)
{
	return text->token == TOKEN_WORD || text->token == TOKEN_QUOTED;
}

bool
field_put(struct rdata_text *text, const void *octets, size_t len)
{
	if (len > RDATA_MAX - text->out->len)
		return false;
	memcpy(text->out->octets + text->out->len, octets, len);
	text->out->len += len;
	return true;
}

bool
field_put_number(struct rdata_text *text, uint32_t n, size_t octets)
{
	uint8_t wire[4] = { (uint8_t)(n >> 24), (uint8_t)(n >> 16),
	    (uint8_t)(n >> 8), (uint8_t)n };

	return field_put(text, wire + 4 - octets, octets);
}

bool
number_from_text(uint32_t *n, const char *text, size_t len, uint32_t max)
{
	uint64_t value = 0;

	if (len == 0 || len > 10)
		return false;
	for (size_t i = 0; i < len; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		value = value * 10 + (unsigned)(text[i] - '0');
	}
	*n = (uint32_t)value;
	return value <= max;
}

/* Seconds in a unit's letter, 0 if it is none. */
static unsigned
unit(char c)
{
	switch (c | 32) {
	case 'w': return 604800;
	case 'd': return 86400;
	case 'h': return 3600;
	case 'm': return 60;
	case 's': return 1;
	}
	return 0;
}

const char *
ttl_from_text(uint32_t *ttl, const char *text, size_t len)
{
	uint64_t sum = 0, n = 0;
	bool digits = false;

	for (size_t i = 0; i < len; i++) {
		if (text[i] >= '0' && text[i] <= '9') {
			n = n * 10 + (unsigned)(text[i] - '0');
			digits = true;
		} else if (digits && unit(text[i]) != 0) {
			sum += n * unit(text[i]);
			n = 0;
			digits = false;
		} else {
			return "bad time to live";
		}
		if (n > TTL_MAX || sum > TTL_MAX)
			return "time to live above 2147483647";
	}
	if (len == 0)
		return "bad time to live";
	if (sum + n > TTL_MAX)
		return "time to live above 2147483647";
	*ttl = (uint32_t)(sum + n);
	return NULL;
}

bool
field_unescape(const char *text, size_t len, uint8_t *out, size_t size,
    size_t *used)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		unsigned c = (unsigned char)text[i];

		if (c == '\\' && ++i < len) {
			c = (unsigned char)text[i];
			if (c >= '0' && c <= '9') {
				uint32_t value;

				if (len - i < 3 || !number_from_text(&value,
				    text + i, 3, 255))
					return false;
				c = value;
				i += 2;
			}
		}
		if (n == size)
			return false;
		out[n++] = (uint8_t)c;
	}
	*used = n;
	return true;
}

static const char *
field_name(struct rdata_text *text)
{
	struct name name;
	const char *error = name_from_text(&name, text->lex->text,
	    text->lex->len, text->origin);

	if (error != NULL)
		return error;
	if (!field_put(text, name.wire, name.len))
		return field_too_long;
	field_next(text);
	return NULL;
}

static const char *
number(struct rdata_text *text, size_t octets)
{
	uint32_t n, max = octets == 4 ? 0xffffffff : (1U << octets * 8) - 1;

	if (!number_from_text(&n, text->lex->text, text->lex->len, max))
		return octets == 1 ? "not a number from 0 to 255" :
		    octets == 2 ? "not a number from 0 to 65535" :
		    "not a number from 0 to 4294967295";
	if (!field_put_number(text, n, octets))
		return field_too_long;
	field_next(text);
	return NULL;
}

static const char *
field_u8(struct rdata_text *text)
{
	return number(text, 1);
}

static const char *
field_u16(struct rdata_text *text)
{
	return number(text, 2);
}

static const char *
field_u32(struct rdata_text *text)
{
	return number(text, 4);
}

static const char *
field_ttl(struct rdata_text *text)
{
	uint32_t ttl;
	const char *error = ttl_from_text(&ttl, text->lex->text,
	    text->lex->len);

	if (error != NULL)
		return error;
	if (!field_put_number(text, ttl, 4))
		return field_too_long;
	field_next(text);
	return NULL;
}

static const char *
address(struct rdata_text *text, int family, size_t octets, const char *error)
{
	uint8_t wire[16];

	if (inet_pton(family, text->lex->text, wire) != 1)
		return error;
	if (!field_put(text, wire, octets))
		return field_too_long;
	field_next(text);
	return NULL;
}

static const char *
field_ipv4(struct rdata_text *text)
{
	return address(text, AF_INET, 4, "not an IPv4 address");
}

static const char *
field_ipv6(struct rdata_text *text)
{
	return address(text, AF_INET6, 16, "not an IPv6 address");
}

static const char *
field_string(struct rdata_text *text)
{
	uint8_t wire[256];
	size_t len;

	if (!field_unescape(text->lex->text, text->lex->len, wire + 1, 255,
	    &len))
		return "bad string: at most 255 octets, escapes \\DDD or \\X";
	wire[0] = (uint8_t)len;
	if (!field_put(text, wire, len + 1))
		return field_too_long;
	field_next(text);
	return NULL;
}

static const char *
field_strings(struct rdata_text *text)
{
	const char *error = NULL;

	while (error == NULL && field_more(text))
		error = field_string(text);
	return error;
}

/* Text without a length: the rest of the rdata. */
static const char *
field_rest(struct rdata_text *text)
{
	size_t len;

	if (!field_unescape(text->lex->text, text->lex->len,
	    text->out->octets + text->out->len, RDATA_MAX - text->out->len,
	    &len))
		return "bad text";
	text->out->len += len;
	field_next(text);
	return NULL;
}

static const char *
field_type(struct rdata_text *text)
{
	int type = type_number(text->lex->text, text->lex->len);

	if (type == -1)
		return "not a record type";
	if (!field_put_number(text, (uint32_t)type, 2))
		return field_too_long;
	field_next(text);
	return NULL;
}

/* RFC 8659 4.1: letters and digits, at least one. */
static const char *
field_caa_tag(struct rdata_text *text)
{
	size_t len = text->lex->len;

	if (strspn(text->lex->text, "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") != len || len == 0)
		return "a CAA tag is letters and digits";
	return field_string(text);
}

static field_reader *const readers[128] = {
	['n'] = field_name, ['N'] = field_name, ['1'] = field_u8,
	['2'] = field_u16, ['4'] = field_u32, ['t'] = field_ttl,
	['a'] = field_ipv4, ['A'] = field_ipv6, ['s'] = field_string,
	['S'] = field_strings, ['q'] = field_rest, ['T'] = field_type,
	['m'] = field_moment, ['h'] = field_hex, ['b'] = field_base64,
	['x'] = field_salt, ['X'] = field_base32, ['w'] = field_bitmap,
	['c'] = field_caa_tag, ['l'] = field_location,
	['p'] = field_parameters, ['e'] = field_eui48, ['E'] = field_eui64,
	['I'] = field_id64, ['g'] = field_algorithm, ['C'] = field_certificate,
};

/* \# LENGTH HEX, the first word already seen. */
static const char *
read_generic(struct rdata_text *text, uint16_t type)
{
	uint32_t len;
	const char *error;

	field_next(text);
	if (!field_more(text) || !number_from_text(&len, text->lex->text,
	    text->lex->len, RDATA_MAX))
		return "a length must follow \\#";
	field_next(text);
	if (field_more(text)) {
		error = field_hex(text);
		if (error != NULL)
			return error;
	}
	if (text->out->len != len)
		return "rdata is not as long as \\# says";
	if (!rdata_valid(type, text->out->octets, text->out->len))
		return "rdata is malformed for this type";
	return NULL;
}

static const char *
read_fields(struct rdata_text *text, const char *fields)
{
	const char *error = NULL;

	for (; error == NULL && *fields != '\0'; fields++) {
		if (!field_more(text) && strchr("wp", *fields) == NULL)
			return text->token == TOKEN_BAD ? text->lex->error :
			    field_missing;
		error = readers[(unsigned char)*fields](text);
	}
	return error;
}

const char *
rdata_read(struct rdata *out, uint16_t type, struct lexer *lex,
    const struct name *origin)
{
	struct rdata_text text = { .lex = lex, .origin = origin, .out = out };
	const struct type *row = type_of(type);
	const char *error;

	out->len = 0;
	field_next(&text);
	if (text.token == TOKEN_WORD && strcmp(lex->text, "\\#") == 0)
		error = read_generic(&text, type);
	else if (row == NULL)
		error = "an unknown type needs \\# LENGTH HEX";
	else
		error = read_fields(&text, row->fields);
	if (error == NULL && text.token == TOKEN_BAD)
		error = lex->error;
	if (error == NULL && text.token != TOKEN_END)
		error = "more words than the type has fields";
	return error;
}
