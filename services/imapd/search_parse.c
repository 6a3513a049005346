/* search_parse.c - the keys of SEARCH */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "mail/date.h"
#include "search.h"

/* What stands behind a key. */
enum argument { NO_ARGUMENT, STRING, HEADER_STRING, DATE, NUMBER, SECONDS,
    KEYWORD, UIDS, OBJECTID, MODSEQ, NOT, OR };

static const struct word {
	const char	*name;
	enum key_kind	 kind;
	enum argument	 argument;
	bool		 not;
	unsigned	 flag;
	enum cost	 cost;
} words[] = {
	{ "ALL", KEY_ALL, NO_ARGUMENT, false, 0, COST_NOTHING },
	{ "ANSWERED", KEY_FLAG, NO_ARGUMENT, false, FLAG_REPLIED, 0 },
	{ "DELETED", KEY_FLAG, NO_ARGUMENT, false, FLAG_TRASHED, 0 },
	{ "DRAFT", KEY_FLAG, NO_ARGUMENT, false, FLAG_DRAFT, 0 },
	{ "FLAGGED", KEY_FLAG, NO_ARGUMENT, false, FLAG_FLAGGED, 0 },
	{ "SEEN", KEY_FLAG, NO_ARGUMENT, false, FLAG_SEEN, 0 },
	{ "UNANSWERED", KEY_FLAG, NO_ARGUMENT, true, FLAG_REPLIED, 0 },
	{ "UNDELETED", KEY_FLAG, NO_ARGUMENT, true, FLAG_TRASHED, 0 },
	{ "UNDRAFT", KEY_FLAG, NO_ARGUMENT, true, FLAG_DRAFT, 0 },
	{ "UNFLAGGED", KEY_FLAG, NO_ARGUMENT, true, FLAG_FLAGGED, 0 },
	{ "UNSEEN", KEY_FLAG, NO_ARGUMENT, true, FLAG_SEEN, 0 },
	{ "RECENT", KEY_RECENT, NO_ARGUMENT, false, 0, COST_NOTHING },
	{ "OLD", KEY_RECENT, NO_ARGUMENT, true, 0, COST_NOTHING },
	{ "NEW", KEY_NEW, NO_ARGUMENT, false, 0, COST_NOTHING },
	{ "KEYWORD", KEY_KEYWORD, KEYWORD, false, 0, COST_NOTHING },
	{ "UNKEYWORD", KEY_KEYWORD, KEYWORD, true, 0, COST_NOTHING },
	{ "UID", KEY_UID, UIDS, false, 0, COST_NOTHING },
	{ "BEFORE", KEY_BEFORE, DATE, false, 0, COST_STAT },
	{ "ON", KEY_ON, DATE, false, 0, COST_STAT },
	{ "SINCE", KEY_SINCE, DATE, false, 0, COST_STAT },
	{ "OLDER", KEY_OLDER, SECONDS, false, 0, COST_STAT },
	{ "YOUNGER", KEY_YOUNGER, SECONDS, false, 0, COST_STAT },
	{ "LARGER", KEY_LARGER, NUMBER, false, 0, COST_STAT },
	{ "SMALLER", KEY_SMALLER, NUMBER, false, 0, COST_STAT },
	{ "SENTBEFORE", KEY_SENTBEFORE, DATE, false, 0, COST_HEADER },
	{ "SENTON", KEY_SENTON, DATE, false, 0, COST_HEADER },
	{ "SENTSINCE", KEY_SENTSINCE, DATE, false, 0, COST_HEADER },
	{ "SAVEDBEFORE", KEY_SAVEDBEFORE, DATE, false, 0, COST_STAT },
	{ "SAVEDON", KEY_SAVEDON, DATE, false, 0, COST_STAT },
	{ "SAVEDSINCE", KEY_SAVEDSINCE, DATE, false, 0, COST_STAT },
	{ "SAVEDATESUPPORTED", KEY_ALL, NO_ARGUMENT, false, 0, COST_NOTHING },
	{ "EMAILID", KEY_EMAILID, OBJECTID, false, 0, COST_HEADER },
	{ "THREADID", KEY_THREADID, OBJECTID, false, 0, COST_HEADER },
	{ "MODSEQ", KEY_MODSEQ, MODSEQ, false, 0, COST_NOTHING },
	{ "BCC", KEY_HEADER, STRING, false, 0, COST_HEADER },
	{ "CC", KEY_HEADER, STRING, false, 0, COST_HEADER },
	{ "FROM", KEY_HEADER, STRING, false, 0, COST_HEADER },
	{ "SUBJECT", KEY_HEADER, STRING, false, 0, COST_HEADER },
	{ "TO", KEY_HEADER, STRING, false, 0, COST_HEADER },
	{ "HEADER", KEY_HEADER, HEADER_STRING, false, 0, COST_HEADER },
	{ "BODY", KEY_BODY, STRING, false, 0, COST_BODY },
	{ "TEXT", KEY_TEXT, STRING, false, 0, COST_BODY },
	{ "NOT", KEY_LIST, NOT, true, 0, COST_NOTHING },
	{ "OR", KEY_OR, OR, false, 0, COST_NOTHING },
};

