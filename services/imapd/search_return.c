/* search_return.c - RETURN (...) of SEARCH, and its answer */

#include <stdlib.h>

#include "search_return.h"

/* --- parsing -------------------------------------------------------------- */

/* What may follow UPDATE; a blank alone belongs to the next option. */
static bool
parse_attributes(struct reader *r, struct search_return *w)
{
	const size_t at = r->at;

	if (!reader_try(r, ' ') || reader_peek(r) != '(') {
		if (r->wrong == NULL)
			r->at = at;
		return r->wrong == NULL;
	}
	if (w->attributes != NULL)
		return reader_fail(r, "UPDATE twice");
	w->attributes = malloc(sizeof *w->attributes);
	if (w->attributes == NULL)
		return reader_fail(r, "Out of memory");
	w->attributes->has_since = false;
	return fetch_parse(r, w->attributes);
}

static bool
parse_option(struct reader *r, struct search_return *w)
{
	static const struct {
		const char	*name;
		unsigned	 bit;
	} words[] = {
		{ "MIN", RETURN_MIN }, { "MAX", RETURN_MAX },
		{ "COUNT", RETURN_COUNT }, { "ALL", RETURN_ALL },
		{ "SAVE", RETURN_SAVE }, { "PARTIAL", RETURN_PARTIAL },
		{ "CONTEXT", RETURN_CONTEXT }, { "UPDATE", RETURN_UPDATE },
	};
	unsigned bit = 0;
	struct text t;

	if (!reader_atom(r, &t))
		return false;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (text_is(&t, words[i].name))
			bit = words[i].bit;
	if (bit == 0)
		return reader_fail(r, "Unknown search result");
	if (bit == RETURN_PARTIAL && ((w->wanted & RETURN_PARTIAL) != 0 ||
	    !reader_space(r) || !partial_parse(r, &w->partial)))
		return reader_fail(r, "PARTIAL twice");
	if (bit == RETURN_UPDATE && !parse_attributes(r, w))
		return false;
	w->wanted |= bit;
	if ((w->wanted & (RETURN_ALL | RETURN_PARTIAL)) ==
	    (RETURN_ALL | RETURN_PARTIAL))
		return reader_fail(r, "Both ALL and PARTIAL");
	return true;
}

static bool
parse_options(struct reader *r, struct search_return *w)
{
	w->wanted = RETURN_EXTENDED;
	if (!reader_char(r, '('))
		return false;
	while (!reader_try(r, ')'))
		if ((w->wanted != RETURN_EXTENDED && !reader_space(r)) ||
		    !parse_option(r, w))
			return false;
	if ((w->wanted & ~(unsigned)RETURN_CONTEXT) == RETURN_EXTENDED)
		w->wanted |= RETURN_ALL;
	return true;
}

bool
search_return_parse(struct session *s, struct search_return *w)
{
	struct reader *r = &s->reader;
	size_t at = r->at;
	struct text t;

	*w = (struct search_return){ .wanted = 0 };
	if ((reader_peek(r) | 0x20) != 'r')
		return true;
	if (!reader_atom(r, &t))
		return false;
	if (!text_is(&t, "RETURN")) {
		r->at = at;
		return true;
	}
	return reader_space(r) && parse_options(r, w) && reader_space(r);
}

void
search_return_end(struct session *s, struct search_return *w)
{
	if ((w->wanted & RETURN_SAVE) != 0 && s->result == RESULT_NO)
		sequence_clear(&s->saved);
	free(w->attributes);
	w->attributes = NULL;
}

/* --- sending -------------------------------------------------------------- */

/* * SEARCH 2 84 882 (MODSEQ 917162500) */
static void
send_plain(struct session *s, const struct found *f, const char *word)
{
	output_text(&s->out, "* ");
	output_text(&s->out, word);
	for (size_t i = 0; i < f->shown.n; i++)
		for (uint32_t n = f->shown.r[i].from; ; n++) {
			output_text(&s->out, " ");
			output_number(&s->out, n);
			if (n == f->shown.r[i].to)
				break;
		}
	if (f->modseq > 0 && f->n > 0)
		output_format(&s->out, " (MODSEQ %llu)",
		    (unsigned long long)f->modseq);
	output_text(&s->out, "\r\n");
}

static void
send_set(struct session *s, const struct sequence *q)
{
	buf_clear(&s->scratch);
	if (sequence_write(q, &s->scratch) == 0)
		output_bytes(&s->out, s->scratch.s, s->scratch.len);
}

/* count of the numbers of q, from the first one on. */
static int
cut(struct sequence *to, const struct sequence *q, size_t first, size_t count)
{
	uint32_t from;
	size_t n, here;
	int status = 0;

	for (size_t i = 0; i < q->n && count > 0 && status == 0; i++) {
		n = (size_t)(q->r[i].to - q->r[i].from) + 1;
		if (first >= n) {
			first -= n;
			continue;
		}
		here = n - first < count ? n - first : count;
		from = q->r[i].from + (uint32_t)first;
		status = sequence_add_range(to, from,
		    from + (uint32_t)(here - 1));
		first = 0;
		count -= here;
	}
	return status;
}

