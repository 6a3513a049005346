/* number.c - numbers, times and sizes of the configuration */

#include <string.h>

#include "number.h"

static bool
parse(unsigned *number, const char *text, unsigned base, unsigned max)
{
	uint64_t n = 0;

	if (*text == '\0')
		return false;
	for (; *text != '\0'; text++) {
		if (*text < '0' || *text >= (char)('0' + base))
			return false;
		n = n * base + (unsigned)(*text - '0');
		if (n > max)
			return false;
	}
	*number = (unsigned)n;
	return true;
}

bool
number_parse(unsigned *number, const char *text, unsigned min, unsigned max)
{
	unsigned n;

	if (!parse(&n, text, 10, max) || n < min)
		return false;
	*number = n;
	return true;
}

bool
number_octal(unsigned *number, const char *text, unsigned max)
{
	return parse(number, text, 8, max);
}

/* N and one of the units; the unit's place in them goes to unit. */
static bool
with_unit(unsigned *number, size_t *unit, const char *text, const char *units)
{
	char digits[16];
	size_t len = strspn(text, "0123456789");
	const char *found;

	if (len >= sizeof digits || text[len] == '\0' ||
	    text[len + 1] != '\0' ||
	    (found = strchr(units, text[len])) == NULL)
		return false;
	memcpy(digits, text, len);
	digits[len] = '\0';
	*unit = (size_t)(found - units);
	return number_parse(number, digits, 1, 1000000);
}

bool
number_time(int64_t *ms, const char *text)
{
	static const int64_t seconds[] = { 1, 60, 3600, 86400 };
	unsigned n;
	size_t unit;

	if (!with_unit(&n, &unit, text, "smhd"))
		return false;
	*ms = n * seconds[unit] * 1000;
	return true;
}

bool
number_size(uint64_t *bytes, const char *text)
{
	unsigned n;
	size_t unit;

	if (!with_unit(&n, &unit, text, "KMG"))
		return false;
	*bytes = (uint64_t)n << (10 * (unit + 1));
	return true;
}

char *
number_put(char *to, uint64_t n, int digits)
{
	int len = 1;

	/* A multiplication is cheaper than a division. */
	for (uint64_t power = 10; n >= power && len < 20; power *= 10)
		len++;
	if (len < digits)
		len = digits;
	to[len] = '\0';
	for (int i = len; i-- > 0; n /= 10)
		to[i] = (char)('0' + n % 10);
	return to + len;
}
