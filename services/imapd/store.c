/* store.c - STORE and what removes messages (RFC 3501 6.4.2, 6.4.3, 6.4.6) */

#include <errno.h>
#include <stdlib.h>

#include "condstore.h"

struct store {
	enum { REPLACE, ADD, REMOVE } how;
	bool		 silent;
	bool		 has_since;	/* UNCHANGEDSINCE */
	uint64_t	 since;
	struct flag_change change;	/* what all that comes to */
};

/* RFC 7162 3.1.3: (UNCHANGEDSINCE 1) in front of the item. */
static bool
parse_modifier(struct reader *r, struct store *st)
{
	struct text t;

	st->has_since = reader_try(r, '(');
	if (!st->has_since)
		return r->wrong == NULL;
	if (!reader_word(r, &t))
		return false;
	return (text_is(&t, "UNCHANGEDSINCE") ||
	    reader_fail(r, "Unknown STORE modifier")) &&
	    condstore_parse(r, &st->since) && reader_char(r, ')') &&
	    reader_space(r);
}

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

static bool
parse_flags(struct session *s, struct store *st)
{
	struct flag_change *c = &st->change;
	struct flag_set f;

	if (!flags_parse(s, &s->box, true, &f))
		return false;
	*c = (struct flag_change){ .unchanged = st->has_since };
	if (st->how == REMOVE) {
		c->off = f.flags;
		c->keywords_off = f.keywords;
	} else {
		c->on = f.flags;
		c->keywords_on = f.keywords;
	}
	if (st->how == REPLACE) {
		c->off = FLAG_ALL;
		c->keywords_off = keywords_named(&s->box.keywords);
	}
	return true;
}

/* What a STORE did. */
struct outcome {
	struct sequence	 modified;	/* messages others had changed */
	bool		 gone;		/* there were some without a file */
	bool		 failed;	/* errno says why */
};

/* One message; true if it is as the client wants it. */
static bool
store_one(struct session *s, size_t index, const struct store *st,
    struct outcome *o)
{
	struct mail *m = &s->box.msg[index];

	if (!st->has_since || mail_modseq(&s->box, m) <= st->since) {
		if (mail_flag(&s->box, m, &st->change) == 0)
			return true;
		if (errno != EBUSY) {
			o->gone |= errno == ENOENT;
			o->failed |= errno != ENOENT;
			return false;
		}
	}
	o->failed |= sequence_add(&o->modified, s->uid ? m->uid :
	    (uint32_t)(index + 1)) == -1;
	return false;
}

/* FLAGS unless silent, and MODSEQ where that is on. */
static void
tell(struct session *s, size_t index, bool silent)
{
	struct mail *m = &s->box.msg[index];
	bool uid = s->uid || (s->enabled & ENABLED_QRESYNC) != 0;

	buf_clear(&s->scratch);
	if (flags_render(s, &s->scratch, m) == -1)
		return;
	output_format(&s->out, "* %zu FETCH (", index + 1);
	if (uid)
		output_format(&s->out, "UID %u ", m->uid);
	if (silent) {
		output_format(&s->out, "MODSEQ (%llu)",
		    (unsigned long long)mail_modseq(&s->box, m));
	} else {
		output_text(&s->out, "FLAGS ");
		output_bytes(&s->out, s->scratch.s, s->scratch.len);
		condstore_send(s, m);
		m->state &= (uint8_t)~MSG_CHANGED;
	}
	output_text(&s->out, ")\r\n");
}

static void
reply(struct session *s, struct outcome *o)
{
	struct buf *b = &s->reply;

	if (o->modified.n > 0) {	/* RFC 7162 3.1.3 */
		buf_clear(b);
		if (buf_text(b, "[MODIFIED ") == -1 ||
		    sequence_write(&o->modified, b) == -1 ||
		    buf_text(b, "] Some were changed by others") == -1)
			buf_clear(b);
		s->result = o->gone ? RESULT_NO : RESULT_OK;
	} else if (o->gone) {
		reply_no(s, "[EXPUNGEISSUED] Some messages are gone");
	} else {
		reply_ok(s, "Store completed");
	}
}

static void
store_all(struct session *s, struct selection *sel, const struct store *st)
{
	struct outcome o = { .gone = false };
	size_t n = 0;

	if (st->has_since)
		condstore_enable(s);
	update_keywords(s);
	for (size_t i = 0; i < sel->n && !o.failed; i++) {
		if (progress_is_time(&s->progress))
			progress_tell(s, i, sel->n);
		if (store_one(s, sel->index[i], st, &o))
			sel->index[n++] = sel->index[i];
	}
	if (o.failed)
		reply_errno(s, "Store");
	else
		reply(s, &o);
	if (condstore_is_on(s))
		mailbox_record_changes(&s->box);
	if (!st->silent || condstore_is_on(s))
		for (size_t i = 0; i < n; i++)
			tell(s, sel->index[i], st->silent);
	sequence_free(&o.modified);
}

void
cmd_store(struct session *s)
{
	struct reader *r = &s->reader;
	struct selection sel = { NULL, 0 };
	struct store st;

	if (!reader_space(r) || !selection_parse(s, &sel) ||
	    !reader_space(r) || !parse_modifier(r, &st) ||
	    !parse_how(r, &st) || !reader_space(r) ||
	    !parse_flags(s, &st) || !reader_end(r))
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
	    mailbox_expunge_deleted(&s->box, sel.index, sel.n) == 0;
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
	char code[CONDSTORE_CODE];

	if (s->uid && (!reader_space(r) || !selection_parse(s, &named)))
		return;
	selection_free(&named);
	if (!reader_end(r))
		return;
	if (s->read_only) {
		reply_no(s, "Mailbox is read-only");
		return;
	}
	/* What others flagged goes as well, and what they unflagged stays. */
	update_send(s, true);
	if (!s->over && expunge(s, s->uid))
		reply_ok(s, "%sExpunge completed", condstore_code(s, code));
}

void
cmd_close(struct session *s)
{
	struct mailbox_news news;

	if (!reader_end(&s->reader))
		return;
	if (!s->read_only && mailbox_sync(&s->box, &news) == -1)
		reply_errno(s, "Close");
	else if (s->read_only || expunge(s, false))
		reply_ok(s, "Close completed");
	mailbox_leave(s);
}
