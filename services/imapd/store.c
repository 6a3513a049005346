/* store.c - STORE and what removes messages (RFC 3501 6.4.2, 6.4.3, 6.4.6) */

#include <errno.h>
#include <stdlib.h>

#include "imapd.h"
#include "io/log.h"

struct store {
	enum { REPLACE, ADD, REMOVE } how;
	bool		 silent;
	struct flag_set	 set;
};

static bool
parse_how(struct reader *r, struct store *st)
{
	struct text t;

	st->how = reader_try(r, '+') ? ADD : reader_try(r, '-') ? REMOVE :
	    REPLACE;
	if (!reader_word(r, &t))
		return false;
	st->silent = text_is(&t, "FLAGS.SILENT");
	return st->silent || text_is(&t, "FLAGS") ||
	    reader_fail(r, "Unknown STORE item");
}

static struct flag_change
change(const struct store *st)
{
	const struct flag_set *f = &st->set;

	switch (st->how) {
	case ADD:
		return (struct flag_change){ f->flags, 0, f->keywords, 0,
		    false };
	case REMOVE:
		return (struct flag_change){ 0, f->flags, 0, f->keywords,
		    false };
	default:
		return (struct flag_change){ f->flags, FLAG_ALL, f->keywords,
		    KEYWORDS_ALL, false };
	}
}

static void
tell(struct session *s, size_t index)
{
	struct mail *m = &s->box.msg[index];

	buf_clear(&s->scratch);
	if (flags_render(s, &s->scratch, m) == -1)
		return;
	output_format(&s->out, "* %zu FETCH (", index + 1);
	if (s->uid)
		output_format(&s->out, "UID %u ", m->uid);
	output_text(&s->out, "FLAGS ");
	output_bytes(&s->out, s->scratch.s, s->scratch.len);
	output_text(&s->out, ")\r\n");
	m->state &= (uint8_t)~MSG_CHANGED;
}

static void
store_all(struct session *s, const struct selection *sel,
    const struct store *st)
{
	const struct flag_change c = change(st);
	bool gone = false;

	update_keywords(s);
	for (size_t i = 0; i < sel->n; i++) {
		if (mail_flag(&s->box, &s->box.msg[sel->index[i]], &c) == 0) {
			if (!st->silent)
				tell(s, sel->index[i]);
		} else if (errno == ENOENT) {
			gone = true;
		} else {
			reply_errno(s, "Store");
			return;
		}
	}
	if (gone)
		reply_no(s, "[EXPUNGEISSUED] Some messages are gone");
	else
		reply_ok(s, "Store completed");
}

void
cmd_store(struct session *s)
{
	struct reader *r = &s->reader;
	struct selection sel = { NULL, 0 };
	struct store st;

	if (!reader_space(r) || !selection_parse(s, &sel) ||
	    !reader_space(r) || !parse_how(r, &st) || !reader_space(r) ||
	    !flags_parse(s, &s->box, true, &st.set) || !reader_end(r))
		;
	else if (s->read_only)
		reply_no(s, "Mailbox is read-only");
	else
		store_all(s, &sel, &st);
	selection_free(&sel);
}

/* The messages with \Deleted, of the UIDs in s->set if some are given. */
static bool
deleted(struct session *s, bool some, struct selection *sel)
{
	const struct mail *m;

	sel->n = 0;
	sel->index = malloc((s->box.count + 1) * sizeof *sel->index);
	if (sel->index == NULL)
		return false;
	for (size_t i = 0; i < s->box.count; i++) {
		m = &s->box.msg[i];
		if ((m->flags & FLAG_TRASHED) != 0 &&
		    (m->state & MSG_GONE) == 0 &&
		    (!some || sequence_has(&s->set, m->uid)))
			sel->index[sel->n++] = i;
	}
	return true;
}

/* Remove them; the client hears of it from update_send(). */
static bool
expunge(struct session *s, bool some)
{
	struct selection sel;
	bool done;

	done = deleted(s, some, &sel) &&
	    mailbox_expunge(&s->box, sel.index, sel.n) == 0;
	if (!done)
		reply_errno(s, "Expunge");
	selection_free(&sel);
	return done;
}

void
cmd_expunge(struct session *s)
{
	struct reader *r = &s->reader;
	struct selection named = { NULL, 0 };

	if (s->uid && (!reader_space(r) || !selection_parse(s, &named)))
		return;
	selection_free(&named);
	if (!reader_end(r))
		return;
	if (s->read_only)
		reply_no(s, "Mailbox is read-only");
	else if (expunge(s, s->uid))
		reply_ok(s, "Expunge completed");
}

void
cmd_close(struct session *s)
{
	if (!reader_end(&s->reader))
		return;
	if (s->read_only || expunge(s, false))
		reply_ok(s, "Close completed");
	mailbox_leave(s);
}
