/* report.c - telling the sender: RFC 3461 5.2, RFC 5321 4.5.5, 6.1 */

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "io/log.h"
#include "io/write.h"
#include "mail/delivery.h"
#include "mail/header.h"
#include "report.h"

enum { REPORT_MAX = 1 << 20, HEADER_MAX = 65536,
    TOP_SIZE = 4096 /* of the header, with the server's Received */ };

/* Has the client asked for this kind of report, or left it to us? */
static bool
wants(const struct queue_recipient *r, unsigned what)
{
	return r->with.notify == 0 ? what != NOTIFY_SUCCESS :
	    (r->with.notify & what) != 0;
}

/* Is the recipient's delay to be reported? */
static bool
is_delayed(const struct site *site, const struct queue_message *m,
    const struct queue_recipient *r)
{
	long after = site->settings.relay_warn;

	return r->state == QUEUE_WAITING && !r->warned && r->attempts > 0 &&
	    after > 0 && m->from[0] != '\0' && wants(r, NOTIFY_DELAY) &&
	    (int64_t)time(NULL) - m->arrived >= after &&
	    r->attempts >= job_attempts_within(&site->settings, after);
}

/* Is it this kind that the recipient waits for? */
static bool
is_of_kind(const struct report *r, const struct queue_recipient *to)
{
	switch (to->state) {
	case QUEUE_WAITING:
		return r->kind == REPORT_DELAYED &&
		    is_delayed(r->site, r->m, to);
	case QUEUE_FAILED:
		return r->kind == REPORT_FAILED;
	case QUEUE_DONE:
		return false;
	default:
		return r->kind == REPORT_SUCCESS;
	}
}

bool
report_tells(const struct report *r, const struct queue_recipient *to)
{
	return is_of_kind(r, to) && (to->state == QUEUE_WAITING || wants(to,
	    to->state == QUEUE_FAILED ? NOTIFY_FAILURE : NOTIFY_SUCCESS));
}

bool
report_is_due(const struct site *site, const struct queue_message *m)
{
	const struct queue_recipient *r;

	for (size_t i = 0; !m->held && i < m->n; i++) {
		r = &m->to[i];
		if ((r->state != QUEUE_WAITING && r->state != QUEUE_DONE) ||
		    is_delayed(site, m, r))
			return true;
	}
	return false;
}

/* Where it goes, and how much has gone there. */
struct places {
	int	fds[DELIVERY_PLACES_MAX];
	size_t	n, lines;
	bool	good;
};

static void
put(struct places *p, const char *text, size_t len)
{
	for (size_t i = 0; i < p->n; i++)
		p->good = p->good && write_all(p->fds[i], text, len) == 0;
	for (size_t i = 0; i < len; i++)
		p->lines += text[i] == '\n';
}

/* The returned text, piece by piece: its header, or all of it. */
static bool
each_piece(const struct report *r, void (*each)(void *, const char *, size_t),
    void *to)
{
	static char text[HEADER_MAX];
	off_t at = r->m->body;
	ssize_t n;

	do {
		n = pread(r->fd, text, sizeof text, at);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return false;
		each(to, text, r->full ? (size_t)n :
		    (size_t)(header_end(text, text + n) - text));
		at += n;
	} while (n == -1 || (r->full && n > 0));
	return true;
}

static void
put_piece(void *to, const char *text, size_t len)
{
	put(to, text, len);
}

static void
find_eight_bit(void *to, const char *text, size_t len)
{
	bool *found = to;

	for (size_t i = 0; i < len && !*found; i++)
		*found = (text[i] & 0x80) != 0;
}

/* Write into the places that deliver lends, and have it kept. */
static int
hand_over(int sock, const struct report *r)
{
	char answer[DELIVERY_RECORD_MAX], lines[32];
	struct buf b = { .limit = REPORT_MAX };
	struct places p = { .good = true };
	int code = delivery_places(sock, p.fds, &p.n, answer);

	if (code != 354)
		return code;
	if (report_head(&b, r) == -1)
		p.good = false;
	else
		put(&p, b.s, b.len);
	p.good = p.good && each_piece(r, put_piece, &p);
	buf_clear(&b);
	if (report_tail(&b, r) == -1)
		p.good = false;
	else
		put(&p, b.s, b.len);
	buf_free(&b);
	for (size_t i = 0; i < p.n; i++)
		close(p.fds[i]);
	if (!p.good)
		return 451;
	snprintf(lines, sizeof lines, "%zu", p.lines);
	return delivery_ask(sock, "COMMIT", lines, answer);
}

