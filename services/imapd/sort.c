/*
 * sort.c - SORT (RFC 5256 3), SORT=DISPLAY (RFC 5957) and ESORT (RFC 5267 3)
 */

#include "bytesort.h"
#include "condstore.h"
#include "context.h"
#include "sort.h"
#include "sortkey.h"

static const struct criterion {
	const char	*name;
	unsigned	 want;
	bool		 display;
} words[] = {
	{ "ARRIVAL", WANT_ARRIVAL, false }, { "CC", WANT_CC, false },
	{ "DATE", WANT_SENT, false }, { "FROM", WANT_FROM, false },
	{ "SIZE", WANT_SIZE, false }, { "SUBJECT", WANT_SUBJECT, false },
	{ "TO", WANT_TO, false }, { "DISPLAYFROM", WANT_FROM, true },
	{ "DISPLAYTO", WANT_TO, true },
};

static bool
parse_criterion(struct reader *r, struct sort_order *o)
{
	struct text t;

	if (o->n == SORT_CRITERIA_MAX)
		return reader_fail(r, "Too many sort criteria");
	if (!reader_atom(r, &t))
		return false;
	o->by[o->n].reverse = text_is(&t, "REVERSE");
	if (o->by[o->n].reverse && (!reader_space(r) || !reader_atom(r, &t)))
		return false;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (text_is(&t, words[i].name)) {
			o->by[o->n++].want = words[i].want;
			o->wanted |= words[i].want |
			    (words[i].display ? WANT_DISPLAY : 0);
			return true;
		}
	return reader_fail(r, "Unknown sort criterion");
}

static bool
parse_criteria(struct reader *r, struct sort_order *o)
{
	*o = (struct sort_order){ .n = 0 };
	if (!reader_char(r, '('))
		return false;
	do
		if (!parse_criterion(r, o))
			return false;
	while (reader_try(r, ' '));
	return reader_char(r, ')');
}

static int
add_criterion(struct bytelist *l, unsigned want, const struct sortkey *k)
{
	switch (want) {
	case WANT_ARRIVAL:
		return bytelist_number(l, k->arrival);
	case WANT_SENT:
		return bytelist_number(l, k->sent);
	case WANT_SIZE:
		return bytelist_number(l, k->size);
	case WANT_CC:
		return bytelist_text(l, k->cc);
	case WANT_FROM:
		return bytelist_text(l, k->from);
	case WANT_SUBJECT:
		return bytelist_text(l, k->subject);
	default:
		return bytelist_text(l, k->to);
	}
}

/* All criteria of a message, and its number, which decides in the end. */
static int
add_key(struct bytelist *l, const struct sort_order *o,
    const struct sortkey *k)
{
	size_t from;

	for (unsigned i = 0; i < o->n; i++) {
		from = l->text.len;
		if (add_criterion(l, o->by[i].want, k) == -1)
			return -1;
		if (o->by[i].reverse)
			bytelist_reverse(l, from);
	}
	if (bytelist_number(l, (int64_t)k->index) == -1)
		return -1;
	return bytelist_end(l, k->index);
}

static int
order_keys(const struct sortkeys *keys, const struct sort_order *o,
    struct bytelist *l)
{
	for (size_t i = 0; i < keys->n; i++)
		if (add_key(l, o, &keys->k[i]) == -1)
			return -1;
	bytelist_sort(l);
	return 0;
}

static bool
list_found(const struct session *s, const struct search *q,
    const struct bytelist *l, struct found *f)
{
	for (size_t i = 0; i < l->n; i++)
		if (found_add(s, f, q, l->item[i].index) == -1)
			return false;
	return true;
}

bool
sort_find(struct session *s, const struct search *q,
    const struct sort_order *o, struct found *f)
{
	struct bytelist list = { .n = 0 };
	struct sortkeys keys;
	bool done;

	done = sortkeys_read(s, q, o->wanted, &keys) &&
	    order_keys(&keys, o, &list) == 0 && list_found(s, q, &list, f);
	bytelist_free(&list);
	sortkeys_free(&keys);
	cache_flush(&s->cache);
	return done;
}

static void
sort(struct session *s, struct search *q, const struct sort_order *o,
    struct search_return *w)
{
	struct found f = found_none(w, q);

	if (q->modseq)
		condstore_enable(s);
	if (sort_find(s, q, o, &f)) {
		search_return_send(s, w, &f, "SORT");
		if ((w->wanted & RETURN_UPDATE) != 0)
			context_add(s, q, o, w, &f);
		reply_ok(s, "Sort completed");
	} else {
		reply_errno(s, "Sort");
	}
	found_free(&f);
}

void
cmd_sort(struct session *s)
{
	struct reader *r = &s->reader;
	struct search_return w = { 0 };
	struct search q = { 0 };
	struct sort_order order;

	if (reader_space(r) && search_return_parse(s, &w) &&
	    parse_criteria(r, &order) && reader_space(r) &&
	    search_charset(s) && reader_space(r) && search_parse(s, &q) &&
	    context_may_add(s, &w))
		sort(s, &q, &order, &w);
	search_return_end(s, &w);
	search_free(&q);
}