/* PARTIAL (-1:-100 23665:23764) */
static void
send_partial(struct session *s, const struct search_return *w,
    const struct found *f)
{
	const char *minus = w->partial.from_end ? "-" : "";
	struct sequence some = { 0 };
	size_t first, n = partial_of(&w->partial, f->n, &first);

	output_format(&s->out, " PARTIAL (%s%u:%s%u ", minus, w->partial.from,
	    minus, w->partial.to);
	if (n > 0 && cut(&some, &f->shown, first, n) == 0)
		send_set(s, &some);
	else
		output_text(&s->out, "NIL");
	output_text(&s->out, ")");
	sequence_free(&some);
}

static uint64_t
modseq_of(const struct session *s, uint32_t uid)
{
	size_t i = mailbox_find_uid(&s->box, uid);

	return i < s->box.count ? mail_modseq(&s->box, &s->box.msg[i]) : 0;
}

/* RFC 4731 3.2: that of MIN and MAX, if nothing more is told. */
static uint64_t
shown_modseq(const struct session *s, const struct search_return *w,
    const struct found *f)
{
	uint64_t min = 0, max = 0;

	if ((w->wanted & (RETURN_ALL | RETURN_COUNT | RETURN_PARTIAL)) != 0 ||
	    (w->wanted & (RETURN_MIN | RETURN_MAX)) == 0)
		return f->modseq;
	if ((w->wanted & RETURN_MIN) != 0)
		min = modseq_of(s, f->uids.r[0].from);
	if ((w->wanted & RETURN_MAX) != 0)
		max = modseq_of(s, f->uids.r[f->uids.n - 1].to);
	return min > max ? min : max;
}

/* * ESEARCH (TAG "a") UID COUNT 3 ALL 2,84,882 */
static void
send_extended(struct session *s, const struct search_return *w,
    const struct found *f)
{
	const struct sequence *q = &f->shown;

	if ((w->wanted & ~(unsigned)(RETURN_EXTENDED | RETURN_SAVE |
	    RETURN_CONTEXT | RETURN_UPDATE)) == 0)
		return;
	output_format(&s->out, "* ESEARCH (TAG \"%s\")%s", s->tag,
	    s->uid ? " UID" : "");
	if ((w->wanted & RETURN_MIN) != 0 && f->n > 0)
		output_format(&s->out, " MIN %u", q->r[0].from);
	if ((w->wanted & RETURN_MAX) != 0 && f->n > 0)
		output_format(&s->out, " MAX %u", q->r[q->n - 1].to);
	if ((w->wanted & RETURN_COUNT) != 0)
		output_format(&s->out, " COUNT %zu", f->n);
	if ((w->wanted & RETURN_ALL) != 0 && f->n > 0) {
		output_text(&s->out, " ALL ");
		send_set(s, q);
	}
	if ((w->wanted & RETURN_PARTIAL) != 0)
		send_partial(s, w, f);
	if (f->modseq > 0 && f->n > 0)
		output_format(&s->out, " MODSEQ %llu",
		    (unsigned long long)shown_modseq(s, w, f));
	output_text(&s->out, "\r\n");
}

/* --- saving --------------------------------------------------------------- */

/*
 * RFC 5182 2.1, RFC 9394 3.2: what `$` means from now on.  SORT, and PARTIAL
 * with MIN and MAX, may name messages in any order, so the set is sorted.
 */
static void
save(struct session *s, const struct search_return *w, const struct found *f)
{
	struct sequence *q = &s->saved;
	size_t first, n;

	sequence_clear(q);
	if (f->n == 0)
		return;
	if ((w->wanted & (RETURN_ALL | RETURN_COUNT)) != 0 ||
	    (w->wanted & (RETURN_MIN | RETURN_MAX | RETURN_PARTIAL)) == 0) {
		(void)sequence_copy(q, &f->uids);
		sequence_sort(q);
		return;
	}
	if ((w->wanted & RETURN_PARTIAL) != 0) {
		n = partial_of(&w->partial, f->n, &first);
		(void)cut(q, &f->uids, first, n);
	}
	if ((w->wanted & RETURN_MIN) != 0)
		(void)sequence_add(q, f->uids.r[0].from);
	if ((w->wanted & RETURN_MAX) != 0)
		(void)sequence_add(q, f->uids.r[f->uids.n - 1].to);
	sequence_sort(q);
}

void
search_return_send(struct session *s, const struct search_return *w,
    const struct found *f, const char *word)
{
	if (w->wanted == 0)
		send_plain(s, f, word);
	else
		send_extended(s, w, f);
	if ((w->wanted & RETURN_SAVE) != 0)
		save(s, w, f);
}

/* --- gathering ------------------------------------------------------------ */

struct found
found_none(const struct search_return *w, const struct search *q)
{
	return (struct found){ .needs_uids = q->modseq ||
	    (w->wanted & (RETURN_SAVE | RETURN_UPDATE)) != 0 };
}

int
found_add(const struct session *s, struct found *f, const struct search *q,
    size_t index)
{
	const struct mail *m = &s->box.msg[index];
	uint64_t modseq = q->modseq ? mail_modseq(&s->box, m) : 0;

	f->n++;
	if (modseq > f->modseq)
		f->modseq = modseq;
	return f->needs_uids && sequence_add(&f->uids, m->uid) == -1 ? -1 :
	    sequence_add(&f->shown, s->uid ? m->uid : (uint32_t)index + 1);
}

void
found_free(struct found *f)
{
	sequence_free(&f->shown);
	sequence_free(&f->uids);
}
