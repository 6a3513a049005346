/* fetch_modifier.c - (CHANGEDSINCE 1 VANISHED PARTIAL 1:2) behind FETCH */

#include "condstore.h"
#include "fetch.h"

static bool
parse_one(struct session *s, struct fetch *f)
{
	struct reader *r = &s->reader;
	struct text t;

	if (!reader_word(r, &t))
		return false;
	if (text_is(&t, "CHANGEDSINCE")) {
		f->has_since = true;
		return condstore_parse(r, &f->since);
	}
	if (text_is(&t, "VANISHED")) {
		f->vanished = true;
		return (s->uid && (s->enabled & ENABLED_QRESYNC) != 0) ||
		    reader_fail(r, "VANISHED needs UID and QRESYNC");
	}
	if (!text_is(&t, "PARTIAL"))
		return reader_fail(r, "Unknown FETCH modifier");
	f->has_partial = true;
	return (s->uid || reader_fail(r, "PARTIAL needs UID")) &&
	    reader_space(r) && partial_parse(r, &f->partial);
}

bool
fetch_parse_modifiers(struct session *s, struct fetch *f)
{
	struct reader *r = &s->reader;

	f->has_since = f->vanished = f->has_partial = false;
	if (!reader_try(r, ' '))
		return r->wrong == NULL;
	if (!reader_char(r, '('))
		return false;
	do
		if (!parse_one(s, f))
			return false;
	while (reader_try(r, ' '));
	if (f->vanished && !f->has_since)
		return reader_fail(r, "VANISHED needs CHANGEDSINCE");
	return reader_char(r, ')');
}

/* RFC 9394 3.4: PARTIAL first, then CHANGEDSINCE. */
void
fetch_choose(struct session *s, const struct fetch *f, struct selection *sel)
{
	size_t first, n = 0;

	if (f->has_partial) {
		sel->n = partial_of(&f->partial, sel->n, &first);
		for (size_t i = 0; i < sel->n; i++)
			sel->index[i] = sel->index[first + i];
	}
	if (!f->has_since)
		return;
	mailbox_modseq_told(&s->box, f->since);
	/* What `*` was may be gone itself. */
	if (s->set_open && s->set.n > 0)
		s->set.r[s->set.n - 1].to = UINT32_MAX;
	if (f->vanished)
		condstore_vanished(s, f->since, &s->set);
	for (size_t i = 0; i < sel->n; i++)
		if (mail_modseq(&s->box, &s->box.msg[sel->index[i]]) >
		    f->since)
			sel->index[n++] = sel->index[i];
	sel->n = n;
}
