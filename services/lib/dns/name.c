/* name.c - domain names: reading, writing, comparing, hashing */

#include <endian.h>
#include <stdio.h>
#include <string.h>

#include "dns/name.h"
#include "io/copy.h"

#define ROW(n)	(n), (n) + 1, (n) + 2, (n) + 3, \
	(n) + 4, (n) + 5, (n) + 6, (n) + 7
#define HALF(n)	ROW(n), ROW((n) + 8), ROW((n) + 16), ROW((n) + 24)

const uint8_t name_lower_of[256] = {
	HALF(0), HALF(32),
	'@', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm',
	'n', 'o', 'p', 'q', 'r', 's', 't', 'u', 'v', 'w', 'x', 'y', 'z',
	'[', '\\', ']', '^', '_', HALF(96),
	HALF(128), HALF(160), HALF(192), HALF(224)
};

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The octet behind a backslash; returns the characters eaten, 0 if bad. */
static size_t
unescape(const char *p, size_t left, uint8_t *octet)
{
	if (left >= 3 && is_digit(p[0]) && is_digit(p[1]) && is_digit(p[2])) {
		int n = (p[0] - '0') * 100 + (p[1] - '0') * 10 + p[2] - '0';

		*octet = (uint8_t)n;
		return n <= 255 ? 3 : 0;
	}
	if (left == 0 || is_digit(p[0]))
		return 0;
	*octet = (uint8_t)p[0];
	return 1;
}

/* End a relative name with the origin. */
static const char *
append_origin(struct name *n, size_t len, const struct name *origin)
{
	static const struct name root = { 1, { 0 } };

	if (origin == NULL)
		origin = &root;
	if (len + origin->len > DNS_NAME_MAX)
		return "name longer than 255 octets";
	copy_octets(n->wire + len, origin->wire, origin->len);
	n->len = (uint8_t)(len + origin->len);
	return NULL;
}

const char *
name_from_text(struct name *n, const char *text, size_t len,
    const struct name *origin)
{
	size_t start = 0, put = 1, eaten;	/* of this label, of n->wire */
	uint8_t octet;

	if (len == 0)
		return "empty name";
	if (len == 1 && text[0] == '@')
		return append_origin(n, 0, origin);
	if (len == 1 && text[0] == '.') {
		n->len = 1;
		n->wire[0] = 0;
		return NULL;
	}
	for (size_t i = 0; i < len; i++) {
		octet = (uint8_t)text[i];
		if (octet == '.') {
			if (put == start + 1)
				return "empty label in a name";
			n->wire[start] = (uint8_t)(put - start - 1);
			start = put++;
			if (start >= DNS_NAME_MAX)
				return "name longer than 255 octets";
			continue;
		}
		if (octet == '\\') {
			eaten = unescape(text + i + 1, len - i - 1, &octet);
			if (eaten == 0)
				return "bad escape in a name";
			i += eaten;
		}
		if (put - start > DNS_LABEL_MAX)
			return "label longer than 63 octets";
		if (put >= DNS_NAME_MAX)
			return "name longer than 255 octets";
		n->wire[put++] = octet;
	}
	if (put == start + 1) {		/* it ended in a dot */
		n->wire[start] = 0;
		n->len = (uint8_t)put;
		return NULL;
	}
	n->wire[start] = (uint8_t)(put - start - 1);
	return append_origin(n, put, origin);
}

char *
name_to_text(char text[DNS_NAME_TEXT], const uint8_t *wire)
{
	char *out = text;

	if (*wire == 0)
		*out++ = '.';
	for (; *wire != 0; wire += *wire + 1) {
		for (unsigned i = 1; i <= *wire; i++) {
			uint8_t c = wire[i];

			if (c <= ' ' || c > '~') {
				out += sprintf(out, "\\%03u", c);
				continue;
			}
			if (strchr(".\\\"();@$", c) != NULL)
				*out++ = '\\';
			*out++ = (char)c;
		}
		*out++ = '.';
	}
	*out = '\0';
	return text;
}

size_t
name_length(const uint8_t *p, size_t avail)
{
	size_t n = 0;

	if (avail > DNS_NAME_MAX)
		avail = DNS_NAME_MAX;
	while (n < avail && p[n] != 0) {
		if (p[n] > DNS_LABEL_MAX)
			return 0;
		n += p[n] + 1U;
	}
	return n < avail ? n + 1 : 0;
}

size_t
name_unpack(struct name *name, const uint8_t *message, size_t size, size_t at)
{
	size_t first = at, floor = at, taken = 0, len = 0;
	unsigned pointers = 0;

	for (;;) {
		uint8_t c;

		if (at >= size)
			return 0;
		c = message[at];
		if (c >= 0xc0) {
			if (size - at < 2)
				return 0;
			if (taken == 0)
				taken = at + 2 - first;
			at = (c & 0x3fU) << 8 | message[at + 1];
			/* Only ever backwards, and one a label is enough. */
			if (at >= floor || pointers++ > DNS_LABELS_MAX)
				return 0;
			floor = at;
			continue;
		}
		if (c > DNS_LABEL_MAX || c >= size - at ||
		    len + c + 1 > DNS_NAME_MAX)
			return 0;
		memcpy(name->wire + len, message + at, c + 1U);
		len += c + 1U;
		at += c + 1U;
		if (c == 0)
			break;
	}
	name->len = (uint8_t)len;
	return taken != 0 ? taken : at - first;
}