static bool	parse_key(struct session *, struct search *, unsigned *list);

/* A new key at the head of a list; its index, or 0: no room. */
static unsigned
add(struct session *s, struct search *q, enum key_kind kind)
{
	struct key *more;
	unsigned room;

	if (q->n == q->room) {
		room = q->room == 0 ? 16 : q->room * 2;
		more = room > SEARCH_KEYS_MAX ? NULL :
		    reallocarray(q->key, room, sizeof *more);
		if (more == NULL) {
			reader_fail(&s->reader, "Too many search keys");
			return 0;
		}
		q->key = more;
		q->room = room;
	}
	q->key[q->n] = (struct key){ .kind = kind };
	return q->n++;
}

/* Put the key in front of the first one that costs as much. */
static void
insert(struct search *q, unsigned *list, unsigned k)
{
	unsigned *at = list;

	while (*at != 0 && q->key[*at].cost < q->key[k].cost)
		at = &q->key[*at].next;
	q->key[k].next = *at;
	*at = k;
}

static bool
parse_needle(struct session *s, struct text *needle)
{
	struct text t;

	if (!reader_space(&s->reader) || !reader_astring(&s->reader, &t))
		return false;
	return needle_make(needle, &t) == 0 ||
	    reader_fail(&s->reader, "Out of memory");
}

static bool
parse_date(struct reader *r, uint64_t *days)
{
	struct text t;
	struct date d;

	if (!reader_space(r) || !reader_astring(r, &t))
		return false;
	if (!date_parse_day(&d, t.s, t.n))
		return reader_fail(r, "Invalid date");
	*days = (uint64_t)date_days(&d);
	return true;
}

static bool
parse_set(struct session *s, struct key *k)
{
	const struct mailbox *box = &s->box;
	uint32_t last = box->count == 0 ? 0 : box->msg[box->count - 1].uid;
	const char *why;
	struct text t;

	if (!reader_set(&s->reader, &t))
		return false;
	if (text_is(&t, "$")) {
		k->kind = KEY_UID;
		return sequence_copy(&k->set, &s->saved) == 0 ||
		    reader_fail(&s->reader, "Out of memory");
	}
	why = sequence_parse(&k->set, &t, k->kind == KEY_UID ? last :
	    (uint32_t)box->count);
	return why == NULL || reader_fail(&s->reader, why);
}

/* A list of one key, as NOT and OR want it. */
static bool
parse_one(struct session *s, struct search *q, unsigned *list)
{
	*list = 0;
	return reader_space(&s->reader) && parse_key(s, q, list);
}

static enum cost
list_cost(const struct search *q, unsigned list)
{
	enum cost most = COST_NOTHING;

	for (; list != 0; list = q->key[list].next)
		if (q->key[list].cost > most)
			most = q->key[list].cost;
	return most;
}

/* NOT and OR: the keys behind them, which may move q->key. */
static bool
parse_operands(struct session *s, struct search *q, unsigned k, bool two)
{
	unsigned child = 0, other = 0;

	if (!parse_one(s, q, &child) || (two && !parse_one(s, q, &other)))
		return false;
	q->key[k].child = child;
	q->key[k].other = other;
	q->key[k].cost = list_cost(q, child);
	if (list_cost(q, other) > q->key[k].cost)
		q->key[k].cost = list_cost(q, other);
	return true;
}

