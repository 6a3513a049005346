/* date.c - read and write the dates of mail */

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "mail/date.h"

static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

/* What is still to be read. */
struct cursor {
	const char	*p, *end;
};

static int
month(const char *s, size_t n)
{
	for (int i = 0; n >= 3 && i < 12; i++)
		if (strncasecmp(s, months + i * 3, 3) == 0)
			return i + 1;
	return 0;
}

/* Up to most digits; their number in *digits.  0 if there is none. */
static int
number(struct cursor *c, int most, int *digits)
{
	int n = 0;

	for (*digits = 0; c->p < c->end && *digits < most &&
	    isdigit((unsigned char)*c->p); c->p++, ++*digits)
		n = n * 10 + (*c->p - '0');
	return n;
}

static bool
letter(struct cursor *c, char x)
{
	if (c->p >= c->end || *c->p != x)
		return false;
	c->p++;
	return true;
}

/* Skip blanks, comments and what people put between the parts of a date. */
static void
skip(struct cursor *c, const char *what)
{
	int depth = 0;

	for (; c->p < c->end; c->p++)
		if (*c->p == '(')
			depth++;
		else if (*c->p == ')' && depth > 0)
			depth--;
		else if (depth == 0 &&
		    (*c->p == '\0' || strchr(what, *c->p) == NULL))
			return;
}

static size_t
word(const struct cursor *c)
{
	size_t n = 0;

	while (c->p + n < c->end && isalpha((unsigned char)c->p[n]))
		n++;
	return n;
}

static bool
in_range(const struct date *d)
{
	static const int days[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31,
	    30, 31 };

	return d->month >= 1 && d->month <= 12 && d->day >= 1 &&
	    d->day <= days[d->month - 1] && d->year <= 9999 &&
	    d->hour <= 23 && d->minute <= 59 &&
	    d->second <= 60 && abs(d->zone) < 24 * 60;
}

/* RFC 5322 4.3: names of zones; what is not known counts as +0000. */
static int
named_zone(const char *s, size_t n)
{
	static const struct { const char *name; int hours; } zones[] = {
		{ "EDT", -4 }, { "EST", -5 }, { "CDT", -5 }, { "CST", -6 },
		{ "MDT", -6 }, { "MST", -7 }, { "PDT", -7 }, { "PST", -8 },
	};

	for (size_t i = 0; n == 3 && i < sizeof zones / sizeof *zones; i++)
		if (strncasecmp(s, zones[i].name, 3) == 0)
			return zones[i].hours * 60;
	return 0;
}

static int
zone(struct cursor *c)
{
	int sign = 1, n, digits;

	if (letter(c, '-'))
		sign = -1;
	else if (!letter(c, '+'))
		return named_zone(c->p, word(c));
	n = number(c, 4, &digits);
	return digits == 4 ? sign * (n / 100 * 60 + n % 100) : 0;
}

static void
clock_time(struct cursor *c, struct date *d)
{
	int digits;

	d->hour = number(c, 2, &digits);
	skip(c, " \t\r\n");
	if (digits == 0 || !letter(c, ':'))
		return;
	skip(c, " \t\r\n");
	d->minute = number(c, 2, &digits);
	skip(c, " \t\r\n");
	if (letter(c, ':')) {
		skip(c, " \t\r\n");
		d->second = number(c, 2, &digits);
	}
	skip(c, " \t\r\n");
	d->zone = zone(c);
}

bool
date_parse(struct date *d, const char *text, size_t len)
{
	struct cursor c = { text, text + len };
	int digits;

	*d = (struct date){ 0 };
	skip(&c, " \t\r\n,");
	if (word(&c) > 0) {		/* the day of the week */
		c.p += word(&c);
		skip(&c, " \t\r\n,.");
	}
	d->day = number(&c, 2, &digits);
	skip(&c, " \t\r\n-.");
	d->month = month(c.p, word(&c));
	c.p += word(&c);
	skip(&c, " \t\r\n-.,");
	d->year = number(&c, 4, &digits);
	if (digits == 2)
		d->year += d->year < 50 ? 2000 : 1900;
	else if (digits == 3)
		d->year += 1900;
	skip(&c, " \t\r\n,");
	clock_time(&c, d);
	return in_range(d) && d->year >= 1900;
}

