/* fetch.c - FETCH */

#include <errno.h>

#include "condstore.h"
#include "fetch.h"
#include "io/log.h"
#include "mail/date.h"
#include "objectid.h"
#include "preview.h"
#include "render.h"

/* Large, and only ever one at a time. */
static struct fetch fetch;

static char thread_id[OBJECTID_SIZE];	/* of the message in hand */

static void
send_scratch(struct session *s, int status)
{
	if (status == 0 && s->scratch.s != NULL)
		output_bytes(&s->out, s->scratch.s, s->scratch.len);
	else
		output_text(&s->out, "NIL");
}

static void
send_date(struct session *s, time_t date)
{
	char text[DATE_IMAP_SIZE];
	struct date d;

	date_local(&d, date);
	date_imap(text, &d);
	output_format(&s->out, "\"%s\"", text);
}

/* NIL for a date that is not known. */
static void
send_save_date(struct session *s, const struct mail *m)
{
	time_t date;

	if (savedate_of(m, &date))
		send_date(s, date);
	else
		output_text(&s->out, "NIL");
}

static int
render(struct session *s, const struct item *it)
{
	const struct message *msg = &s->message;

	switch (it->kind) {
	case ITEM_ENVELOPE:
		return render_envelope(&s->scratch, s->header.s,
		    s->header.s + s->header.n);
	case ITEM_PREVIEW:
		return preview_render(&s->scratch, msg);
	case ITEM_EMAILID:
		return objectid_render(&s->scratch, msg->text, msg->len);
	default:
		return render_structure(&s->scratch, msg,
		    it->kind == ITEM_STRUCTURE);
	}
}

/* ENVELOPE and its like: from the cache, or made and kept. */
static void
send_rendered(struct session *s, const struct mail *m, const struct item *it)
{
	struct text t;
	int status;

	if (cache_get(&s->cache, m->uid, it->cache, &t)) {
		output_bytes(&s->out, t.s, t.n);
		return;
	}
	if (it->lazy) {
		output_text(&s->out, "NIL");
		return;
	}
	status = render(s, it);
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
		send_date(s, (time_t)m->date);
		break;
	case ITEM_SIZE:
		output_number(&s->out, (uint64_t)m->wire);
		break;
	case ITEM_ENVELOPE:
	case ITEM_BODY:
	case ITEM_STRUCTURE:
	case ITEM_PREVIEW:
	case ITEM_EMAILID:
		send_rendered(s, m, it);
		break;
	case ITEM_SAVEDATE:
		send_save_date(s, m);
		break;
	case ITEM_MODSEQ:
		output_text(&s->out, "(");
		output_number(&s->out, mail_modseq(&s->box, m));
		output_text(&s->out, ")");
		break;
	case ITEM_THREADID:
		output_format(&s->out, "(%s)", thread_id);
		break;
	case ITEM_BINARY:
		binary_send(s, &it->section);
		break;
	case ITEM_BINARY_SIZE:
		binary_send_size(s, &it->section);
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
	if (it->lazy)
		return 0;
	/* All that is in an envelope is kept. */
	if (it->section.kept || it->kind == ITEM_ENVELOPE)
		return load_header(s, m, &s->header);
	if (it->reads > *reads)
		*reads = it->reads;
	if (it->kind == ITEM_THREADID)
		return objectid_thread(s, m, thread_id);
	if (it->kind == ITEM_SIZE)
		return mail_measure(&s->box, m);
	return it->kind == ITEM_INTERNALDATE ? mail_stat(&s->box, m) : 0;
}

/* errno EPROTONOSUPPORT: a part is encoded as we do not know. */
static int
prepare(struct session *s, const struct fetch *f, struct mail *m)
{
	enum fetch_reads reads = FETCH_NO_TEXT;

	s->header.s = NULL;
	for (size_t i = 0; i < f->n; i++)
		if (prepare_item(s, m, &f->item[i], &reads) == -1)
			return -1;
	if (reads != FETCH_NO_TEXT &&
	    load_message(s, m, reads == FETCH_WHOLE) == -1)
		return -1;
	for (size_t i = 0; i < f->n; i++)
		if ((f->item[i].kind == ITEM_BINARY ||
		    f->item[i].kind == ITEM_BINARY_SIZE) &&
		    !binary_known(s, &f->item[i].section)) {
			errno = EPROTONOSUPPORT;
			return -1;
		}
	return 0;
}

/* A body that is read is seen (RFC 3501 6.4.5). */
static bool
mark_seen(struct session *s, const struct fetch *f, struct mail *m)
{
	const struct flag_change seen = { .on = FLAG_SEEN };

	if (!f->sets_seen || s->read_only || (m->flags & FLAG_SEEN) != 0)
		return false;
	if (mail_flag(&s->box, m, &seen) == -1) {
		log_errno("%s: setting \\Seen", s->box_name);
		return false;
	}
	if (condstore_is_on(s))
		mailbox_record_changes(&s->box);
	return true;
}

static bool
asks_flags(const struct fetch *f)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->item[i].kind == ITEM_FLAGS)
			return true;
	return false;
}

/* The FETCH response of one message. */
static void
send_message(struct session *s, const struct fetch *f, size_t index,
    bool seen)
{
	static const struct item flags = { .kind = ITEM_FLAGS,
	    .label = "FLAGS" };
	struct mail *m = &s->box.msg[index];
	const char *before = "(";

	output_text(&s->out, "* ");
	output_number(&s->out, index + 1);
	output_text(&s->out, " FETCH ");
	if (seen && !asks_flags(f)) {
		output_text(&s->out, "(FLAGS ");
		send_value(s, m, &flags);
		before = " ";
	}
	for (size_t i = 0; i < f->n; i++, before = " ") {
		output_text(&s->out, before);
		output_text(&s->out, f->item[i].label);
		if (!f->item[i].has_section)
			output_text(&s->out, " ");
		send_value(s, m, &f->item[i]);
	}
	output_text(&s->out, ")\r\n");
}

void
fetch_tell(struct session *s, const struct fetch *f, size_t index)
{
	struct mail *m = &s->box.msg[index];

	if (prepare(s, f, m) == 0)
		send_message(s, f, index, false);
	else if (errno != ENOENT)
		log_errno("%s: UID %u", s->box_name, m->uid);
	s->header.s = NULL;
}

static void
fetch_all(struct session *s, const struct selection *sel)
{
	struct mail *m;
	bool gone = false, failed = false, unknown = false;

	for (size_t i = 0; i < sel->n && s->out.error == 0; i++) {
		m = &s->box.msg[sel->index[i]];
		if (prepare(s, &fetch, m) == 0)
			send_message(s, &fetch, sel->index[i],
			    mark_seen(s, &fetch, m));
		else if (errno == ENOENT)
			gone = true;
		else if (errno == EPROTONOSUPPORT)
			unknown = true;
		else {
			log_errno("%s: UID %u", s->box_name, m->uid);
			failed = true;
		}
	}
	cache_flush(&s->cache);
	s->header.s = NULL;
	if (failed)
		reply_no(s, "[UNAVAILABLE] Some messages cannot be read");
	else if (unknown)
		reply_no(s, "[UNKNOWN-CTE] A part is encoded in an unknown "
		    "way");
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
	    fetch_parse(r, &fetch) && fetch_parse_modifiers(s, &fetch) &&
	    (!s->uid || fetch_add_uid(r, &fetch)) && reader_end(r) &&
	    fetch_add_modseq(s, &fetch)) {
		fetch_choose(s, &fetch, &sel);
		fetch_all(s, &sel);
	}
	selection_free(&sel);
}
