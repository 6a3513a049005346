/*
 * append.c - APPEND (RFC 3501 6.3.11, RFC 3502, RFC 4315)
 *
 * The message goes from the client straight into a file in tmp/ of its
 * mailbox; nothing of it is kept in memory.  It becomes visible with
 * mailbox_append() alone, so a client that hangs up leaves nothing behind.
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "imapd.h"
#include "mail/date.h"

enum { APPEND_MAX = 100 };	/* messages in one command */

/* Everything of one APPEND. */
struct appending {
	struct mailbox	 to;
	struct append	*a[APPEND_MAX];
	size_t		 n;
};

/* What stands in front of a message. */
struct options {
	struct flag_set	 set;
	time_t		 date;
};

/* [(flags) SP] [date-time SP] in front of the literal. */
static bool
parse_options(struct session *s, struct mailbox *to, struct options *o)
{
	struct reader *r = &s->reader;
	struct text t;
	struct date d;

	*o = (struct options){ { 0, 0 }, (time_t)-1 };
	if (reader_peek(r) == '(' && (!flags_parse(s, to, false, &o->set) ||
	    !reader_space(r)))
		return false;
	if (reader_peek(r) != '"')
		return true;
	if (!reader_string(r, &t))
		return false;
	if (!date_parse_imap(&d, t.s, t.n))
		return reader_fail(r, "Invalid date");
	o->date = date_time(&d);
	return reader_space(r);
}

/*
 * The literal, from the client into the file.  0, or -1 with errno set:
 * EILSEQ for a NUL, which no message may hold (RFC 3501 4.3.1).
 */
static int
take_text(struct reader *r, struct append *a)
{
	const char *p;
	size_t n;
	int status = 0;

	while (reader_octets(r, &p, &n))
		if (status == 0 && memchr(p, '\0', n) != NULL) {
			errno = EILSEQ;
			status = -1;
		} else if (status == 0) {
			status = append_write(a, p, n);
		}
	return status;
}

/*
 * One message.  False if it failed: then either the reader knows why or a
 * reply has been given.
 */
static bool
take_message(struct session *s, struct appending *all)
{
	struct reader *r = &s->reader;
	struct append *a = calloc(1, sizeof *a);
	struct options o;
	uint64_t size;
	bool binary;
	int status;

	if (a == NULL) {
		reply_errno(s, "Append");
		return false;
	}
	a->fd = -1;
	all->a[all->n++] = a;
	if (!reader_space(r) || !parse_options(s, &all->to, &o))
		return false;
	/* Before the client is asked for the octets. */
	if (append_start(a, &all->to) == -1) {
		reply_errno(s, "Append");
		return false;
	}
	a->flags = o.set.flags;
	a->keywords = o.set.keywords;
	a->date = o.date;
	if (!reader_literal(r, &size, &binary, UINT32_MAX))
		return false;
	status = take_text(r, a);
	if (r->wrong != NULL || r->end != INPUT_OK)
		return false;
	if (status == -1 && errno == EILSEQ)	/* RFC 3516 4.4 */
		reply_no(s, "[%s] NUL in message", binary ? "UNKNOWN-CTE" :
		    "CANNOT");
	else if (status == -1)
		reply_errno(s, "Append");
	else if (size == 0)		/* RFC 3502 6.3.11: it cancels */
		reply_no(s, "Append cancelled: no text");
	return reader_literal_end(r) && status == 0 && size > 0;
}

static void
commit(struct session *s, struct appending *all)
{
	struct sequence uids = { 0 };
	struct buf *b = &s->reply;

	if (mailbox_append(&all->to, all->a, all->n) == -1) {
		reply_errno(s, "Append");
		return;
	}
	for (size_t i = 0; i < all->n; i++)
		if (sequence_add(&uids, all->a[i]->uid) == -1)
			break;
	reply_ok(s, "Append completed");
	buf_clear(b);
	if (buf_format(b, "[APPENDUID %u ", all->to.uidvalidity) == -1 ||
	    sequence_write(&uids, b) == -1 ||
	    buf_text(b, "] Append completed") == -1)
		buf_clear(b);
	sequence_free(&uids);
}

static void
append_all(struct session *s, const char *name)
{
	struct appending all;
	bool done;

	if (!name_open(s, &all.to, name, MAILBOX_WRITE, true))
		return;
	all.n = 0;
	do
		done = take_message(s, &all);
	while (done && all.n < APPEND_MAX && reader_peek(&s->reader) == ' ');
	if (done && reader_end(&s->reader))
		commit(s, &all);
	else
		for (size_t i = 0; i < all.n; i++)
			append_abort(all.a[i], &all.to);
	for (size_t i = 0; i < all.n; i++)
		free(all.a[i]);
	mailbox_close(&all.to);
}

void
cmd_append(struct session *s)
{
	char name[NAME_SIZE];

	if (reader_space(&s->reader) && name_parse(s, name))
		append_all(s, name);
}
