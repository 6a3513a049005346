/* selection.c - from a set to the messages it names */

#include <stdlib.h>
#include <string.h>

#include "imapd.h"

/* By UID: what is in the mailbox of each range. */
static size_t
by_uid(const struct session *s, size_t *index)
{
	size_t n = 0, i;

	for (size_t k = 0; k < s->set.n; k++)
		for (i = mailbox_find_uid(&s->box, s->set.r[k].from);
		    i < s->box.count && s->box.msg[i].uid <= s->set.r[k].to;
		    i++)
			index[n++] = i;
	return n;
}

static size_t
by_number(const struct session *s, size_t *index)
{
	size_t n = 0;

	for (size_t k = 0; k < s->set.n; k++)
		for (size_t i = s->set.r[k].from; i <= s->set.r[k].to &&
		    i <= s->box.count; i++)
			index[n++] = i - 1;
	return n;
}

/* At most so many messages are in the set. */
static size_t
most(const struct session *s, bool uids)
{
	const struct mailbox *box = &s->box;
	size_t n = 0, from, end;

	for (size_t k = 0; k < s->set.n; k++) {
		from = s->set.r[k].from;
		end = s->set.r[k].to;
		if (uids) {
			from = mailbox_find_uid(box, s->set.r[k].from);
			end = s->set.r[k].to == UINT32_MAX ? box->count :
			    mailbox_find_uid(box, s->set.r[k].to + 1);
		}
		n += end < from ? 0 : end - from + 1;
	}
	return n < box->count ? n : box->count;
}

/* The set that the client wrote, into s->set. */
static bool
parse_set(struct session *s, const struct text *set)
{
	const struct mailbox *box = &s->box;
	const char *why;
	uint32_t star;

	star = s->uid ? (box->count == 0 ? 0 : box->msg[box->count - 1].uid) :
	    (uint32_t)box->count;
	why = sequence_parse(&s->set, set, star);
	if (why != NULL)
		return reader_fail(&s->reader, why);
	/* RFC 9051 9, seq-number; of 1:* in an empty mailbox all is nothing. */
	if (!s->uid && s->set.r[s->set.n - 1].from > box->count &&
	    s->set.r[s->set.n - 1].to != UINT32_MAX)
		return reader_fail(&s->reader, "No message has that number");
	return true;
}

bool
selection_parse(struct session *s, struct selection *sel)
{
	struct text set;
	bool saved;

	*sel = (struct selection){ NULL, 0 };
	if (!reader_set(&s->reader, &set))
		return false;
	saved = text_is(&set, "$");
	s->set_open = memchr(set.s, '*', set.n) != NULL;
	if (!saved && !parse_set(s, &set))
		return false;
	if (saved && sequence_copy(&s->set, &s->saved) == -1)
		return reader_fail(&s->reader, "Out of memory");
	sel->index = malloc((most(s, s->uid || saved) + 1) *
	    sizeof *sel->index);
	if (sel->index == NULL)
		return reader_fail(&s->reader, "Out of memory");
	sel->n = (s->uid || saved ? by_uid : by_number)(s, sel->index);
	return true;
}

void
selection_free(struct selection *sel)
{
	free(sel->index);
	*sel = (struct selection){ NULL, 0 };
}
