/*
 * update.c - untagged responses about the selected mailbox
 *
 * Numbers of messages change only here: what vanished keeps its number until
 * the client has been told, which a command in the middle of its work with
 * numbers does not allow.
 */

#include <errno.h>
#include <string.h>

#include "condstore.h"
#include "context.h"
#include "io/log.h"
#include "notify.h"

static size_t
keyword_count(const struct mailbox *box)
{
	size_t n = 0;

	for (int i = 0; i < KEYWORDS_MAX; i++)
		n += box->keywords.name[i][0] != '\0';
	return n;
}

static void
send_keywords(struct session *s)
{
	for (int i = 0; i < KEYWORDS_MAX; i++)
		if (s->box.keywords.name[i][0] != '\0') {
			output_text(&s->out, " ");
			output_text(&s->out, s->box.keywords.name[i]);
		}
}

void
update_flags(struct session *s)
{
	static const char flags[] =
	    "(\\Answered \\Flagged \\Deleted \\Seen \\Draft";

	s->keywords = keyword_count(&s->box);
	output_format(&s->out, "* FLAGS %s", flags);
	send_keywords(s);
	output_text(&s->out, ")\r\n");
	if (s->read_only) {
		output_text(&s->out, "* OK [PERMANENTFLAGS ()] Read-only\r\n");
		return;
	}
	output_format(&s->out, "* OK [PERMANENTFLAGS %s", flags);
	send_keywords(s);
	output_text(&s->out, s->keywords < KEYWORDS_MAX ? " \\*)" : ")");
	output_text(&s->out, "] Flags permitted\r\n");
}

void
update_keywords(struct session *s)
{
	if (keyword_count(&s->box) != s->keywords)
		update_flags(s);
}

/* RFC 7162 3.2.10: * VANISHED of all in one. */
static void
send_vanished(struct session *s)
{
	struct sequence q = { 0 };
	int status = 0;

	for (size_t i = 0; i < s->box.count && status == 0; i++)
		if ((s->box.msg[i].state & MSG_GONE) != 0)
			status = sequence_add(&q, s->box.msg[i].uid);
	buf_clear(&s->scratch);
	if (status == 0 && sequence_write(&q, &s->scratch) == 0) {
		output_text(&s->out, "* VANISHED ");
		output_bytes(&s->out, s->scratch.s, s->scratch.len);
		output_text(&s->out, "\r\n");
	} else {
		session_bye(s, "Out of memory");
	}
	sequence_free(&q);
}

static void
send_expunges(struct session *s)
{
	size_t gone = 0;

	for (size_t i = 0; i < s->box.count; i++)
		if ((s->box.msg[i].state & MSG_GONE) != 0) {
			output_format(&s->out, "* %zu EXPUNGE\r\n",
			    i + 1 - gone);
			gone++;
		}
}

static void
send_gone(struct session *s)
{
	size_t gone = s->box.gone;

	if (gone == 0)
		return;
	if ((s->enabled & ENABLED_QRESYNC) != 0)
		send_vanished(s);
	else
		send_expunges(s);
	mailbox_drop_gone(&s->box);
	s->exists -= gone < s->exists ? gone : s->exists;
}

static void
send_exists(struct session *s)
{
	const size_t old = s->exists;

	if (s->box.count == old)
		return;
	s->exists = s->box.count;
	output_format(&s->out, "* %zu EXISTS\r\n", s->exists);
	if ((s->enabled & ENABLED_REV2) == 0)
		output_format(&s->out, "* %zu RECENT\r\n",
		    status_count(s)->recent);
	notify_new(s, old);
	sequence_clear(&s->ours);
}

void
update_tell_flags(struct session *s, size_t index)
{
	struct mail *m = &s->box.msg[index];

	m->state &= (uint8_t)~MSG_CHANGED;
	buf_clear(&s->scratch);
	if (flags_render(s, &s->scratch, m) == -1)
		return;
	output_format(&s->out, "* %zu FETCH (UID %u FLAGS ", index + 1,
	    m->uid);
	output_bytes(&s->out, s->scratch.s, s->scratch.len);
	condstore_send(s, m);
	output_text(&s->out, ")\r\n");
}

/* Flags that other sessions changed. */
static void
send_changed(struct session *s)
{
	for (size_t i = 0; i < s->box.count; i++)
		if ((s->box.msg[i].state & (MSG_CHANGED | MSG_GONE)) ==
		    MSG_CHANGED)
			update_tell_flags(s, i);
}

void
update_send(struct session *s, bool expunge)
{
	struct mailbox_news news;

	if (s->state != SELECTED || s->over)
		return;
	if ((s->heeds & EVENT_NEW) == 0) {
		if (expunge) {		/* what the client itself did */
			contexts_expunge(s);
			send_gone(s);
		}
		return;
	}
	if (mailbox_sync(&s->box, &news) == -1) {
		log_errno("%s: sync", s->box_name);
		if (errno == ESTALE || errno == ENOENT) {
			session_bye(s, "The mailbox was replaced");
			return;
		}
	}
	contexts_expunge(s);
	if (expunge)
		send_gone(s);
	send_exists(s);
	update_keywords(s);
	s->unheard |= news.changed > 0;
	if (s->unheard && (s->heeds & EVENT_FLAGS) != 0) {
		send_changed(s);
		s->unheard = false;
	}
	contexts_update(s);
}

bool
update_may_wait(const struct session *s)
{
	return s->result == RESULT_OK && !s->listens && !contexts_any() &&
	    !condstore_is_on(s);
}

void
update_late(struct session *s)
{
	if (s->unlooked)
		update_send(s, false);
	s->unlooked = false;
}
