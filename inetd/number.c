/* number.c - decimal and octal numbers of the configuration */

#include <stdint.h>

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
