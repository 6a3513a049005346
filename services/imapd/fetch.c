/* fetch.c - FETCH */

#include <errno.h>

#include "fetch.h"
#include "io/log.h"
#include "mail/date.h"
#include "render.h"

/* Large, and only ever one at a time. */
static struct fetch fetch;

static void
send_scratch(struct session *s, int status)
{
	if (status == 0 && s->scratch.s != NULL)
		output_bytes(&s->out, s->scratch.s, s->scratch.len);
	else
		output_text(&s->out, "NIL");
}

static void
send_date(struct session *s, struct mail *m)
{
	char text[DATE_IMAP_SIZE];
	struct date d;

	date_local(&d, (time_t)m->date);
	date_imap(text, &d);
	output_format(&s->out, "\"%s\"", text);
}

/* ENVELOPE and its like: from the cache, or made and kept. */
static void
send_rendered(struct session *s, const struct mail *m, const struct item *it)
{
	const struct message *msg = &s->message;
	struct text t;
	int status;

	if (cache_get(&s->cache, m->uid, it->cache, &t)) {
		output_bytes(&s->out, t.s, t.n);
		return;
	}
	if (it->kind == ITEM_ENVELOPE)
		status = render_envelope(&s->scratch,
		    msg->text + msg->part[0].header.at,
		    msg->text + msg->part[0].body.at);
	else
		status = render_structure(&s->scratch, msg,
		    it->kind == ITEM_STRUCTURE);
	send_scratch(s, status);
	t = (struct text){ s->scratch.s, s->scratch.len };
	if (status == 0)
		cache_put(&s->cache, m->uid, it->cache, &t);
}

static void
send_value(struct session *s, struct mail *m, const struct item *it)
{
	buf_clear(&s->scratch);
	switch (it->kind) {
	case ITEM_FLAGS:
		send_scratch(s, flags_render(s, &s->scratch, m));
		break;
	case ITEM_UID:
		output_number(&s->out, m->uid);
		break;
	case ITEM_INTERNALDATE:
		send_date(s, m);
		break;
	case ITEM_SIZE:
		output_number(&s->out, (uint64_t)m->wire);
		break;
	case ITEM_ENVELOPE:
	case ITEM_BODY:
	case ITEM_STRUCTURE:
		send_rendered(s, m, it);
		break;
	case ITEM_SECTION:
		section_send(s, &it->section, it->bare);
		break;
	}
}

/* Make known what one item shows; *reads is what must be read for it. */
static int
prepare_item(struct session *s, struct mail *m, const struct item *it,
    enum fetch_reads *reads)
{
	struct text t;

	if (it->cache != 0) {
		cache_open(&s->cache, &s->box);
		if (cache_get(&s->cache, m->uid, it->cache, &t))
			return 0;
	}
	if (it->reads > *reads)
		*reads = it->reads;
	if (it->kind == ITEM_SIZE)
		return mail_measure(&s->box, m);
	return it->kind == ITEM_INTERNALDATE ? mail_stat(&s->box, m) : 0;
}

static int
prepare(struct session *s, struct mail *m)
{
	enum fetch_reads reads = FETCH_NO_TEXT;

	for (size_t i = 0; i < fetch.n; i++)
		if (prepare_item(s, m, &fetch.item[i], &reads) == -1)
			return -1;
	return reads == FETCH_NO_TEXT ? 0 :
	    load_message(s, m, reads == FETCH_WHOLE);
}

/* A body that is read is seen (RFC 3501 6.4.5). */
static bool
mark_seen(struct session *s, struct mail *m)
{
	const struct flag_change seen = { .on = FLAG_SEEN };

	if (!fetch.sets_seen || s->read_only || (m->flags & FLAG_SEEN) != 0)
		return false;
	if (mail_flag(&s->box, m, &seen) == -1) {
		log_errno("%s: setting \\Seen", s->box_name);
		return false;
	}
	return true;
}

static bool
asks_flags(void)
{
	for (size_t i = 0; i < fetch.n; i++)
		if (fetch.item[i].kind == ITEM_FLAGS)
			return true;
	return false;
}

/* The FETCH response of one message. */
static void
send_message(struct session *s, size_t index, bool seen)
{
	static const struct item flags = { .kind = ITEM_FLAGS,
	    .label = "FLAGS" };
	struct mail *m = &s->box.msg[index];
	const char *before = "(";

	output_text(&s->out, "* ");
	output_number(&s->out, index + 1);
	output_text(&s->out, " FETCH ");
	if (seen && !asks_flags()) {
		output_text(&s->out, "(FLAGS ");
		send_value(s, m, &flags);
		before = " ";
	}
	for (size_t i = 0; i < fetch.n; i++, before = " ") {
		output_text(&s->out, before);
		output_text(&s->out, fetch.item[i].label);
		if (fetch.item[i].kind != ITEM_SECTION || fetch.item[i].bare)
			output_text(&s->out, " ");
		send_value(s, m, &fetch.item[i]);
	}
	output_text(&s->out, ")\r\n");
}

static void
fetch_all(struct session *s, const struct selection *sel)
{
	struct mail *m;
	bool gone = false, failed = false;

	for (size_t i = 0; i < sel->n && s->out.error == 0; i++) {
		m = &s->box.msg[sel->index[i]];
		if (prepare(s, m) == 0)
			send_message(s, sel->index[i], mark_seen(s, m));
		else if (errno == ENOENT)
			gone = true;
		else {
			log_errno("%s: UID %u", s->box_name, m->uid);
			failed = true;
		}
	}
	cache_flush(&s->cache);
	if (failed)
		reply_no(s, "[UNAVAILABLE] Some messages cannot be read");
	else if (gone)
		reply_no(s, "[EXPUNGEISSUED] Some messages are gone");
	else
		reply_ok(s, "Fetch completed");
}

void
cmd_fetch(struct session *s)
{
	struct reader *r = &s->reader;
	struct selection sel = { NULL, 0 };

	if (reader_space(r) && selection_parse(s, &sel) && reader_space(r) &&
	    fetch_parse(r, &fetch) && (!s->uid || fetch_add_uid(r, &fetch)) &&
	    reader_end(r))
		fetch_all(s, &sel);
	selection_free(&sel);
}
