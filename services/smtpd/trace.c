/* trace.c - what this server writes into a message's header */

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "smtpd.h"

void
trace_id(char id[ID_SIZE])
{
	static unsigned count;
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	snprintf(id, ID_SIZE, "%llX%05lX%lX.%u", (unsigned long long)
	    now.tv_sec, (unsigned long)now.tv_nsec / 1000,
	    (unsigned long)getpid(), count++);
}

/* RFC 5322 3.3, in UTC, whatever locale and time zone are about. */
static void
date_text(char *text, size_t size)
{
	static const char days[][4] = { "Sun", "Mon", "Tue", "Wed", "Thu",
	    "Fri", "Sat" };
	static const char months[][4] = { "Jan", "Feb", "Mar", "Apr", "May",
	    "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	time_t now = time(NULL);
	struct tm t;

	if (gmtime_r(&now, &t) == NULL)
		memset(&t, 0, sizeof t);
	snprintf(text, size, "%.3s, %d %.3s %d %02d:%02d:%02d +0000",
	    days[t.tm_wday], t.tm_mday, months[t.tm_mon],
	    t.tm_year + 1900, t.tm_hour, t.tm_min, t.tm_sec);
}

size_t
trace_received(const struct session *s, const char *id, char *text,
    size_t size)
{
	char date[64];
	int n;

	date_text(date, sizeof date);
	/* With several recipients `for' would tell each of the others. */
	n = snprintf(text, size, "Received: from %s (%s%s%s)\n"
	    "\tby %s with %s id %s%s%s%s;\n\t%s\n", s->client,
	    strchr(s->peer.ip, ':') != NULL ? "[IPv6:" : "[",
	    peer_name(&s->peer), "]", s->settings.hostname,
	    s->extended ? "ESMTP" : "SMTP", id,
	    s->recipients == 1 ? "\n\tfor <" : "",
	    s->recipients == 1 ? s->to : "", s->recipients == 1 ? ">" : "",
	    date);
	return (size_t)n < size ? (size_t)n : size - 1;
}
