/* resync.c - SELECT with CONDSTORE and QRESYNC (RFC 7162 3.1.8, 3.2.5) */

#include <string.h>

#include "condstore.h"

/* A set of UIDs, without `*`. */
static bool
parse_uids(struct reader *r, struct sequence *q)
{
	const char *why;
	struct text t;

	if (!reader_set(r, &t))
		return false;
	why = memchr(t.s, '*', t.n) != NULL ? "* in known UIDs" :
	    sequence_parse(q, &t, 0);
	return why == NULL || reader_fail(r, why);
}

/*
 * (numbers UIDs): which messages the client still has at which number.  It
 * only could make an answer shorter that is short already.
 */
static bool
parse_match(struct reader *r)
{
	struct sequence q = { 0 };
	bool parsed;

	parsed = reader_char(r, '(') && parse_uids(r, &q) &&
	    reader_space(r) && parse_uids(r, &q) && reader_char(r, ')');
	sequence_free(&q);
	return parsed;
}

/* (uidvalidity modseq [known-uids] [match]) */
static bool
parse_qresync(struct session *s, struct resync *q)
{
	struct reader *r = &s->reader;

	if ((s->enabled & ENABLED_QRESYNC) == 0)
		return reader_fail(r, "QRESYNC is not enabled");
	q->qresync = true;
	if (!reader_space(r) || !reader_char(r, '(') ||
	    !reader_number(r, &q->uidvalidity) ||
	    !condstore_parse(r, &q->modseq))
		return false;
	if (reader_try(r, ' ') && reader_peek(r) != '(') {
		if (!parse_uids(r, &q->known))
			return false;
		if (reader_try(r, ' ') && !parse_match(r))
			return false;
	} else if (reader_peek(r) == '(' && !parse_match(r)) {
		return false;
	}
	return reader_char(r, ')');
}

bool
resync_parse(struct session *s, struct resync *q)
{
	struct reader *r = &s->reader;
	struct text t;

	if (!reader_try(r, ' '))
		return r->wrong == NULL;
	if (!reader_char(r, '('))
		return false;
	do {
		if (!reader_word(r, &t))
			return false;
		if (text_is(&t, "CONDSTORE"))
			q->condstore = true;
		else if (!text_is(&t, "QRESYNC"))
			return reader_fail(r, "Unknown SELECT parameter");
		else if (!parse_qresync(s, q))
			return false;
	} while (reader_try(r, ' '));
	return reader_char(r, ')');
}

void
resync_begin(struct session *s, const struct resync *q)
{
	if (q->condstore)
		s->enabled |= ENABLED_CONDSTORE;
	mailbox_keep_modseqs(&s->box);
}

/* Flags of what the client knows, if they changed since. */
static void
send_changed(struct session *s, const struct resync *q)
{
	const struct mail *m;

	for (size_t i = 0; i < s->box.count; i++) {
		m = &s->box.msg[i];
		if (mail_modseq(&s->box, m) > q->modseq &&
		    (q->known.n == 0 || sequence_has(&q->known, m->uid)))
			update_tell_flags(s, i);
	}
}

void
resync_send(struct session *s, const struct resync *q)
{
	/* 3.2.5.1: another UIDVALIDITY, and nothing known holds. */
	if (!q->qresync || q->uidvalidity != s->box.uidvalidity)
		return;
	mailbox_modseq_told(&s->box, q->modseq);
	condstore_vanished(s, q->modseq, &q->known);
	send_changed(s, q);
}

void
resync_free(struct resync *q)
{
	sequence_free(&q->known);
}
