/* trace.c - what this server writes into a message's header */

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "mail/datetext.h"
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

size_t
trace_received(const struct session *s, const char *id, char *text,
    size_t size)
{
	char date[DATE_TEXT_SIZE];
	int n;

	date_text(date, time(NULL));
	/* With several recipients `for' would tell each of the others. */
	n = snprintf(text, size, "Received: from %s (%s%s%s)\n"
	    "\tby %s with %s id %s%s%s%s;\n\t%s\n", s->client,
	    strchr(s->peer.ip, ':') != NULL ? "[IPv6:" : "[",
	    peer_name(&s->peer), "]", s->settings.hostname,
	    !s->extended ? "SMTP" : s->account[0] != '\0' ? "ESMTPA" :
	    "ESMTP", id,
	    s->recipients == 1 ? "\n\tfor <" : "",
	    s->recipients == 1 ? s->to : "", s->recipients == 1 ? ">" : "",
	    date);
	return (size_t)n < size ? (size_t)n : size - 1;
}
