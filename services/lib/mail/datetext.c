/* datetext.c - "Sun, 22 Nov 2026 04:00:00 +0000" */

#include <stdio.h>
#include <string.h>

#include "mail/datetext.h"

void
date_text(char text[DATE_TEXT_SIZE], time_t when)
{
	static const char days[][4] = { "Sun", "Mon", "Tue", "Wed", "Thu",
	    "Fri", "Sat" };
	static const char months[][4] = { "Jan", "Feb", "Mar", "Apr", "May",
	    "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	struct tm t;

	if (gmtime_r(&when, &t) == NULL)
		memset(&t, 0, sizeof t);
	snprintf(text, DATE_TEXT_SIZE,
	    "%.3s, %d %.3s %d %02d:%02d:%02d +0000",
	    days[t.tm_wday], t.tm_mday, months[t.tm_mon], t.tm_year + 1900,
	    t.tm_hour, t.tm_min, t.tm_sec);
}
