/* modseq_record.c - comparing a mailbox with the log of its changes */

#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "io/log.h"
#include "mail/mailbox.h"
#include "mail/modseq.h"

enum {
	GONE_KEPT = 10000,	/* messages that went and are remembered */
	GAP_MAX = 10000,	/* UIDs to be recorded one by one */
	FLUSHED = 60,		/* seconds: syncing costs nothing any more */
	DAY = 86400
};

/* Records of one change, gathered for one write. */
struct batch {
	struct mailbox		*box;
	uint64_t		 modseq;	/* of all of them */
	struct modseq_record	*r;
	size_t			 n, room;
	bool			 failed;	/* no memory */
};

/*
 * Write them, and free them.  Without memory for some the numbers cannot be
 * right, so there are none.
 */
static void
flush(struct batch *b)
{
	if (b->failed) {
		log_line("no memory for mod-sequences");
		b->box->modseq.on = false;
	} else if (b->n > 0) {
		modseq_append(b->box, b->r, b->n);
	}
	free(b->r);
}

/* m NULL: it is gone. */
static void
add(struct batch *b, uint32_t uid, const struct mail *m)
{
	size_t room = b->room == 0 ? 16 : b->room * 2;
	struct modseq_record *more;

	if (b->n == b->room) {
		more = realloc(b->r, room * sizeof *more);
		b->failed |= more == NULL;
		if (more == NULL)
			return;
		b->r = more;
		b->room = room;
	}
	if (b->modseq == 0)
		b->modseq = modseq_next(&b->box->modseq);
	b->r[b->n++] = (struct modseq_record){ .modseq = b->modseq,
	    .uid = uid, .kind = m == NULL ? MODSEQ_GONE : MODSEQ_LIVE,
	    .flags = m == NULL ? 0 : m->flags,
	    .keywords = m == NULL ? 0 : m->keywords };
}

static bool
says(const struct modseq_record *r, const struct mail *m)
{
	return r->kind == MODSEQ_LIVE && r->flags == m->flags &&
	    r->keywords == m->keywords;
}