/* RFC 7162 3.1.5: ["/flags/\\Draft" all] 1; all flags share a number. */
static bool
parse_modseq(struct reader *r, struct search *q, struct key *k)
{
	struct text name, type;

	q->modseq = true;
	if (!reader_space(r))
		return false;
	if (reader_peek(r) == '"') {
		if (!reader_string(r, &name) || !reader_space(r) ||
		    !reader_atom(r, &type))
			return false;
		if (!text_is(&type, "all") && !text_is(&type, "priv") &&
		    !text_is(&type, "shared"))
			return reader_fail(r, "all, priv or shared expected");
		if (!reader_space(r))
			return false;
	}
	return reader_number64(r, &k->number);
}

static bool
parse_argument(struct session *s, struct search *q, unsigned i,
    const struct word *w)
{
	struct reader *r = &s->reader;
	struct key *k = &q->key[i];

	switch (w->argument) {
	case NO_ARGUMENT:
		k->number = w->flag;
		return true;
	case HEADER_STRING:
		if (!reader_space(r) || !reader_astring(r, &k->name))
			return false;
		k->kept = header_is_kept(&k->name);
		return parse_needle(s, &k->needle);
	case STRING:
		k->name = (struct text){ w->name, strlen(w->name) };
		k->kept = header_is_kept(&k->name);
		return parse_needle(s, &k->needle);
	case DATE:
		return parse_date(r, &k->number);
	case NUMBER:
	case SECONDS:
		return reader_space(r) && reader_number64(r, &k->number) &&
		    (k->number > 0 || w->argument == NUMBER ||
		    reader_fail(r, "Invalid interval"));
	case KEYWORD:
		if (!reader_space(r) || !reader_flag(r, &k->name))
			return false;
		k->number = search_keyword(s, &k->name);
		return true;
	case MODSEQ:
		return parse_modseq(r, q, k);
	case OBJECTID:
		return reader_space(r) && reader_atom(r, &k->name);
	case UIDS:
		return reader_space(r) && parse_set(s, k);
	default:
		return parse_operands(s, q, i, w->argument == OR);
	}
}

/* ( key key ) into a list. */
static bool
parse_list(struct session *s, struct search *q, unsigned k)
{
	unsigned list = 0;

	do
		if (!parse_key(s, q, &list))
			return false;
	while (reader_try(&s->reader, ' '));
	q->key[k].child = list;
	q->key[k].cost = list_cost(q, list);
	return reader_char(&s->reader, ')');
}

static bool
parse_word(struct session *s, struct search *q, unsigned *list)
{
	const struct word *w = words, *end = words + sizeof words /
	    sizeof *words;
	struct text name;
	unsigned k;

	if (!reader_atom(&s->reader, &name))
		return false;
	while (w < end && !text_is(&name, w->name))
		w++;
	if (w == end)
		return reader_fail(&s->reader, "Unknown search key");
	k = add(s, q, w->kind);
	if (k == 0)
		return false;
	q->key[k].not = w->not;
	q->key[k].cost = w->cost;
	if (!parse_argument(s, q, k, w))
		return false;
	insert(q, list, k);
	return true;
}

static bool
parse_key(struct session *s, struct search *q, unsigned *list)
{
	struct reader *r = &s->reader;
	char c = reader_peek(r);
	bool done;
	unsigned k;

	if (++q->depth > SEARCH_DEPTH_MAX)
		return reader_fail(r, "Search too deep");
	if (c == '(') {
		reader_char(r, '(');
		k = add(s, q, KEY_LIST);
		done = k != 0 && parse_list(s, q, k);
		if (done)
			insert(q, list, k);
	} else if ((c >= '0' && c <= '9') || c == '*' || c == '$') {
		k = add(s, q, KEY_NUMBER);
		done = k != 0 && parse_set(s, &q->key[k]);
		if (done)
			insert(q, list, k);
	} else {
		done = parse_word(s, q, list);
	}
	q->depth--;
	return done;
}

bool
search_parse(struct session *s, struct search *q)
{
	unsigned list = 0;

	*q = (struct search){ 0 };
	add(s, q, KEY_LIST);
	do
		if (!parse_key(s, q, &list))
			return false;
	while (reader_try(&s->reader, ' '));
	q->key[0].child = list;
	return reader_end(&s->reader);
}

void
search_free(struct search *q)
{
	for (unsigned i = 0; i < q->n; i++) {
		free((char *)(uintptr_t)q->key[i].needle.s);
		sequence_free(&q->key[i].set);
	}
	free(q->key);
	free(q->texts);
	*q = (struct search){ 0 };
}
