/*
 * append.c - APPEND (RFC 3501 6.3.11, RFC 3502, RFC 4315) and REPLACE (RFC
 * 8508)
 *
 * The message goes from the client straight into a file in tmp/ of its
 * mailbox; nothing of it is kept in memory.  It becomes visible with
 * mailbox_append() alone, so a client that hangs up leaves nothing behind.
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "append.h"
#include "mail/date.h"
#include "mail/quota.h"
#include "notify.h"

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

bool
append_take(struct session *s, struct append *a)
{
	struct reader *r = &s->reader;
	uint64_t size;
	bool binary;
	int status;

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
	return reader_literal_end(r) && status == 0;
}

bool
append_take_utf8(struct session *s, struct append *a)
{
	struct reader *r = &s->reader;

	if ((s->enabled & ENABLED_UTF8) == 0)
		return reader_fail(r, "UTF8=ACCEPT is not enabled");
	return reader_space(r) && reader_char(r, '(') &&
	    (reader_peek(r) == '~' || reader_fail(r, "~{ expected")) &&
	    append_take(s, a) && reader_char(r, ')');
}

/* The text, in any of its forms. */
static bool
take_data(struct session *s, struct append *a)
{
	struct reader *r = &s->reader;
	char c = reader_peek(r);
	struct text word;
	bool taken;

	if (c == '{' || c == '~') {
		taken = append_take(s, a);
	} else {
		if (!reader_word(r, &word))
			return false;
		taken = text_is(&word, "CATENATE") ? catenate_take(s, a) :
		    text_is(&word, "UTF8") ? append_take_utf8(s, a) :
		    reader_fail(r, "Literal expected");
	}
	if (taken && a->wire == 0 && a->crs == 0) {
		/* RFC 3502 6.3.11: it cancels. */
		reply_no(s, "Append cancelled: no text");
		return false;
	}
	return taken;
}

/* One message.  False after a failure that has been told. */
static bool
take_message(struct session *s, struct appending *all)
{
	struct append *a = calloc(1, sizeof *a);
	struct options o;

	if (a == NULL) {
		reply_errno(s, "Append");
		return false;
	}
	a->fd = -1;
	all->a[all->n++] = a;
	if (!reader_space(&s->reader) || !parse_options(s, &all->to, &o))
		return false;
	/* Before the client is asked for the octets. */
	if (append_start(a, &all->to) == -1) {
		reply_errno(s, "Append");
		return false;
	}
	a->flags = o.set.flags;
	a->keywords = o.set.keywords;
	a->date = o.date;
	return take_data(s, a);
}

/* "[APPENDUID validity uids] " into s->reply; nothing without memory. */
static void
write_appenduid(struct session *s, const struct appending *all)
{
	struct sequence uids = { 0 };
	struct buf *b = &s->reply;

	for (size_t i = 0; i < all->n; i++) {
		notify_ours(s, &all->to, &all->a[i]->uid, 1);
		if (sequence_add(&uids, all->a[i]->uid) == -1)
			break;
	}
	buf_clear(b);
	if (buf_format(b, "[APPENDUID %u ", all->to.uidvalidity) == -1 ||
	    sequence_write(&uids, b) == -1 || buf_text(b, "] ") == -1)
		buf_clear(b);
	sequence_free(&uids);
}

static void
commit(struct session *s, struct appending *all)
{
	if (mailbox_append(&all->to, all->a, all->n) == -1) {
		reply_errno(s, "Append");
		return;
	}
	write_appenduid(s, all);
	(void)buf_text(&s->reply, "Append completed");
	s->result = RESULT_OK;
}

/*
 * RFC 8508 3.4: the quota is asked as if the old message were gone, and the
 * client hears of the new one before the old one goes.
 */
static void
commit_replace(struct session *s, struct appending *all, size_t old)
{
	struct mail *m = &s->box.msg[old];
	int status, saved;

	if (mail_stat(&s->box, m) == -1) {
		if (errno == ENOENT)
			reply_no(s, "[EXPUNGEISSUED] The message is gone");
		else
			reply_errno(s, "Replace");
		return;
	}
	quota_add(s->root, -m->size, -1);
	status = mailbox_append(&all->to, all->a, all->n);
	saved = errno;
	quota_add(s->root, m->size, 1);
	errno = saved;
	if (status == -1) {
		reply_errno(s, "Replace");
		return;
	}
	write_appenduid(s, all);
	output_text(&s->out, "* OK ");
	output_bytes(&s->out, s->reply.s, s->reply.len);
	output_text(&s->out, "Replacement message ready\r\n");
	if (mailbox_expunge(&s->box, &old, 1) == -1)
		reply_errno(s, "Removing the old message");
	else
		reply_ok(s, "Replace completed");
}

static void
discard(struct appending *all)
{
	for (size_t i = 0; i < all->n; i++) {
		append_abort(all->a[i], &all->to);
		free(all->a[i]);
	}
	mailbox_close(&all->to);
}

void
cmd_append(struct session *s)
{
	struct appending all = { .n = 0 };
	char name[NAME_SIZE];
	bool done;

	if (!reader_space(&s->reader) || !name_parse(s, name) ||
	    !name_open(s, &all.to, name, MAILBOX_WRITE, true))
		return;
	do
		done = take_message(s, &all);
	while (done && all.n < APPEND_MAX && reader_peek(&s->reader) == ' ');
	if (done && reader_end(&s->reader))
		commit(s, &all);
	discard(&all);
}

/* RFC 8508: the number or UID of one message; false after telling why not. */
static bool
parse_old(struct session *s, size_t *old)
{
	struct selection sel;
	bool one;

	if (!reader_space(&s->reader) || !selection_parse(s, &sel))
		return false;
	one = s->set.n == 1 && s->set.r[0].from == s->set.r[0].to;
	if (!one)
		reader_fail(&s->reader, "One message expected");
	else if (sel.n == 0)
		reply_no(s, "No such message");
	else
		*old = sel.index[0];
	one = one && sel.n == 1;
	selection_free(&sel);
	return one;
}

void
cmd_replace(struct session *s)
{
	struct appending all = { .n = 0 };
	char name[NAME_SIZE];
	size_t old = 0;

	if (!parse_old(s, &old) || !reader_space(&s->reader) ||
	    !name_parse(s, name))
		return;
	if (s->read_only) {
		reply_no(s, "Mailbox is read-only");
		return;
	}
	if (!name_open(s, &all.to, name, MAILBOX_WRITE, true))
		return;
	if (take_message(s, &all) && reader_end(&s->reader))
		commit_replace(s, &all, old);
	discard(&all);
}