void
name_set(struct name *n, const uint8_t *wire)
{
	n->len = (uint8_t)name_length(wire, DNS_NAME_MAX);
	memcpy(n->wire, wire, n->len);
}

unsigned
name_labels(const uint8_t *wire)
{
	unsigned n = 0;

	for (; *wire != 0; wire += *wire + 1)
		n++;
	return n;
}

/* Length octets are below 'A', so the whole name may be lowered as one. */
void
name_lower(struct name *n)
{
	for (size_t i = 0; i < n->len; i++)
		n->wire[i] = name_lower_of[n->wire[i]];
}

bool
name_equal(const uint8_t *a, const uint8_t *b)
{
	for (;;) {
		unsigned label = *a;

		if (label != *b)
			return false;
		if (label == 0)
			return true;
		for (; label > 0; label--)
			if (name_lower_of[*++a] != name_lower_of[*++b])
				return false;
		a++;
		b++;
	}
}

bool
name_within(const uint8_t *wire, const uint8_t *zone, size_t *prefix)
{
	const uint8_t *p = wire;
	unsigned mine = name_labels(wire), theirs = name_labels(zone);

	for (; mine > theirs; mine--)
		p += *p + 1;
	*prefix = (size_t)(p - wire);
	return mine == theirs && name_equal(p, zone);
}

/* Compare two labels as strings of octets, A-Z lowered. */
static int
compare_label(const uint8_t *a, const uint8_t *b)
{
	unsigned la = *a, lb = *b, n = la < lb ? la : lb;

	for (unsigned i = 1; i <= n; i++) {
		int d = name_lower_of[a[i]] - name_lower_of[b[i]];

		if (d != 0)
			return d;
	}
	return (int)la - (int)lb;
}

int
name_compare(const uint8_t *a, const uint8_t *b)
{
	uint8_t at_a[DNS_LABELS_MAX], at_b[DNS_LABELS_MAX];
	unsigned na = 0, nb = 0;
	int d;

	for (unsigned i = 0; a[i] != 0; i += a[i] + 1U)
		at_a[na++] = (uint8_t)i;
	for (unsigned i = 0; b[i] != 0; i += b[i] + 1U)
		at_b[nb++] = (uint8_t)i;
	while (na > 0 && nb > 0) {
		d = compare_label(a + at_a[--na], b + at_b[--nb]);
		if (d != 0)
			return d;
	}
	return (int)na - (int)nb;
}

/*
 * Hashing goes by eight octets, the last ones with zeros behind: H(word) is
 * one xor and one multiplication, and a label is two of them.
 */
static uint64_t
mix(uint64_t hash, uint64_t word)
{
	hash = (hash ^ word) * 0x9e3779b97f4a7c15u;
	return hash ^ hash >> 32;
}

uint32_t
name_hash(uint32_t parent, const uint8_t *label)
{
	uint64_t hash = parent, word = 0;
	unsigned len = *label + 1U;

	for (unsigned i = 0; i < len; i++) {
		word |= (uint64_t)name_lower_of[label[i]] << i % 8 * 8;
		if (i % 8 == 7 || i + 1 == len) {
			hash = mix(hash, word);
			word = 0;
		}
	}
	return (uint32_t)hash;
}

/* The same of a label in lower case with seven octets behind it to read. */
static uint32_t
hash_padded(uint32_t parent, const uint8_t *label)
{
	uint64_t hash = parent, word;
	unsigned left = *label + 1U;

	for (; left > 8; left -= 8, label += 8) {
		memcpy(&word, label, 8);
		hash = mix(hash, le64toh(word));
	}
	memcpy(&word, label, 8);
	return (uint32_t)mix(hash, le64toh(word) & UINT64_MAX >>
	    (64 - 8 * left));
}

/* Lower eight octets at once: bit 5 goes up where A-Z is. */
static uint64_t
lower_word(uint64_t word)
{
	const uint64_t each = 0x0101010101010101;
	uint64_t low = word & 0x7f * each;
	uint64_t from_a = low + (0x80 - 'A') * each;
	uint64_t past_z = low + (0x7f - 'Z') * each;

	return word | ((~word & (from_a ^ past_z) & 0x80 * each) >> 2);
}

void
name_key(struct name_key *key, const uint8_t *wire, size_t len)
{
	unsigned labels = 0;
	uint32_t h = NAME_HASH_ROOT;
	uint64_t word;

	copy_octets(key->wire, wire, len);
	for (size_t i = 0; i < len; i += 8) {
		memcpy(&word, key->wire + i, 8);
		word = lower_word(word);
		memcpy(key->wire + i, &word, 8);
	}
	for (size_t i = 0; key->wire[i] != 0; i += key->wire[i] + 1U)
		key->at[labels++] = (uint8_t)i;
	key->at[labels] = (uint8_t)(len - 1);
	key->len = (uint8_t)len;
	key->labels = (uint8_t)labels;
	key->hash[labels] = h;
	while (labels-- > 0) {
		h = hash_padded(h, key->wire + key->at[labels]);
		key->hash[labels] = h;
	}
}
