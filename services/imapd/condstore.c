/* condstore.c - what CONDSTORE adds to commands and responses */

#include <stdio.h>
#include <stdlib.h>

#include "condstore.h"

bool
condstore_is_on(const struct session *s)
{
	return (s->enabled & (ENABLED_CONDSTORE | ENABLED_QRESYNC)) != 0;
}

void
condstore_describe(struct session *s)
{
	uint64_t highest = mailbox_highest_modseq(&s->box);

	if (highest == 0)
		output_text(&s->out, "* OK [NOMODSEQ] No mod-sequences "
		    "here\r\n");
	else
		output_format(&s->out, "* OK [HIGHESTMODSEQ %llu] Highest\r\n",
		    (unsigned long long)highest);
}

void
condstore_enable(struct session *s)
{
	bool was_on = condstore_is_on(s);

	s->enabled |= ENABLED_CONDSTORE;
	if (!was_on && s->state == SELECTED)
		condstore_describe(s);
}

bool
condstore_parse(struct reader *r, uint64_t *modseq)
{
	return reader_space(r) && reader_number64(r, modseq);
}

void
condstore_send(struct session *s, const struct mail *m)
{
	if (condstore_is_on(s))
		output_format(&s->out, " MODSEQ (%llu)",
		    (unsigned long long)mail_modseq(&s->box, m));
}

const char *
condstore_code(struct session *s, char code[CONDSTORE_CODE])
{
	uint64_t highest = mailbox_highest_modseq(&s->box);

	code[0] = '\0';
	if (condstore_is_on(s) && highest > 0)
		snprintf(code, CONDSTORE_CODE, "[HIGHESTMODSEQ %llu] ",
		    (unsigned long long)highest);
	return code;
}

/* What both have, into both: q gains ranges, rising. */
static int
add_common(struct sequence *q, const struct uid_range *gone,
    const struct sequence *known)
{
	uint32_t from, to;

	if (known->n == 0)
		return sequence_add_range(q, gone->from, gone->to);
	for (size_t i = sequence_find(known, gone->from); i < known->n &&
	    known->r[i].from <= gone->to; i++) {
		from = known->r[i].from > gone->from ? known->r[i].from :
		    gone->from;
		to = known->r[i].to < gone->to ? known->r[i].to : gone->to;
		if (sequence_add_range(q, from, to) == -1)
			return -1;
	}
	return 0;
}

void
condstore_vanished(struct session *s, uint64_t since,
    const struct sequence *known)
{
	struct sequence q = { 0 };
	struct uid_range *gone = NULL;
	struct buf *b = &s->scratch;
	size_t n = 0;
	int status;

	status = mailbox_vanished(&s->box, since, &gone, &n);
	for (size_t i = 0; i < n && status == 0; i++)
		status = add_common(&q, &gone[i], known);
	buf_clear(b);
	if (status == 0 && q.n > 0 && sequence_write(&q, b) == 0) {
		output_text(&s->out, "* VANISHED (EARLIER) ");
		output_bytes(&s->out, b->s, b->len);
		output_text(&s->out, "\r\n");
	}
	sequence_free(&q);
	free(gone);
}
