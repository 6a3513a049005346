/*
 * times.h - times on the wire, all in UTC
 *
 * Written by hand, not by strftime(3): listings are made of them.
 */
#ifndef FTPD_TIMES_H
#define FTPD_TIMES_H

#include <stdbool.h>
#include <time.h>

enum { TIME_TEXT = 32 };	/* room for either text */

/* RFC 3659 2.3: YYYYMMDDHHMMSS; its end.  A year beyond 9999 is cut. */
char	*time_text(char *, time_t);

/*
 * As in ls -l: "Nov 22 03:15", or for what is older than half a year or in
 * the future "Nov 22  2025"; its end.
 */
char	*time_column(char *, time_t, time_t now);

/*
 * YYYYMMDDHHMMSS[.fraction], the time that text starts with; *end is what
 * follows.  False if it starts with no valid date.
 */
bool	time_parse(const char *text, struct timespec *, const char **end);

#endif
