/* queue.c - the envelope of a queued message, written, read and changed */

#define _GNU_SOURCE	/* SOCK_CLOEXEC */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "mail/queue.h"

static const char	first[] = "labnet-queue 1 ";

enum { ATTEMPTS_MAX = 9999, TIME_DIGITS = 18, RECORD_SIZE = PATH_TEXT_SIZE +
    QUEUE_REASON_MAX + QUEUE_SERVER_MAX + 96 };

/* What fits into the digits. */
static long long
moment(int64_t when)
{
	return when < 0 ? 0 : (long long)when;
}

/* A recipient's lines but `with'; returns their length. */
static size_t
write_record(char record[RECORD_SIZE], const struct queue_recipient *r)
{
	int n = snprintf(record, RECORD_SIZE,
	    "to %c%c %04u %018lld <%s>\n\t%-*.*s\n", r->state,
	    r->warned ? 'D' : '-', r->attempts < ATTEMPTS_MAX ? r->attempts :
	    ATTEMPTS_MAX, moment(r->next), r->path, QUEUE_REASON_MAX,
	    QUEUE_REASON_MAX, r->reason);

	if (!r->old)
		n += snprintf(record + n, RECORD_SIZE - (size_t)n,
		    "\t%018lld %-*.*s\n", moment(r->tried),
		    QUEUE_SERVER_MAX, QUEUE_SERVER_MAX, r->server);
	return (size_t)n;
}

/* The line of `with', if there is anything to say. */
static int
add_with(struct buf *b, const char *text)
{
	return text[0] == '\0' ? 0 : buf_format(b, "with%s\n", text);
}

int
queue_begin(struct buf *b, int64_t arrived, const char *from,
    const struct mail_parameters *with)
{
	char text[MAIL_PARAMETERS_SIZE];

	parameter_mail_text(with, text);
	if (buf_format(b, "%s-\narrived %018lld\nfrom <%s>\n", first,
	    (long long)arrived, from) == -1)
		return -1;
	return add_with(b, text);
}

int
queue_add(struct buf *b, const struct queue_recipient *r)
{
	char record[RECORD_SIZE], text[RCPT_PARAMETERS_SIZE];

	parameter_rcpt_text(&r->with, text);
	if (buf_add(b, record, write_record(record, r)) == -1)
		return -1;
	return add_with(b, text);
}

int
queue_end(struct buf *b)
{
	return buf_add(b, "\n", 1);
}

/* What is left to be read.  A step that fails leaves it anywhere. */
struct rest {
	const char	*p;
	size_t		 len;
};

static bool
take_text(struct rest *r, const char *text)
{
	size_t n = strlen(text);

	if (n > r->len || memcmp(r->p, text, n) != 0)
		return false;
	r->p += n;
	r->len -= n;
	return true;
}

static bool
take_octet(struct rest *r, const char *set, char *octet)
{
	if (r->len == 0 || *r->p == '\0' || strchr(set, *r->p) == NULL)
		return false;
	*octet = *r->p++;
	r->len--;
	return true;
}

static bool
take_number(struct rest *r, unsigned digits, int64_t *number)
{
	char digit;

	for (*number = 0; digits > 0; digits--) {
		if (!take_octet(r, "0123456789", &digit))
			return false;
		*number = 10 * *number + (digit - '0');
	}
	return true;
}

/* <path>: either the null path, or one that is written as we write them. */
static bool
take_path(struct rest *r, char text[PATH_TEXT_SIZE], bool may_be_null)
{
	struct path path;
	const char *end = memchr(r->p, '\n', r->len);
	size_t n;

	if (!take_text(r, "<") || end == NULL || end[-1] != '>')
		return false;
	n = (size_t)(end - 1 - r->p);
	if (n >= PATH_TEXT_SIZE || memchr(r->p, '\0', n) != NULL)
		return false;
	memcpy(text, r->p, n);
	text[n] = '\0';
	r->p = end;
	r->len -= n + 1;
	return n == 0 ? may_be_null : path_parse(text, &path) == NULL &&
	    strcmp(path.text, text) == 0;
}

/* n octets, and the blanks at their end are none of the text. */
static bool
take_padded(struct rest *r, char *text, size_t n)
{
	if (r->len < n || memchr(r->p, '\n', n) != NULL ||
	    memchr(r->p, '\0', n) != NULL)
		return false;
	memcpy(text, r->p, n);
	r->p += n;
	r->len -= n;
	while (n > 0 && text[n - 1] == ' ')
		n--;
	text[n] = '\0';
	return true;
}

/* The last attempt; a file of an older version has no line for it. */
static bool
take_tried(struct rest *r, struct queue_recipient *to)
{
	to->tried = 0;
	to->server[0] = '\0';
	to->old = !take_text(r, "\t");
	return to->old || (take_number(r, TIME_DIGITS, &to->tried) &&
	    take_text(r, " ") && take_padded(r, to->server,
	    QUEUE_SERVER_MAX) && take_text(r, "\n"));
}

