/* search.c - SEARCH, with ESEARCH and SEARCHRES (RFC 4731, RFC 5182) */

#include <errno.h>

#include "io/log.h"
#include "search.h"

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
	if (!reader_space(r) || !reader_astring(r, &name))
		return false;
	if (!text_is(&name, "UTF-8") && !text_is(&name, "US-ASCII")) {
		reply_no(s, "[BADCHARSET (US-ASCII UTF-8)] "
		    "Only these charsets");
		return false;
	}
	return reader_space(r);
}

static void
search_all(struct session *s, const struct search *q)
{
	bool failed = false;
	int match;

	output_text(&s->out, "* SEARCH");
	for (size_t i = 0; i < s->box.count; i++) {
		if ((s->box.msg[i].state & MSG_GONE) != 0)
			continue;
		match = search_match(s, q, i);
		if (match == 1)
			output_format(&s->out, " %u", s->uid ?
			    s->box.msg[i].uid : (uint32_t)(i + 1));
		if (match == -1 && errno != ENOENT) {
			log_errno("%s: UID %u", s->box_name,
			    s->box.msg[i].uid);
			failed = true;
		}
	}
	output_text(&s->out, "\r\n");
	if (failed)
		reply_no(s, "[UNAVAILABLE] Some messages cannot be read");
	else
		reply_ok(s, "Search completed");
}

void
cmd_search(struct session *s)
{
	struct search q = { 0 };

	if (reader_space(&s->reader) && parse_charset(s) &&
	    search_parse(s, &q))
		search_all(s, &q);
	search_free(&q);
}