/* dd-Mon-yyyy, at least one digit in front. */
static bool
day(struct cursor *c, struct date *d)
{
	int digits;

	d->day = number(c, 2, &digits);
	if (digits == 0 || !letter(c, '-') || word(c) != 3)
		return false;
	d->month = month(c->p, 3);
	c->p += 3;
	if (!letter(c, '-'))
		return false;
	d->year = number(c, 4, &digits);
	return digits == 4;
}

bool
date_parse_day(struct date *d, const char *text, size_t len)
{
	struct cursor c = { text, text + len };

	*d = (struct date){ 0 };
	return day(&c, d) && c.p == c.end && in_range(d);
}

static bool
two(struct cursor *c, int *n)
{
	int digits;

	*n = number(c, 2, &digits);
	return digits == 2;
}

bool
date_parse_imap(struct date *d, const char *text, size_t len)
{
	struct cursor c = { text, text + len };
	const char *sign;

	*d = (struct date){ 0 };
	if (len != DATE_IMAP_SIZE - 1)
		return false;
	letter(&c, ' ');
	if (!day(&c, d) || !letter(&c, ' ') || !two(&c, &d->hour) ||
	    !letter(&c, ':') || !two(&c, &d->minute) || !letter(&c, ':') ||
	    !two(&c, &d->second) || !letter(&c, ' '))
		return false;
	sign = c.p;
	if (*sign != '+' && *sign != '-')
		return false;
	d->zone = zone(&c);
	return c.p == c.end && in_range(d);
}

long
date_days(const struct date *d)
{
	/* Count from 1 March, so that the leap day is the year's last. */
	long y = d->month > 2 ? d->year : d->year - 1;
	long m = (d->month + 9) % 12;

	return y * 365 + y / 4 - y / 100 + y / 400 + (m * 153 + 2) / 5 +
	    d->day - 1 - 719468;
}

time_t
date_time(const struct date *d)
{
	return (time_t)date_days(d) * 86400 + d->hour * 3600L +
	    (d->minute - d->zone) * 60L + d->second;
}

void
date_local(struct date *d, time_t when)
{
	struct tm tm;

	if (localtime_r(&when, &tm) == NULL) {
		when = 0;
		gmtime_r(&when, &tm);
	}
	*d = (struct date){ tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday,
	    tm.tm_hour, tm.tm_min, tm.tm_sec, (int)(tm.tm_gmtoff / 60) };
}

/* By hand, for a client may ask for the dates of 100,000 messages. */
static char *
two_digits(char *to, unsigned n)
{
	*to++ = (char)('0' + n / 10 % 10);
	*to++ = (char)('0' + n % 10);
	return to;
}

void
date_imap(char to[DATE_IMAP_SIZE], const struct date *d)
{
	unsigned away = (unsigned)abs(d->zone);

	to = two_digits(to, (unsigned)d->day);
	*to++ = '-';
	memcpy(to, months + (d->month - 1) * 3, 3);
	to[3] = '-';
	to = two_digits(to + 4, (unsigned)d->year / 100);
	to = two_digits(to, (unsigned)d->year % 100);
	*to++ = ' ';
	to = two_digits(to, (unsigned)d->hour);
	*to++ = ':';
	to = two_digits(to, (unsigned)d->minute);
	*to++ = ':';
	to = two_digits(to, (unsigned)d->second);
	*to++ = ' ';
	*to++ = d->zone < 0 ? '-' : '+';
	to = two_digits(to, away / 60);
	to = two_digits(to, away % 60);
	*to = '\0';
}