/* The rest of a line of `with'; NULL if it does not end. */
static const char *
take_line(struct rest *r, size_t *n)
{
	const char *line = r->p, *end = memchr(line, '\n', r->len);

	if (end == NULL)
		return NULL;
	*n = (size_t)(end - line);
	r->p = end + 1;
	r->len -= *n + 1;
	return line;
}

/* The text behind "with", if that comes next: false if it is empty or cut. */
static bool
take_with(struct rest *r, const char **text, size_t *n)
{
	*text = NULL;
	if (!take_text(r, "with"))
		return true;
	*text = take_line(r, n);
	return *text != NULL && *n > 0;
}

static bool
take_mail_with(struct rest *r, struct mail_parameters *with)
{
	const char *text;
	size_t n;

	memset(with, 0, sizeof *with);
	return take_with(r, &text, &n) &&
	    (text == NULL || parameter_mail_read(with, text, n));
}

static bool
take_rcpt_with(struct rest *r, struct rcpt_parameters *with)
{
	const char *text;
	size_t n;

	memset(with, 0, sizeof *with);
	return take_with(r, &text, &n) &&
	    (text == NULL || parameter_rcpt_read(with, text, n));
}

static bool
take_recipient(struct rest *r, struct queue_recipient *to)
{
	int64_t attempts;
	char warned;

	if (!take_text(r, "to ") || !take_octet(r, "WFRLED", &to->state) ||
	    !take_octet(r, "-D", &warned) || !take_text(r, " ") ||
	    !take_number(r, 4, &attempts) || !take_text(r, " ") ||
	    !take_number(r, TIME_DIGITS, &to->next) || !take_text(r, " ") ||
	    !take_path(r, to->path, false) || !take_text(r, "\n\t") ||
	    !take_padded(r, to->reason, QUEUE_REASON_MAX) ||
	    !take_text(r, "\n") || !take_tried(r, to) ||
	    !take_rcpt_with(r, &to->with))
		return false;
	to->attempts = (unsigned)attempts;
	to->warned = warned == 'D';
	return true;
}

bool
queue_parse(struct queue_message *m, const char *text, size_t len)
{
	struct rest r = { text, len };
	char held;

	m->n = 0;
	if (!take_text(&r, first) || !take_octet(&r, "-H", &held) ||
	    !take_text(&r, "\narrived ") ||
	    !take_number(&r, TIME_DIGITS, &m->arrived) ||
	    !take_text(&r, "\nfrom ") || !take_path(&r, m->from, true) ||
	    !take_text(&r, "\n") || !take_mail_with(&r, &m->with))
		return false;
	m->held = held == 'H';
	while (!take_text(&r, "\n")) {
		if (m->n == QUEUE_RECIPIENTS_MAX)
			return false;
		m->to[m->n].at = r.p - text;
		if (!take_recipient(&r, &m->to[m->n]))
			return false;
		m->n++;
	}
	m->body = r.p - text;
	return m->n > 0;
}

int
queue_read(struct queue_message *m, int fd)
{
	static char text[QUEUE_ENVELOPE_MAX];
	const size_t step = 4096;
	size_t len = 0;
	ssize_t got;

	/* Most envelopes are short: begin with a page, and double it. */
	for (size_t want = step; want <= sizeof text; want *= 2) {
		while (len < want) {
			got = pread(fd, text + len, want - len, (off_t)len);
			if (got == -1 && errno != EINTR)
				return -1;
			if (got == 0)
				break;
			len += got == -1 ? 0 : (size_t)got;
		}
		if (queue_parse(m, text, len))
			return 0;
		if (len < want)
			break;
	}
	errno = EBADMSG;
	return -1;
}

static int
write_at(int fd, const char *text, size_t n, off_t at)
{
	ssize_t put;

	do
		put = pwrite(fd, text, n, at);
	while (put == -1 && errno == EINTR);
	if (put == -1)
		return -1;
	if ((size_t)put == n)
		return 0;
	errno = EIO;	/* over octets that are there: a broken disk */
	return -1;
}

int
queue_mark(int fd, const struct queue_recipient *r)
{
	char record[RECORD_SIZE];

	return write_at(fd, record, write_record(record, r), r->at);
}

int
queue_hold(int fd, bool held)
{
	return write_at(fd, held ? "H" : "-", 1, sizeof first - 1);
}

bool
queue_is_done(const struct queue_message *m)
{
	for (size_t i = 0; i < m->n; i++)
		if (m->to[i].state != QUEUE_DONE)
			return false;
	return true;
}

void
queue_reason(char reason[QUEUE_REASON_MAX + 1], const char *text)
{
	size_t n = 0;

	for (; n < QUEUE_REASON_MAX && text[n] != '\0'; n++)
		reason[n] = (char)(text[n] >= ' ' && text[n] <= '~' ?
		    text[n] : ' ');
	reason[n] = '\0';
}

void
queue_wake(const char *name)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX,
	    .sun_path = QUEUE_SOCKET };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd == -1)
		return;
	/* Full means that enough are waiting there: one is as good as ten. */
	if (connect(fd, (struct sockaddr *)&a, sizeof a) == 0)
		send(fd, name, strlen(name), MSG_DONTWAIT | MSG_NOSIGNAL);
	close(fd);
}