/* Hand the report to deliver.  A code of SMTP; -1 or 4xx: not now. */
static int
submit(const struct report *r, const char *from)
{
	char answer[DELIVERY_RECORD_MAX], argument[PATH_TEXT_SIZE + 32];
	int sock = delivery_open(), code;

	if (sock == -1) {
		log_errno("%s", DELIVERY_SOCKET);
		return -1;
	}
	snprintf(argument, sizeof argument, "%s%s%s", from, r->eight_bit ?
	    "\t BODY=8BITMIME" : "", r->m->with.utf8 ? " SMTPUTF8" : "");
	code = delivery_tell(sock, "SUBMIT", argument);
	if (code == 0)
		code = delivery_ask(sock, "RCPT", r->to, answer);
	if (code == 250)
		code = hand_over(sock, r);
	close(sock);
	log_line("message %s report to <%s>: %d", r->name, r->to, code);
	return code;
}

/*
 * The sender is told; of a report that failed itself postmaster, once; of
 * that one nobody (RFC 5321 6.1).  False if it must wait.
 */
static bool
tell(struct report *r)
{
	const char *twice = r->site->double_bounce;
	int code = 550;

	r->to = r->m->from;
	if (r->to[0] != '\0' && strcasecmp(r->to, twice) != 0)
		code = submit(r, "");
	if (code / 100 == 5 && r->kind == REPORT_FAILED &&
	    strcasecmp(r->to, twice) != 0) {
		r->to = "postmaster";
		code = submit(r, twice);
	}
	if (code / 100 == 5)
		log_line("message %s from <%s>: nobody can be told, dropped",
		    r->name, r->m->from);
	return code / 100 == 2 || code / 100 == 5;
}

/*
 * The client, from the Received that the server put on top when it came; only
 * Delivered-To of aliases may stand above.
 */
static void
find_received_from(struct report *r)
{
	char text[TOP_SIZE];
	ssize_t n = pread(r->fd, text, sizeof text, r->m->body);
	const char *at = text, *end = text + (n < 0 ? 0 : n), *from, *lf;
	struct field f;

	do
		if (!header_next(&at, end, &f))
			return;
	while (field_is(&f, "Delivered-To", 12));
	if (!field_is(&f, "Received", 8) || f.value_len < 5 ||
	    memcmp(f.value, "from ", 5) != 0)
		return;
	from = f.value + 5;
	lf = memchr(from, '\n', f.value_len - 5);
	if (lf != NULL && (size_t)(lf - from) < sizeof r->received_from)
		memcpy(r->received_from, from, (size_t)(lf - from));
}

/* What is returned: RET=FULL counts for failures (RFC 3461 4.3). */
static bool
choose_text(struct report *r)
{
	struct stat st;

	if (fstat(r->fd, &st) == -1)
		return false;
	r->full = r->kind == REPORT_FAILED && r->m->with.ret == 'F' &&
	    st.st_size <= r->site->settings.size_limit;
	r->eight_bit = r->m->with.utf8;
	return each_piece(r, find_eight_bit, &r->eight_bit);
}

/* The recipients of this kind are told, or need not be. */
static void
mark_told(const struct report *r)
{
	struct queue_recipient *to;

	for (size_t i = 0; i < r->m->n; i++) {
		to = &r->m->to[i];
		if (!is_of_kind(r, to))
			continue;
		if (to->state == QUEUE_WAITING)
			to->warned = true;
		else
			to->state = QUEUE_DONE;
		if (queue_mark(r->fd, to) == -1)
			log_errno("%s/%s", QUEUE_NEW, r->name);
	}
}

/* One kind of report, if there is something to tell. */
static bool
run(struct report *r)
{
	bool any = false;

	for (size_t i = 0; i < r->m->n; i++)
		any = any || report_tells(r, &r->m->to[i]);
	if (any && !choose_text(r)) {
		log_errno("%s/%s", QUEUE_NEW, r->name);
		return false;
	}
	/* Nobody is told of success who is not there to hear it. */
	if (any && (r->m->from[0] != '\0' || r->kind == REPORT_FAILED) &&
	    !tell(r))
		return false;
	mark_told(r);
	return true;
}

bool
report_send(const struct site *site, struct queue_message *m, int fd,
    const char *name)
{
	struct report r = { .site = site, .m = m, .fd = fd, .name = name };

	find_received_from(&r);
	for (int kind = 0; kind < REPORT_KINDS; kind++) {
		r.kind = (enum report_kind)kind;
		if (!run(&r))
			return false;
	}
	return true;
}
