/* sort.c - SORT (RFC 5256 3) and SORT=DISPLAY (RFC 5957) */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "search.h"
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

/* The order in force: qsort(3) has no way to be told. */
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
by_number(int64_t x, int64_t y)
{
	return x < y ? -1 : x > y;
}

static int
by(unsigned want, const struct sortkey *x, const struct sortkey *y)
{
	switch (want) {
	case WANT_ARRIVAL:
		return by_number(x->arrival, y->arrival);
	case WANT_SENT:
		return by_number(x->sent, y->sent);
	case WANT_SIZE:
		return by_number(x->size, y->size);
	case WANT_CC:
		return strcmp(x->cc, y->cc);
	case WANT_FROM:
		return strcmp(x->from, y->from);
	case WANT_SUBJECT:
		return strcmp(x->subject, y->subject);
	default:
		return strcmp(x->to, y->to);
	}
}

static int
compare(const void *a, const void *b)
{
	const struct sortkey *x = a, *y = b;
	int c;

	for (size_t i = 0; i < order_len; i++) {
		c = by(order[i].want, x, y);
		if (c != 0)
			return order[i].reverse ? -c : c;
	}
	return x->index < y->index ? -1 : 1;
}

static void
sort(struct session *s, const struct search *q, unsigned wanted)
{
	struct sortkeys keys;

	if (!sortkeys_read(s, q, wanted, &keys)) {
		reply_errno(s, "Sort");
	} else {
		qsort(keys.k, keys.n, sizeof *keys.k, compare);
		output_text(&s->out, "* SORT");
		for (size_t i = 0; i < keys.n; i++) {
			output_text(&s->out, " ");
			output_number(&s->out, s->uid ?
			    s->box.msg[keys.k[i].index].uid :
			    keys.k[i].index + 1);
		}
		output_text(&s->out, "\r\n");
		reply_ok(s, "Sort completed");
	}
	sortkeys_free(&keys);
}

void
cmd_sort(struct session *s)
{
	struct reader *r = &s->reader;
	struct search q = { 0 };
	unsigned wanted;

	if (reader_space(r) && parse_criteria(r, &wanted) &&
	    reader_space(r) && search_charset(s) && reader_space(r) &&
	    search_parse(s, &q))
		sort(s, &q, wanted);
	search_free(&q);
}
