/* report.c - delivery status notifications: RFC 3464, RFC 5321 4.5.5, 6.1 */

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#include "io/log.h"
#include "mail/datetext.h"
#include "mail/delivery.h"
#include "relay.h"

enum { HEADER_MAX = 65536, REPORT_MAX = 1 << 20 };

/* Is the recipient's delay to be reported? */
static bool
is_delayed(const struct site *site, const struct queue_message *m,
    const struct queue_recipient *r)
{
	long after = site->settings.relay_warn;

	return r->state == QUEUE_WAITING && !r->warned && r->attempts > 0 &&
	    after > 0 && m->from[0] != '\0' &&
	    (int64_t)time(NULL) - m->arrived >= after;
}

static bool
is_told(const struct site *site, const struct queue_message *m,
    const struct queue_recipient *r)
{
	return r->state == QUEUE_FAILED || is_delayed(site, m, r);
}

bool
report_is_due(const struct site *site, const struct queue_message *m)
{
	for (size_t i = 0; !m->held && i < m->n; i++)
		if (is_told(site, m, &m->to[i]))
			return true;
	return false;
}

/* "550 5.1.1 text" and the like: the status of RFC 3463, or a general one. */
static const char *
status_of(const struct queue_recipient *r, char text[16])
{
	unsigned class, subject, detail;

	if (sscanf(r->reason, "%*3u %1u.%3u.%3u", &class, &subject,
	    &detail) != 3 || class != (r->state == QUEUE_FAILED ? 5 : 4))
		return r->state == QUEUE_FAILED ? "5.0.0" : "4.0.0";
	snprintf(text, 16, "%u.%u.%u", class, subject, detail);
	return text;
}

/* The message's header, as far as it is read in one piece. */
static void
add_header(struct buf *b, const struct queue_message *m, int fd)
{
	static char text[HEADER_MAX];
	ssize_t n = pread(fd, text, sizeof text - 1, m->body);
	char *end;

	if (n < 0)
		n = 0;
	text[n] = '\0';
	end = text[0] == '\n' ? text : strstr(text, "\n\n");
	if (end == NULL)
		end = strrchr(text, '\n');
	if (end != NULL)
		buf_add(b, text, (size_t)(end - text) + (end > text));
}

static void
add_for_people(struct buf *b, const struct site *site,
    const struct queue_message *m, bool failed)
{
	buf_format(b, "This is the mail system of %s.\n\n%s\n\n",
	    site->settings.hostname, failed ?
	    "Your message could not be delivered to the following recipients."
	    : "Your message has not been delivered to the following recipients"
	    " yet.\nYou need not send it again: it will be tried further.");
	for (size_t i = 0; i < m->n; i++)
		if (is_told(site, m, &m->to[i]) && failed ==
		    (m->to[i].state == QUEUE_FAILED))
			buf_format(b, "<%s>\n    %s\n", m->to[i].path,
			    m->to[i].reason);
}

static void
add_for_programs(struct buf *b, const struct site *site,
    const struct queue_message *m, bool failed)
{
	char when[DATE_TEXT_SIZE], status[16];
	const struct queue_recipient *r;

	date_text(when, (time_t)m->arrived);
	buf_format(b, "Reporting-MTA: dns; %s\nArrival-Date: %s\n",
	    site->settings.hostname, when);
	for (size_t i = 0; i < m->n; i++) {
		r = &m->to[i];
		if (!is_told(site, m, r) || failed !=
		    (r->state == QUEUE_FAILED))
			continue;
		buf_format(b, "\nFinal-Recipient: rfc822; %s\nAction: %s\n"
		    "Status: %s\nDiagnostic-Code: smtp; %s\n", r->path,
		    failed ? "failed" : "delayed", status_of(r, status),
		    r->reason);
		if (!failed) {
			date_text(when, (time_t)(m->arrived +
			    site->settings.relay_lifetime));
			buf_format(b, "Will-Retry-Until: %s\n", when);
		}
	}
}

/* The whole report.  0, or -1 if memory lacks. */
static int
write_report(struct buf *b, const struct site *site,
    const struct queue_message *m, int fd, const char *name, const char *to,
    bool failed)
{
	const char *host = site->settings.hostname;
	char when[DATE_TEXT_SIZE], type[64];

	date_text(when, time(NULL));
	buf_format(b, "Date: %s\nFrom: Mail delivery <MAILER-DAEMON@%s>\n"
	    "To: <%s>\nSubject: %s\nMessage-ID: <%s.%s@%s>\n"
	    "Auto-Submitted: auto-replied\nMIME-Version: 1.0\n"
	    "Content-Type: multipart/report; report-type=delivery-status;\n"
	    "\tboundary=\"=_%s\"\n\n", when, host, to, failed ?
	    "Your mail could not be delivered" : "Your mail is delayed",
	    name, failed ? "failed" : "delayed", host, name);
	snprintf(type, sizeof type, "Content-Type: ");
	buf_format(b, "--=_%s\n%stext/plain; charset=us-ascii\n\n", name,
	    type);
	add_for_people(b, site, m, failed);
	buf_format(b, "\n--=_%s\n%smessage/delivery-status\n\n", name, type);
	add_for_programs(b, site, m, failed);
	buf_format(b, "\n--=_%s\n%stext/rfc822-headers\n\n", name, type);
	add_header(b, m, fd);
	return buf_format(b, "\n--=_%s--\n", name);
}