static int
by_modseq(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

/* Too many are remembered that went: the older ones are forgotten. */
static void
forget_gone(struct modseq *q)
{
	uint64_t *all;
	size_t n = 0;

	if (q->gone <= 2 * GONE_KEPT ||
	    (all = malloc(q->gone * sizeof *all)) == NULL)
		return;
	for (size_t i = 0; i < q->count; i++)
		if (q->entry[i].kind == MODSEQ_GONE)
			all[n++] = q->entry[i].modseq;
	qsort(all, n, sizeof *all, by_modseq);
	q->floor = all[n - GONE_KEPT - 1];
	free(all);
	n = 0;
	for (size_t i = 0; i < q->count; i++)
		if (q->entry[i].kind != MODSEQ_GONE ||
		    q->entry[i].modseq > q->floor)
			q->entry[n++] = q->entry[i];
	q->gone -= q->count - n;
	q->count = n;
}

static void
tidy(struct mailbox *box)
{
	struct modseq *q = &box->modseq;

	if (q->records <= 2 * q->count + 1000 && q->gone <= 2 * GONE_KEPT)
		return;
	forget_gone(q);
	modseq_rewrite(box);
}

/* All messages have changed now, and what went before is not known. */
static void
restart(struct mailbox *box)
{
	struct modseq *q = &box->modseq;
	struct modseq_record r = { .kind = MODSEQ_LIVE };

	r.modseq = q->floor = q->highest = modseq_next(q);
	q->count = q->gone = 0;
	for (size_t i = 0; i < box->count; i++) {
		const struct mail *m = &box->msg[i];

		if ((m->state & MSG_GONE) != 0)
			continue;
		r.uid = m->uid;
		r.flags = m->flags;
		r.keywords = m->keywords;
		if (!modseq_insert(q, &r))
			break;
	}
	modseq_rewrite(box);
}

/* --- comparing ------------------------------------------------------------ */

/* UIDs that were given out behind the last of the log, and have gone. */
static bool
record_gap(struct batch *b, uint32_t last)
{
	const struct mailbox *box = b->box;
	size_t i = mailbox_find_uid(box, last + 1);

	if (box->uids.next - last > GAP_MAX + (box->count - i))
		return false;
	for (uint32_t uid = last + 1; uid < box->uids.next; uid++)
		if (i < box->count && box->msg[i].uid == uid)
			i++;
		else
			add(b, uid, NULL);
	return true;
}

/*
 * One message and what the log says of it; either may be missing.  What
 * somebody recorded after our scan began he may know better.
 */
static void
compare(struct batch *b, const struct mail *m, const struct modseq_record *r)
{
	struct mailbox *box = b->box;
	bool gone = m == NULL || (m->state & MSG_GONE) != 0;

	if (r == NULL) {
		if (!gone)
			add(b, m->uid, m);
	} else if ((gone ? r->kind == MODSEQ_GONE : says(r, m)) ||
	    (r->modseq > box->modseq.sure && m == NULL)) {
		;
	} else if (r->modseq > box->modseq.sure && !gone) {
		box->settled = false;
	} else {
		add(b, r->uid, gone ? NULL : m);
	}
}

/* Both are sorted by UID. */
static void
compare_all(struct batch *b)
{
	const struct mailbox *box = b->box;
	const struct modseq *q = &box->modseq;
	const struct modseq_record *r;
	const struct mail *m;
	size_t i = 0, j = 0;

	while (i < box->count || j < q->count) {
		m = i < box->count ? &box->msg[i] : NULL;
		r = j < q->count ? &q->entry[j] : NULL;
		if (m != NULL && r != NULL && m->uid != r->uid) {
			if (m->uid < r->uid)
				r = NULL;
			else
				m = NULL;
		}
		compare(b, m, r);
		i += m != NULL;
		j += r != NULL;
	}
}

/* All that we changed is recorded now. */
static void
forget_touched(struct mailbox *box)
{
	size_t i = mailbox_find_uid(box, box->touched_from);

	for (; i < box->count && box->msg[i].uid <= box->touched_to; i++)
		box->msg[i].state &= (uint8_t)~MSG_TOUCHED;
	box->touched_from = box->touched_to = 0;
}

static void
compare_locked(struct mailbox *box)
{
	struct modseq *q = &box->modseq;
	struct batch b = { .box = box };
	uint32_t last;

	forget_touched(box);
	if (!modseq_read(box, true)) {
		restart(box);
		return;
	}
	last = q->count == 0 ? box->uids.next - 1 :
	    q->entry[q->count - 1].uid;
	compare_all(&b);
	if (last < box->uids.next && !record_gap(&b, last)) {
		free(b.r);
		restart(box);
		return;
	}
	flush(&b);
	tidy(box);
}

/* --- when ----------------------------------------------------------------- */

/* False: there are no numbers now, or somebody else is at them. */
static bool
begin(struct mailbox *box)
{
	if (!box->modseq.on || !box->sticky)
		return false;
	if (modseq_lock(box))
		return true;
	log_line("somebody keeps the lock of labnet.modseq");
	box->settled = false;
	return false;
}

void
modseq_before_scan(struct mailbox *box)
{
	if (!box->modseq.on)
		return;
	(void)modseq_read(box, false);
	box->modseq.sure = box->modseq.highest;
}

void
modseq_after_scan(struct mailbox *box)
{
	struct modseq *q = &box->modseq;

	if (!begin(box))
		return;
	compare_locked(box);
	if (!q->synced && !q->lost &&
	    time(NULL) - q->seen.st_mtime > FLUSHED)
		modseq_sync(box);
	modseq_unlock(box);
}

void
modseq_touched(struct mailbox *box, struct mail *m)
{
	if (!box->modseq.on)
		return;
	m->state |= MSG_TOUCHED;
	if (box->touched_from == 0 || m->uid < box->touched_from)
		box->touched_from = m->uid;
	if (m->uid > box->touched_to)
		box->touched_to = m->uid;
}

void
modseq_expunged(struct mailbox *box, const size_t *which, size_t n)
{
	struct batch b = { .box = box };
	const struct modseq_record *r;

	if (n == 0 || !begin(box))
		return;
	if (!modseq_read(box, true)) {
		restart(box);
	} else {
		for (size_t i = 0; i < n; i++) {
			r = modseq_find(&box->modseq, box->msg[which[i]].uid);
			if ((box->msg[which[i]].state & MSG_GONE) != 0 &&
			    r != NULL && r->kind == MODSEQ_LIVE)
				add(&b, r->uid, NULL);
		}
		flush(&b);
		tidy(box);
	}
	modseq_unlock(box);
}

/* Is the file where we think?  Then nobody changed it after us. */
static bool
is_there(const struct mailbox *box, const struct mail *m)
{
	char name[MAILDIR_NAME_SIZE];

	mail_name(m, name);
	return faccessat((m->state & MSG_NEW) != 0 ? box->dir.new :
	    box->dir.cur, name, F_OK, 0) == 0;
}

/* A message that we changed. */
static void
record_one(struct batch *b, const struct mail *m)
{
	struct mailbox *box = b->box;
	const struct modseq_record *r = modseq_find(&box->modseq, m->uid);

	if ((m->state & MSG_GONE) != 0 || (r != NULL && says(r, m)))
		return;
	if (r != NULL && r->modseq > box->modseq.sure && !is_there(box, m))
		box->settled = false;
	else
		add(b, m->uid, m);
}

static void
record_touched(struct batch *b)
{
	const struct mailbox *box = b->box;
	size_t i = mailbox_find_uid(box, box->touched_from);

	for (; i < box->count && box->msg[i].uid <= box->touched_to; i++)
		if ((box->msg[i].state & MSG_TOUCHED) != 0)
			record_one(b, &box->msg[i]);
}

void
mailbox_record_changes(struct mailbox *box)
{
	struct batch b = { .box = box };

	if (box->touched_from == 0 || !begin(box))
		return;
	if (!modseq_read(box, true)) {
		restart(box);
	} else {
		record_touched(&b);
		flush(&b);
		tidy(box);
	}
	forget_touched(box);
	modseq_unlock(box);
}

void
mailbox_modseq_told(struct mailbox *box, uint64_t modseq)
{
	struct modseq *q = &box->modseq;

	if (!q->on || modseq <= q->highest || modseq > modseq_next(q) +
	    (uint64_t)DAY * 1000000 || !begin(box))
		return;
	if (!modseq_read(box, true) || modseq > q->highest) {
		q->highest = modseq;
		restart(box);
	}
	modseq_unlock(box);
}

void
mailbox_secure(struct mailbox *box)
{
	if (box->modseq.fd == -1 || box->modseq.synced || !begin(box))
		return;
	if (modseq_read(box, true))
		modseq_sync(box);
	modseq_unlock(box);
}
