/* rdata_svcb.c - the parameters of SVCB and HTTPS records (RFC 9460 2.1) */

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "dns/rdata_field.h"

enum { PARAMETERS = 64, VALUES = 8192 };

struct parameter {
	uint16_t	 key;
	uint16_t	 at, len;	/* of its value in values */
};

struct parameters {
	struct parameter one[PARAMETERS];
	unsigned	 count;
	size_t		 used;
	uint8_t		 values[VALUES];
};

static const char *const keys[] = { "mandatory", "alpn", "no-default-alpn",
	"port", "ipv4hint", "ech", "ipv6hint", "dohpath", "ohttp" };

/* Number of a key's name, or -1. */
static int
key_number(const char *text, size_t len)
{
	uint32_t n;

	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (strlen(keys[i]) == len && memcmp(keys[i], text, len) == 0)
			return (int)i;
	if (len > 3 && memcmp(text, "key", 3) == 0 &&
	    (text[3] != '0' || len == 4) &&
	    number_from_text(&n, text + 3, len - 3, 65534))
		return (int)n;
	return -1;
}

static bool
append(struct parameters *p, const void *octets, size_t len)
{
	if (len > VALUES - p->used)
		return false;
	memcpy(p->values + p->used, octets, len);
	p->used += len;
	return true;
}

/*
 * One item of a comma-separated list, as the wire wants it.  Items of alpn
 * may hold an escaped comma; it was kept with its backslash (RFC 9460 A.1).
 */
static bool
put_item(struct parameters *p, int key, const uint8_t *item, size_t len)
{
	char text[INET6_ADDRSTRLEN];
	uint8_t wire[16];
	int family = key == 4 ? AF_INET : AF_INET6, number;

	if (key == 1) {
		uint8_t octet = (uint8_t)len;

		return len > 0 && len <= 255 && append(p, &octet, 1) &&
		    append(p, item, len);
	}
	if (key == 0) {
		number = key_number((const char *)item, len);
		wire[0] = (uint8_t)(number >> 8);
		wire[1] = (uint8_t)number;
		return number > 0 && append(p, wire, 2);
	}
	if (len >= sizeof text)
		return false;
	memcpy(text, item, len);
	text[len] = '\0';
	return inet_pton(family, text, wire) == 1 &&
	    append(p, wire, key == 4 ? 4 : 16);
}

static bool
put_list(struct parameters *p, int key, const uint8_t *value, size_t len)
{
	uint8_t item[256];
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		if (value[i] == ',') {
			if (!put_item(p, key, item, n))
				return false;
			n = 0;
			continue;
		}
		if (value[i] == '\\' && i + 1 < len)
			i++;
		if (n == sizeof item)
			return false;
		item[n++] = value[i];
	}
	return put_item(p, key, item, n);
}

/* base64, by the reader of that field, which writes to the rdata's end. */
static bool
put_base64(struct parameters *p, const uint8_t *value, size_t len)
{
	static struct rdata scratch;
	struct lexer lex;
	struct rdata_text text = { .lex = &lex, .out = &scratch };
	char line[2048];
	bool good;

	if (len + 2 > sizeof line)
		return false;
	memcpy(line, value, len);
	line[len] = '\n';
	scratch.len = 0;
	if (!lexer_open(&lex, -1, line, len + 1))
		return false;
	field_next(&text);
	good = field_more(&text) && field_base64(&text) == NULL &&
	    append(p, scratch.octets, scratch.len);
	lexer_close(&lex);
	return good;
}

static int
by_octets(const void *a, const void *b)
{
	return memcmp(a, b, 2);
}

/* RFC 9460 8: the keys of `mandatory' ascend, and are not given twice. */
static bool
put_mandatory(struct parameters *p, const uint8_t *value, size_t len)
{
	size_t from = p->used;

	if (!put_list(p, 0, value, len))
		return false;
	qsort(p->values + from, (p->used - from) / 2, 2, by_octets);
	for (size_t i = from + 2; i < p->used; i += 2)
		if (memcmp(p->values + i - 2, p->values + i, 2) == 0)
			return false;
	return true;
}

static bool
put_value(struct parameters *p, int key, const uint8_t *value, size_t len)
{
	uint32_t port;
	uint8_t wire[2];

	switch (key) {
	case 0:
		return len > 0 && put_mandatory(p, value, len);
	case 1: case 4: case 6:
		return len > 0 && put_list(p, key, value, len);
	case 2: case 8:
		return len == 0;
	case 3:
		if (!number_from_text(&port, (const char *)value, len, 65535))
			return false;
		wire[0] = (uint8_t)(port >> 8);
		wire[1] = (uint8_t)port;
		return append(p, wire, 2);
	case 5:
		return put_base64(p, value, len);
	}
	return append(p, value, len);
}

/* key, key=value, or key= and a quoted value behind it. */
static const char *
read_parameter(struct rdata_text *text, struct parameters *p)
{
	const char *word = text->lex->text;
	size_t len = text->lex->len, key_len = strcspn(word, "=");
	int key = key_number(word, key_len);
	uint8_t value[VALUES];
	size_t used, from = p->used;
	bool taken = false;

	if (key == -1)
		return "not a service parameter";
	if (p->count == PARAMETERS)
		return "too many service parameters";
	if (!field_unescape(word + key_len + (len > key_len),
	    len - key_len - (len > key_len), value, sizeof value, &used))
		return "bad service parameter";
	if (key_len + 1 == len) {	/* it ends in "=" */
		field_next(text);
		taken = text->token != TOKEN_QUOTED;
		if (!taken && !field_unescape(text->lex->text, text->lex->len,
		    value, sizeof value, &used))
			return "bad service parameter";
	}
	if (!put_value(p, key, value, used))
		return "bad value of a service parameter";
	p->one[p->count++] = (struct parameter){ (uint16_t)key,
	    (uint16_t)from, (uint16_t)(p->used - from) };
	if (!taken)
		field_next(text);
	return NULL;
}

static int
by_key(const void *a, const void *b)
{
	const struct parameter *x = a, *y = b;

	return (int)x->key - (int)y->key;
}

const char *
field_parameters(struct rdata_text *text)
{
	static struct parameters p;
	const char *error = NULL;

	p.count = 0;
	p.used = 0;
	while (error == NULL && field_more(text))
		error = read_parameter(text, &p);
	if (error != NULL)
		return error;
	qsort(p.one, p.count, sizeof *p.one, by_key);
	for (unsigned i = 0; i < p.count; i++) {
		if (i > 0 && p.one[i].key == p.one[i - 1].key)
			return "service parameter given twice";
		if (!field_put_number(text, p.one[i].key, 2) ||
		    !field_put_number(text, p.one[i].len, 2) ||
		    !field_put(text, p.values + p.one[i].at, p.one[i].len))
			return field_too_long;
	}
	return NULL;
}
