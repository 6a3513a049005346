/* report_text.c - a delivery status notification as text: RFC 3464, 6533 */

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "mail/datetext.h"
#include "mail/utf8.h"
#include "report.h"

static const struct kind {
	const char	*subject, *word, *people;
} kinds[] = {
	[REPORT_DELAYED] = { "Your mail is delayed", "delayed",
	    "Your message has not been delivered to the following recipients "
	    "yet.\nYou need not send it again: it will be tried further." },
	[REPORT_FAILED] = { "Your mail could not be delivered", "failed",
	    "Your message could not be delivered to the following "
	    "recipients." },
	[REPORT_SUCCESS] = { "Your mail has been delivered", "success",
	    "You asked to be told: your message has reached the following "
	    "recipients,\nor the last server on the way to them that can say "
	    "so." },
};

/* RFC 3464 2.3.3 */
static const char *
action_of(const struct queue_recipient *r)
{
	switch (r->state) {
	case QUEUE_FAILED:
		return "failed";
	case QUEUE_RELAYED:
		return "relayed";
	case QUEUE_DELIVERED:
		return "delivered";
	case QUEUE_EXPANDED:
		return "expanded";
	default:
		return "delayed";
	}
}

/* "550 5.1.1 text" and the like: the status of RFC 3463, or a general one. */
static const char *
status_of(const struct queue_recipient *r, char text[16])
{
	unsigned wanted = r->state == QUEUE_FAILED ? 5 :
	    r->state == QUEUE_WAITING ? 4 : 2;
	unsigned class, subject, detail;

	if (sscanf(r->reason, "%*3u %1u.%3u.%3u", &class, &subject,
	    &detail) != 3 || class != wanted)
		snprintf(text, 16, "%u.0.0", wanted);
	else
		snprintf(text, 16, "%u.%u.%u", class, subject, detail);
	return text;
}

static void
add_date(struct buf *b, const char *name, int64_t when)
{
	char text[DATE_TEXT_SIZE];

	date_text(text, (time_t)when);
	buf_format(b, "%s: %s\n", name, text);
}

/* A server whose name is an address has brackets around it (2.1.2). */
static void
add_remote(struct buf *b, const char *server)
{
	struct in_addr four;
	struct in6_addr six;
	bool is_six = inet_pton(AF_INET6, server, &six) == 1;
	bool is_name = !is_six && inet_pton(AF_INET, server, &four) != 1;

	buf_format(b, "Remote-MTA: dns; %s%s%s%s\n", is_name ? "" : "[",
	    is_six ? "IPv6:" : "", server, is_name ? "" : "]");
}

/* Original-Recipient repeats ORCPT, Final-Recipient says whom we asked. */
static void
add_recipient(struct buf *b, const struct report *r,
    const struct queue_recipient *to)
{
	char orcpt[ORCPT_MAX + 1], status[16];

	buf_text(b, "\n");
	if (to->with.orcpt[0] != '\0') {
		parameter_plain(to->with.orcpt, orcpt, sizeof orcpt);
		buf_format(b, "Original-Recipient: %s\n", orcpt);
	}
	buf_format(b, "Final-Recipient: %s; %s\nAction: %s\nStatus: %s\n",
	    utf8_is_ascii(to->path, strlen(to->path)) ? "rfc822" : "utf-8",
	    to->path, action_of(to), status_of(to, status));
	/* Without Remote-MTA the diagnostic is ours: 2.3.6. */
	if (to->server[0] != '\0')
		add_remote(b, to->server);
	if (to->reason[0] != '\0')
		buf_format(b, "Diagnostic-Code: smtp; %s\n", to->reason);
	if (to->tried > 0)
		add_date(b, "Last-Attempt-Date", to->tried);
	if (to->state == QUEUE_WAITING)
		add_date(b, "Will-Retry-Until", r->m->arrived +
		    r->site->settings.relay_lifetime);
}

static void
add_for_people(struct buf *b, const struct report *r)
{
	const struct queue_recipient *to;

	buf_format(b, "This is the mail system of %s.\n\n%s\n\n",
	    r->site->settings.hostname, kinds[r->kind].people);
	for (size_t i = 0; i < r->m->n; i++) {
		to = &r->m->to[i];
		if (report_tells(r, to))
			buf_format(b, "<%s>\n    %s%s%s\n", to->path,
			    r->kind == REPORT_SUCCESS ? action_of(to) : "",
			    r->kind == REPORT_SUCCESS && to->reason[0] !=
			    '\0' ? ": " : "", to->reason);
	}
}

static void
add_for_programs(struct buf *b, const struct report *r)
{
	char envid[ENVID_MAX + 1];

	if (r->m->with.envid[0] != '\0') {
		parameter_plain(r->m->with.envid, envid, sizeof envid);
		buf_format(b, "Original-Envelope-Id: %s\n", envid);
	}
	buf_format(b, "Reporting-MTA: dns; %s\n", r->site->settings.hostname);
	if (r->received_from[0] != '\0')
		buf_format(b, "Received-From-MTA: dns; %s\n",
		    r->received_from);
	add_date(b, "Arrival-Date", r->m->arrived);
	for (size_t i = 0; i < r->m->n; i++)
		if (report_tells(r, &r->m->to[i]))
			add_recipient(b, r, &r->m->to[i]);
}

/* Octets beyond ASCII anywhere in it make the whole report 8-bit. */
static void
add_head(struct buf *b, const struct report *r)
{
	const char *host = r->site->settings.hostname;
	char when[DATE_TEXT_SIZE];

	date_text(when, time(NULL));
	buf_format(b, "Date: %s\nFrom: Mail delivery <MAILER-DAEMON@%s>\n"
	    "To: <%s>\nSubject: %s\nMessage-ID: <%s.%s@%s>\n"
	    "Auto-Submitted: auto-replied\nMIME-Version: 1.0\n"
	    "Content-Type: multipart/report; report-type=%sdelivery-status;\n"
	    "\tboundary=\"=_%s\"\n%s\n", when, host, r->to,
	    kinds[r->kind].subject, r->name, kinds[r->kind].word, host,
	    r->m->with.utf8 ? "global-" : "", r->name, r->eight_bit ?
	    "Content-Transfer-Encoding: 8bit\n" : "");
}

static void
add_part(struct buf *b, const struct report *r, const char *type)
{
	buf_format(b, "\n--=_%s\nContent-Type: %s\n%s\n", r->name, type,
	    r->eight_bit ? "Content-Transfer-Encoding: 8bit\n" : "");
}

int
report_head(struct buf *b, const struct report *r)
{
	bool utf8 = r->m->with.utf8;

	add_head(b, r);
	add_part(b, r, r->eight_bit ? "text/plain; charset=utf-8" :
	    "text/plain; charset=us-ascii");
	add_for_people(b, r);
	/* RFC 6533 4 and 5: other names where addresses are in UTF-8. */
	add_part(b, r, utf8 ? "message/global-delivery-status" :
	    "message/delivery-status");
	add_for_programs(b, r);
	add_part(b, r, r->full ? (utf8 ? "message/global" :
	    "message/rfc822") : utf8 ? "message/global-headers" :
	    "text/rfc822-headers");
	return buf_text(b, "");
}

int
report_tail(struct buf *b, const struct report *r)
{
	return buf_format(b, "\n--=_%s--\n", r->name);
}
