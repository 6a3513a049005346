/* modseq.c - what is known of when messages changed, and questions about it */

#include <stdlib.h>
#include <string.h>

#include "mail/mailbox.h"
#include "mail/modseq.h"

/* The index of the first entry whose UID is uid or more. */
static size_t
place(const struct modseq *q, uint32_t uid)
{
	size_t low = 0, high = q->count, mid;

	if (high == 0 || q->entry[high - 1].uid < uid)
		return high;
	while (low < high) {
		mid = low + (high - low) / 2;
		if (q->entry[mid].uid < uid)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

struct modseq_record *
modseq_find(const struct modseq *q, uint32_t uid)
{
	size_t i = place(q, uid);

	return i < q->count && q->entry[i].uid == uid ? &q->entry[i] : NULL;
}

bool
modseq_insert(struct modseq *q, const struct modseq_record *r)
{
	size_t i = place(q, r->uid), room;
	struct modseq_record *more;

	if (i < q->count && q->entry[i].uid == r->uid) {
		q->gone -= q->entry[i].kind == MODSEQ_GONE;
	} else {
		if (q->count == q->room) {
			room = q->room == 0 ? 256 : q->room * 2;
			more = realloc(q->entry, room * sizeof *more);
			if (more == NULL)
				return false;
			q->entry = more;
			q->room = room;
		}
		if (i < q->count)
			memmove(q->entry + i + 1, q->entry + i,
			    (q->count - i) * sizeof *q->entry);
		q->count++;
	}
	q->entry[i] = *r;
	q->gone += r->kind == MODSEQ_GONE;
	return true;
}

void
modseq_close(struct mailbox *box)
{
	modseq_forget(&box->modseq);
	free(box->modseq.entry);
	box->modseq = (struct modseq){ .fd = -1 };
}

void
mailbox_keep_modseqs(struct mailbox *box)
{
	box->modseq.on = true;
}

uint64_t
mailbox_highest_modseq(const struct mailbox *box)
{
	return box->modseq.on && box->sticky ? box->modseq.highest : 0;
}

uint64_t
mail_modseq(const struct mailbox *box, const struct mail *m)
{
	const struct modseq_record *r = modseq_find(&box->modseq, m->uid);

	if (mailbox_highest_modseq(box) == 0)
		return 0;
	return r == NULL ? box->modseq.highest : r->modseq;
}

/* --- what went ------------------------------------------------------------ */

struct ranges {
	struct uid_range	*r;
	size_t			 n, room;
};

static bool
add_range(struct ranges *l, uint32_t from, uint32_t to)
{
	size_t room = l->room == 0 ? 64 : l->room * 2;
	struct uid_range *more;

	if (l->n > 0 && l->r[l->n - 1].to + 1 == from) {
		l->r[l->n - 1].to = to;
		return true;
	}
	if (l->n == l->room) {
		more = realloc(l->r, room * sizeof *more);
		if (more == NULL)
			return false;
		l->r = more;
		l->room = room;
	}
	l->r[l->n++] = (struct uid_range){ from, to };
	return true;
}

/* All UIDs that were ever given out and are not there. */
static bool
add_missing(struct ranges *l, const struct mailbox *box)
{
	uint32_t next = 1;

	for (size_t i = 0; i < box->count; i++) {
		const struct mail *m = &box->msg[i];

		if ((m->state & MSG_GONE) != 0)
			continue;
		if (m->uid > next && !add_range(l, next, m->uid - 1))
			return false;
		next = m->uid + 1;
	}
	return next >= box->uidnext ||
	    add_range(l, next, box->uidnext - 1);
}

static bool
add_gone(struct ranges *l, const struct modseq *q, uint64_t since)
{
	for (size_t i = 0; i < q->count; i++)
		if (q->entry[i].kind == MODSEQ_GONE &&
		    q->entry[i].modseq > since &&
		    !add_range(l, q->entry[i].uid, q->entry[i].uid))
			return false;
	return true;
}

int
mailbox_vanished(const struct mailbox *box, uint64_t since,
    struct uid_range **ranges, size_t *n)
{
	struct ranges l = { NULL, 0, 0 };
	bool done = mailbox_highest_modseq(box) == 0 ||
	    since < box->modseq.floor ? add_missing(&l, box) :
	    add_gone(&l, &box->modseq, since);

	if (!done) {
		free(l.r);
		return -1;
	}
	*ranges = l.r;
	*n = l.n;
	return 0;
}
