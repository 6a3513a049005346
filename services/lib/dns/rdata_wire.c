/* rdata_wire.c - the fields of rdata on the wire */

#include <string.h>

#include "dns/rdata.h"

/* One or more character strings, to the end. */
static bool
is_strings(const uint8_t *p, size_t left)
{
	if (left == 0)
		return false;
	while (left > 0) {
		if (*p >= left)
			return false;
		left -= *p + 1U;
		p += *p + 1U;
	}
	return true;
}

/* RFC 4034 4.1.2: windows ascending, 1 to 32 octets each, no zero at the end */
static bool
is_bitmap(const uint8_t *p, size_t left)
{
	int last = -1;

	while (left > 0) {
		if (left < 3 || p[0] <= last || p[1] < 1 || p[1] > 32 ||
		    p[1] > left - 2 || p[1 + p[1]] == 0)
			return false;
		last = p[0];
		left -= p[1] + 2U;
		p += p[1] + 2U;
	}
	return true;
}

/* RFC 9460 2.2: keys strictly ascending, each with its length. */
static bool
is_parameters(const uint8_t *p, size_t left)
{
	long last = -1;

	while (left > 0) {
		long key;
		size_t len;

		if (left < 4)
			return false;
		key = p[0] << 8 | p[1];
		len = (size_t)(p[2] << 8 | p[3]);
		if (key <= last || len > left - 4)
			return false;
		last = key;
		p += len + 4;
		left -= len + 4;
	}
	return true;
}

static long
fixed(size_t octets, size_t left)
{
	return octets <= left ? (long)octets : -1;
}

static long
rest(bool good, size_t left)
{
	return good ? (long)left : -1;
}

long
rdata_field(char field, const uint8_t *p, size_t left)
{
	size_t n;

	switch (field) {
	case 'n': case 'N':
		n = name_length(p, left);
		return n != 0 ? (long)n : -1;
	case '1': case 'g':
		return fixed(1, left);
	case '2': case 'T': case 'C':
		return fixed(2, left);
	case '4': case 't': case 'a': case 'm':
		return fixed(4, left);
	case 'e':
		return fixed(6, left);
	case 'E': case 'I':
		return fixed(8, left);
	case 'A': case 'l':
		return fixed(16, left);
	case 's': case 'x':
		return left > 0 ? fixed(p[0] + 1U, left) : -1;
	case 'X': case 'c':
		return left > 0 && p[0] > 0 ? fixed(p[0] + 1U, left) : -1;
	case 'S':
		return rest(is_strings(p, left), left);
	case 'w':
		return rest(is_bitmap(p, left), left);
	case 'p':
		return rest(is_parameters(p, left), left);
	case 'q': case 'h': case 'b':
		return rest(left > 0 || field == 'q', left);
	}
	return -1;
}

bool
rdata_valid(uint16_t type, const uint8_t *p, size_t len)
{
	const struct type *row = type_of(type);

	if (row == NULL)
		return true;
	for (const char *f = row->fields; *f != '\0'; f++) {
		long n = rdata_field(*f, p, len);

		if (n == -1)
			return false;
		p += n;
		len -= (size_t)n;
	}
	return len == 0;
}
