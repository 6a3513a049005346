/* times.c - dates to seconds without a time zone file */

#include <ctype.h>
#include <stdint.h>
#include <string.h>

#include "io/decimal.h"
#include "times.h"

enum { HALF_YEAR = 182 * 86400, CLOCKS_DIFFER = 3600 };

/* A number with leading zeros; its end. */
static char *
put(char *to, int value, int width)
{
	return decimal_fixed(to, (uint64_t)value, width);
}

/* Split a time; one that no calendar holds is the first of 1970. */
static void
split(time_t t, struct tm *utc)
{
	static const struct tm first = { .tm_year = 70, .tm_mday = 1 };

	if (gmtime_r(&t, utc) == NULL || utc->tm_year < -1900)
		*utc = first;
}

char *
time_text(char *to, time_t t)
{
	struct tm utc;

	split(t, &utc);
	to = put(to, utc.tm_year + 1900, 4);
	to = put(to, utc.tm_mon + 1, 2);
	to = put(to, utc.tm_mday, 2);
	to = put(to, utc.tm_hour, 2);
	to = put(to, utc.tm_min, 2);
	to = put(to, utc.tm_sec, 2);
	*to = '\0';
	return to;
}

char *
time_column(char *to, time_t t, time_t now)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	struct tm utc;

	split(t, &utc);
	memcpy(to, months + 3 * utc.tm_mon, 3);
	to[3] = ' ';
	put(to + 4, utc.tm_mday, 2);
	if (to[4] == '0')
		to[4] = ' ';
	to[6] = ' ';
	if (t > now - HALF_YEAR && t <= now + CLOCKS_DIFFER) {
		to = put(to + 7, utc.tm_hour, 2);
		*to++ = ':';
		to = put(to, utc.tm_min, 2);
	} else {
		to[7] = ' ';
		to = put(to + 8, utc.tm_year + 1900, 4);
	}
	*to = '\0';
	return to;
}

static int
digits(const char *p, int n)
{
	int value = 0;

	while (n-- > 0)
		value = value * 10 + (*p++ - '0');
	return value;
}

static int
days_in(int month, int year)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31,
	    30, 31 };
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return days[month - 1] + (month == 2 && leap);
}

/* Days from 1 January 1970; years count from March, so leap days come last. */
static int64_t
days_since_1970(int year, int month, int day)
{
	int64_t y = month > 2 ? year : year - 1;
	int64_t m = month > 2 ? month - 3 : month + 9;

	return 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day -
	    1 - 719468;
}

/* ".fraction" as nanoseconds; *p moves behind it. */
static long
fraction(const char **p)
{
	long ns = 0, unit = 100000000;

	if (**p != '.' || !isdigit((unsigned char)(*p)[1]))
		return 0;
	for ((*p)++; isdigit((unsigned char)**p); (*p)++) {
		ns += (**p - '0') * unit;
		unit /= 10;
	}
	return ns;
}

bool
time_parse(const char *text, struct timespec *t, const char **end)
{
	int year, month, day, hour, minute, second;

	if (strspn(text, "0123456789") != 14)
		return false;
	year = digits(text, 4);
	month = digits(text + 4, 2);
	day = digits(text + 6, 2);
	hour = digits(text + 8, 2);
	minute = digits(text + 10, 2);
	second = digits(text + 12, 2);
	if (month < 1 || month > 12 || day < 1 || day > days_in(month, year) ||
	    hour > 23 || minute > 59 || second > 60)
		return false;
	t->tv_sec = (time_t)(((days_since_1970(year, month, day) * 24 + hour) *
	    60 + minute) * 60 + second);
	*end = text + 14;
	t->tv_nsec = fraction(end);
	return true;
}
