/*
 * times.h - time values of RFC 3659 2.3: YYYYMMDDHHMMSS[.fraction], in UTC
 */
#ifndef FTPD_TIMES_H
#define FTPD_TIMES_H

#include <stdbool.h>
#include <time.h>

/*
 * The time that text starts with; *end is what follows.  False if it starts
 * with no valid date.
 */
bool	time_parse(const char *text, struct timespec *, const char **end);

#endif
