/* search.c - SEARCH, with ESEARCH and SEARCHRES (RFC 4731, RFC 5182) */

#include <errno.h>

#include "io/log.h"
#include "search.h"

bool
search_charset(struct session *s)
{
	struct text name;

	if (!reader_astring(&s->reader, &name))
		return false;
	if (text_is(&name, "UTF-8") || text_is(&name, "US-ASCII"))
		return true;
	sequence_clear(&s->saved);
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

/* RFC 4731 3.1, RFC 5182 2: RETURN (MIN MAX COUNT ALL SAVE). */
enum { MIN = 1, MAX = 2, COUNT = 4, ALL = 8, SAVE = 16, EXTENDED = 32 };

static bool
parse_return(struct reader *r, unsigned *wanted)
{
	static const struct { const char *name; unsigned bit; } words[] = {
		{ "MIN", MIN }, { "MAX", MAX }, { "COUNT", COUNT },
		{ "ALL", ALL }, { "SAVE", SAVE },
	};
	struct text t;
	size_t i;

	*wanted = EXTENDED;
	if (!reader_char(r, '('))
		return false;
	while (!reader_try(r, ')')) {
		if ((*wanted != EXTENDED && !reader_space(r)) ||
		    !reader_atom(r, &t))
			return false;
		for (i = 0; i < 5 && !text_is(&t, words[i].name); i++)
			;
		if (i == 5)
			return reader_fail(r, "Unknown search result");
		*wanted |= words[i].bit;
	}
	if (*wanted == EXTENDED)
		*wanted |= ALL;
	return true;
}

/* The word RETURN in front, if it is there. */
static bool
parse_options(struct reader *r, unsigned *wanted)
{
	size_t at = r->at;
	struct text t;

	*wanted = 0;
	if ((reader_peek(r) | 0x20) != 'r')
		return true;
	if (!reader_atom(r, &t))
		return false;
	if (!text_is(&t, "RETURN")) {
		r->at = at;
		return true;
	}
	return reader_space(r) && parse_return(r, wanted) && reader_space(r);
}

/* What matched, as numbers or UIDs, and always as UIDs. */
struct found {
	struct sequence	 shown, uids;
	size_t		 n;
	bool		 failed;	/* a message could not be read */
};

static void
find_all(struct session *s, const struct search *q, struct found *f)
{
	int match;

	*f = (struct found){ .n = 0 };
	for (size_t i = 0; i < s->box.count; i++) {
		if ((s->box.msg[i].state & MSG_GONE) != 0)
			continue;
		match = search_match(s, q, i);
		if (match == 0)
			continue;
		if (match == 1) {
			f->n++;
			match = sequence_add(&f->shown, s->uid ?
			    s->box.msg[i].uid : (uint32_t)(i + 1)) == -1 ||
			    sequence_add(&f->uids, s->box.msg[i].uid) == -1 ?
			    -1 : 1;
		}
		if (match == -1 && errno != ENOENT) {
			log_errno("%s: UID %u", s->box_name,
			    s->box.msg[i].uid);
			f->failed = true;
		}
	}
}

/* * SEARCH 2 84 882 */
static void
send_plain(struct session *s, const struct found *f)
{
	output_text(&s->out, "* SEARCH");
	for (size_t i = 0; i < f->shown.n; i++)
		for (uint32_t n = f->shown.r[i].from; ; n++) {
			output_text(&s->out, " ");
			output_number(&s->out, n);
			if (n == f->shown.r[i].to)
				break;
		}
	output_text(&s->out, "\r\n");
}

/* * ESEARCH (TAG "a") UID COUNT 3 ALL 2,84,882 */
static void
send_extended(struct session *s, const struct found *f, unsigned wanted)
{
	const struct sequence *q = &f->shown;

	if ((wanted & (MIN | MAX | COUNT | ALL)) == 0)
		return;
	output_format(&s->out, "* ESEARCH (TAG \"%s\")%s", s->tag,
	    s->uid ? " UID" : "");
	if ((wanted & MIN) != 0 && f->n > 0)
		output_format(&s->out, " MIN %u", q->r[0].from);
	if ((wanted & MAX) != 0 && f->n > 0)
		output_format(&s->out, " MAX %u", q->r[q->n - 1].to);
	if ((wanted & COUNT) != 0)
		output_format(&s->out, " COUNT %zu", f->n);
	buf_clear(&s->scratch);
	if ((wanted & ALL) != 0 && f->n > 0 &&
	    sequence_write(q, &s->scratch) == 0) {
		output_text(&s->out, " ALL ");
		output_bytes(&s->out, s->scratch.s, s->scratch.len);
	}
	output_text(&s->out, "\r\n");
}

/* RFC 5182 2.1: what `$` means from now on. */
static void
save(struct session *s, struct found *f, unsigned wanted)
{
	bool both = (wanted & (MIN | MAX)) == (MIN | MAX);
	uint32_t min, max;

	sequence_clear(&s->saved);
	if (f->n == 0)
		return;
	min = f->uids.r[0].from;
	max = f->uids.r[f->uids.n - 1].to;
	if ((wanted & (ALL | COUNT)) != 0 || (wanted & (MIN | MAX)) == 0) {
		(void)sequence_copy(&s->saved, &f->uids);
		return;
	}
	if ((wanted & MIN) != 0)
		(void)sequence_add(&s->saved, min);
	if ((wanted & MAX) != 0 && !(both && min == max))
		(void)sequence_add(&s->saved, max);
}

static void
search_all(struct session *s, const struct search *q, unsigned wanted)
{
	struct found f;

	if (wanted == 0 && (s->enabled & ENABLED_REV2) != 0)
		wanted = EXTENDED | ALL;	/* RFC 9051 6.4.4 */
	find_all(s, q, &f);
	cache_flush(&s->cache);
	if (wanted == 0)
		send_plain(s, &f);
	else
		send_extended(s, &f, wanted);
	if ((wanted & SAVE) != 0)
		save(s, &f, wanted);
	if (f.failed)
		reply_no(s, "[UNAVAILABLE] Some messages cannot be read");
	else
		reply_ok(s, "Search completed");
	sequence_free(&f.shown);
	sequence_free(&f.uids);
}

void
cmd_search(struct session *s)
{
	struct search q = { 0 };
	unsigned wanted;

	if (reader_space(&s->reader) && parse_options(&s->reader, &wanted) &&
	    parse_charset(s) && search_parse(s, &q))
		search_all(s, &q, wanted);
	search_free(&q);
}