static bool
write_all(int fd, const char *p, size_t n)
{
	ssize_t put;

	while (n > 0) {
		put = write(fd, p, n);
		if (put == -1 && errno != EINTR)
			return false;
		p += put == -1 ? 0 : put;
		n -= put == -1 ? 0 : (size_t)put;
	}
	return true;
}

/* Write into the places that deliver lends, and have it kept. */
static int
hand_over(int sock, const struct buf *b)
{
	char answer[DELIVERY_RECORD_MAX], lines[32];
	int fds[DELIVERY_PLACES_MAX], code;
	size_t n, count = 0;
	bool good = true;

	code = delivery_places(sock, fds, &n, answer);
	for (size_t i = 0; code == 354 && i < n; i++) {
		good = good && write_all(fds[i], b->s, b->len);
		close(fds[i]);
	}
	if (code != 354)
		return code;
	if (!good)
		return 451;
	for (size_t i = 0; i < b->len; i++)
		count += b->s[i] == '\n';
	snprintf(lines, sizeof lines, "%zu", count);
	return delivery_ask(sock, "COMMIT", lines, answer);
}

/* Hand the text to deliver.  A code of SMTP; -1 or 4xx: not now. */
static int
submit(const struct buf *b, const char *from, const char *to)
{
	char answer[DELIVERY_RECORD_MAX];
	int sock = delivery_open(), code;

	if (sock == -1) {
		log_errno("%s", DELIVERY_SOCKET);
		return -1;
	}
	code = delivery_ask(sock, "SUBMIT", from, answer);
	if (code == 250)
		code = delivery_ask(sock, "RCPT", to, answer);
	if (code == 250)
		code = hand_over(sock, b);
	close(sock);
	return code;
}

/*
 * Who is told: the sender; for a report that failed itself postmaster, once;
 * for that one nobody (RFC 5321 6.1).  NULL for nobody.
 */
static const char *
addressee(const struct site *site, const struct queue_message *m)
{
	if (strcasecmp(m->from, site->double_bounce) == 0)
		return NULL;
	return m->from[0] == '\0' ? "postmaster" : m->from;
}

/* One kind of report: false if it must wait. */
static bool
tell(const struct site *site, const struct queue_message *m, int fd,
    const char *name, bool failed)
{
	struct buf b = { .limit = REPORT_MAX };
	const char *to = addressee(site, m), *from = "";
	int code = 550;

	if (to != NULL) {
		from = m->from[0] == '\0' ? site->double_bounce : "";
		code = write_report(&b, site, m, fd, name, to, failed) == -1 ?
		    451 : submit(&b, from, to);
		log_line("message %s report to <%s>: %d", name, to, code);
	}
	if (code / 100 == 5 && to != NULL && from[0] == '\0' && failed) {
		code = submit(&b, site->double_bounce, "postmaster");
		log_line("message %s report to <postmaster>: %d", name, code);
	}
	buf_free(&b);
	if (code / 100 == 5)
		log_line("message %s from <%s>: nobody can be told, dropped",
		    name, m->from);
	return code / 100 == 2 || code / 100 == 5;
}

static bool
has(const struct site *site, const struct queue_message *m, bool failed)
{
	for (size_t i = 0; i < m->n; i++)
		if (failed ? m->to[i].state == QUEUE_FAILED :
		    is_delayed(site, m, &m->to[i]))
			return true;
	return false;
}

static void
mark_told(const struct site *site, struct queue_message *m, int fd,
    const char *name, bool failed)
{
	struct queue_recipient *r;

	for (size_t i = 0; i < m->n; i++) {
		r = &m->to[i];
		if (failed ? r->state != QUEUE_FAILED :
		    !is_delayed(site, m, r))
			continue;
		if (failed)
			r->state = QUEUE_DONE;
		else
			r->warned = true;
		if (queue_mark(fd, r) == -1)
			log_errno("%s/%s", QUEUE_NEW, name);
	}
}

bool
report_send(const struct site *site, struct queue_message *m, int fd,
    const char *name)
{
	for (int failed = 0; failed <= 1; failed++) {
		if (!has(site, m, failed))
			continue;
		if (!tell(site, m, fd, name, failed))
			return false;
		mark_told(site, m, fd, name, failed);
	}
	return true;
}
