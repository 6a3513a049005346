/* trace.c - what this server writes into a message's header */

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "mail/datetext.h"
#include "mail/spf.h"
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

/* RFC 3848 and RFC 6531 4.3: the registered name of what was spoken. */
static void
put_with(const struct session *s, char word[16])
{
	if (!s->extended) {
		strcpy(word, "SMTP");
		return;
	}
	strcpy(word, s->utf8 ? "UTF8" : s->role == LMTP ? "" : "E");
	strcat(word, s->role == LMTP ? "LMTP" : "SMTP");
	if (s->tls.active)
		strcat(word, "S");
	if (s->account[0] != '\0')
		strcat(word, "A");
}

size_t
trace_received(const struct session *s, const char *id, char *text,
    size_t size)
{
	char date[DATE_TEXT_SIZE], with[16];
	int n;

	date_text(date, time(NULL));
	put_with(s, with);
	/* With several recipients `for' would tell each of the others. */
	n = snprintf(text, size, "Received: from %s (%s%s%s)\n"
	    "\tby %s with %s id %s%s%s%s;\n\t%s\n", s->client,
	    strchr(s->peer.ip, ':') != NULL ? "[IPv6:" : "[",
	    peer_name(&s->peer), "]", s->settings.hostname,
	    with, id,
	    s->recipients == 1 ? "\n\tfor <" : "",
	    s->recipients == 1 ? s->to : "", s->recipients == 1 ? ">" : "",
	    date);
	return (size_t)n < size ? (size_t)n : size - 1;
}

/* 9.1: a value of it is a dot-atom or in quotes. */
static void
quote(const char *text, char *to, size_t size)
{
	size_t n = 0;

	to[n++] = '"';
	for (; *text != '\0' && n + 3 < size; text++) {
		if (*text == '"' || *text == '\\')
			to[n++] = '\\';
		to[n++] = *text;
	}
	to[n++] = '"';
	to[n] = '\0';
}

size_t
trace_spf(const struct session *s, char text[SPF_FIELD_SIZE])
{
	char sender[2 * PATH_TEXT_SIZE];
	struct spf spf;
	enum spf_result r;
	int n;

	text[0] = '\0';
	if (!s->settings.spf || s->role != SMTP || may_relay(s))
		return 0;
	r = spf_check(&spf, &s->dns, s->peer.ip, s->client, s->from);
	quote(s->from, sender, sizeof sender);
	n = snprintf(text, SPF_FIELD_SIZE, "Received-SPF: %s (%s: domain of "
	    "%s)\n\treceiver=%s; client-ip=%s;\n\tenvelope-from=%s;\n"
	    "\thelo=%s; identity=%s;\n", spf_word(r), s->settings.hostname,
	    spf.domain, s->settings.hostname, s->peer.ip, sender, s->client,
	    s->from[0] == '\0' ? "helo" : "mailfrom");
	return n < SPF_FIELD_SIZE ? (size_t)n : 0;
}
