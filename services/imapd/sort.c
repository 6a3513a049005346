/*
 * sort.c - SORT (RFC 5256 3), SORT=DISPLAY (RFC 5957) and ESORT (RFC 5267 3)
 */

#include "bytesort.h"
#include "condstore.h"
#include "search_return.h"
#include "sortkey.h"

enum { CRITERIA_MAX = 16 };

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

/* The order in force. */
static struct {
	unsigned	 want;
	bool		 reverse;
} order[CRITERIA_MAX];
static size_t order_len;

static bool
parse_criterion(struct reader *r, unsigned *wanted)
{
	struct text t;

	if (order_len == CRITERIA_MAX)
		return reader_fail(r, "Too many sort criteria");
	if (!reader_atom(r, &t))
		return false;
	order[order_len].reverse = text_is(&t, "REVERSE");
	if (order[order_len].reverse &&
	    (!reader_space(r) || !reader_atom(r, &t)))
		return false;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (text_is(&t, words[i].name)) {
			order[order_len++].want = words[i].want;
			*wanted |= words[i].want |
			    (words[i].display ? WANT_DISPLAY : 0);
			return true;
		}
	return reader_fail(r, "Unknown sort criterion");
}

static bool
parse_criteria(struct reader *r, unsigned *wanted)
{
	order_len = 0;
	*wanted = 0;
	if (!reader_char(r, '('))
		return false;
	do
		if (!parse_criterion(r, wanted))
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
add_key(struct bytelist *l, const struct sortkey *k)
{
	size_t from;

	for (size_t i = 0; i < order_len; i++) {
		from = l->text.len;
		if (add_criterion(l, order[i].want, k) == -1)
			return -1;
		if (order[i].reverse)
			bytelist_reverse(l, from);
	}
	if (bytelist_number(l, (int64_t)k->index) == -1)
		return -1;
	return bytelist_end(l, k->index);
}

static int
order_keys(const struct sortkeys *keys, struct bytelist *l)
{
	for (size_t i = 0; i < keys->n; i++)
		if (add_key(l, &keys->k[i]) == -1)
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

static void
sort(struct session *s, const struct search *q, unsigned wanted,
    const struct search_return *w)
{
	struct found f = { .n = 0 };
	struct bytelist list = { .n = 0 };
	struct sortkeys keys;

	if (q->modseq)
		condstore_enable(s);
	if (sortkeys_read(s, q, wanted, &keys) &&
	    order_keys(&keys, &list) == 0 && list_found(s, q, &list, &f)) {
		search_return_send(s, w, &f, "SORT");
		reply_ok(s, "Sort completed");
	} else {
		reply_errno(s, "Sort");
	}
	found_free(&f);
	bytelist_free(&list);
	sortkeys_free(&keys);
	cache_flush(&s->cache);
}

void
cmd_sort(struct session *s)
{
	struct reader *r = &s->reader;
	struct search_return w;
	struct search q = { 0 };
	unsigned wanted;

	if (reader_space(r) && search_return_parse(s, &w) &&
	    parse_criteria(r, &wanted) && reader_space(r) &&
	    search_charset(s) && reader_space(r) && search_parse(s, &q))
		sort(s, &q, wanted, &w);
	search_free(&q);
}
