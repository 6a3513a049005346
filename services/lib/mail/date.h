/*
 * date.h - dates as mail writes them
 */
#ifndef LABNET_MAIL_DATE_H
#define LABNET_MAIL_DATE_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

struct date {
	int	year, month, day;	/* as written: 2026, 1 to 12, 1 to 31 */
	int	hour, minute, second;
	int	zone;			/* minutes east of Greenwich */
};

/*
 * A Date field's value: RFC 5322 3.3 and 4.3, and what is around: no day of
 * the week, no seconds, no zone, `-` between day, month and year.  False if
 * there is no date in it.
 */
bool	date_parse(struct date *, const char *text, size_t len);

/* IMAP's "dd-Mon-yyyy hh:mm:ss +zzzz" (RFC 3501 9, date-time), exactly. */
bool	date_parse_imap(struct date *, const char *text, size_t len);

/* IMAP's d-Mon-yyyy; the time is 0. */
bool	date_parse_day(struct date *, const char *text, size_t len);

/* The moment, and the days since 1 January 1970 of the date as written. */
time_t	date_time(const struct date *);
long	date_days(const struct date *);

/* The date of a moment in the local zone. */
void	date_local(struct date *, time_t);

/* date-time of IMAP without the quotes, and a NUL. */
enum { DATE_IMAP_SIZE = 27 };
void	date_imap(char to[DATE_IMAP_SIZE], const struct date *);

#endif
