/* search.c - SEARCH: try all messages */

#include <errno.h>

#include "condstore.h"
#include "context.h"
#include "io/log.h"

bool
search_charset(struct session *s)
{
	struct text name;

	if (!reader_astring(&s->reader, &name))
		return false;
	if (text_is(&name, "UTF-8") || text_is(&name, "US-ASCII"))
		return true;
	reply_no(s, "[BADCHARSET (US-ASCII UTF-8)] Only these charsets");
	return false;
}

/* RFC 3501 6.4.4: CHARSET in front of the keys. */
static bool
parse_charset(struct session *s)
{
	struct reader *r = &s->reader;
	struct text name;
	size_t at = r->at;

	if ((reader_peek(r) | 0x20) != 'c')
		return true;
	if (!reader_atom(r, &name) || !text_is(&name, "CHARSET")) {
		if (r->wrong == NULL)
			r->at = at;
		return r->wrong == NULL;
	}
	if ((s->enabled & ENABLED_UTF8) != 0)	/* RFC 6855 3 */
		return reader_fail(r, "CHARSET behind ENABLE UTF8=ACCEPT");
	return reader_space(r) && search_charset(s) && reader_space(r);
}

/*
 * UNSEEN where all is seen, DELETED where nothing is: what clients ask for
 * again and again.
 */
static bool
finds_nothing(struct session *s, const struct search *q)
{
	const struct key *k;

	for (unsigned i = q->key[0].child; i != 0; i = k->next) {
		k = &q->key[i];
		if (k->kind == KEY_FLAG && ((k->number == FLAG_SEEN &&
		    k->not && status_count(s)->unseen == 0) ||
		    (k->number == FLAG_TRASHED && !k->not &&
		    status_count(s)->deleted == 0)))
			return true;
	}
	return false;
}

static void
find_all(struct session *s, const struct search *q, struct found *f)
{
	int match;

	if (finds_nothing(s, q))
		return;
	for (size_t i = 0; i < s->box.count; i++) {
		if ((s->box.msg[i].state & MSG_GONE) != 0)
			continue;
		if (progress_is_time(&s->progress))
			progress_tell(s, i, s->box.count);
		match = search_match(s, q, i);
		if (match == 1)
			match = found_add(s, f, q, i);
		if (match == -1 && errno != ENOENT) {
			log_errno("%s: UID %u", s->box_name,
			    s->box.msg[i].uid);
			f->failed = true;
		}
	}
}

static void
search_all(struct session *s, struct search *q, struct search_return *w)
{
	struct found f = found_none(w, q);

	if (q->modseq)
		condstore_enable(s);
	find_all(s, q, &f);
	cache_flush(&s->cache);
	search_return_send(s, w, &f, "SEARCH");
	if ((w->wanted & RETURN_UPDATE) != 0)
		context_add(s, q, NULL, w, &f);
	if (f.failed)
		reply_no(s, "[UNAVAILABLE] Some messages cannot be read");
	else
		reply_ok(s, "Search completed");
	found_free(&f);
}

void
cmd_search(struct session *s)
{
	struct search_return w = { 0 };
	struct search q = { 0 };

	if (reader_space(&s->reader) && search_return_parse(s, &w) &&
	    parse_charset(s) && search_parse(s, &q)) {
		/* RFC 9051 6.4.4: as if RETURN (ALL) were there. */
		if (w.wanted == 0 && (s->enabled & ENABLED_REV2) != 0)
			w.wanted = RETURN_EXTENDED | RETURN_ALL;
		if (context_may_add(s, &w))
			search_all(s, &q, &w);
	}
	search_return_end(s, &w);
	search_free(&q);
}
