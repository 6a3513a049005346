/*
 * sync.c - bringing a mailbox up to date, and numbering what arrived
 *
 * During a sync the array has two parts: the first `old` messages, which the
 * client may know and which keep their places, and behind them a tail of
 * newcomers.  Those come from the UID list (with a UID, perhaps without a
 * file) or from the directories (with a file, perhaps without a UID); only
 * those with both stay.
 */

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "io/log.h"
#include "mail/arrive.h"
#include "mail/index.h"
#include "mail/look.h"
#include "mail/mailbox.h"
#include "mail/order.h"
#include "mail/scan.h"

bool
mailbox_is_stale(struct mailbox *box)
{
	return look_changed(box) || uidlist_changed(&box->uids);
}

/* One record of the UID list: it numbers a file we know, or joins the tail. */
static int
take_record(struct mailbox *box, size_t old, const struct uid_record *rec)
{
	struct mail *m = table_find(box, rec->base, rec->base_len);

	/* The UID of a message that vanished once: it gets a new one. */
	if (m == NULL && old > 0 && rec->uid <= box->msg[old - 1].uid)
		return 0;
	if (m == NULL) {
		m = table_add(box, rec->base, rec->base_len);
		if (m == NULL)
			return -1;
	}
	if (m->uid == 0)
		m->uid = rec->uid;
	if (m->size == -1)
		m->size = rec->size;
	if (m->wire == -1)
		m->wire = rec->wire;
	return 0;
}

/* Read what is new in the UID list. */
static int
read_list(struct mailbox *box, size_t old)
{
	struct uidlist *list = &box->uids;
	struct uidlist_reader reader;
	struct uid_record rec;
	int n;

	if (table_ready(box) == -1 || uidlist_read(list, &reader) == -1)
		return -1;
	if (box->uidvalidity != 0 && list->uidvalidity != box->uidvalidity) {
		errno = ESTALE;
		return -1;
	}
	while ((n = uidlist_next(&reader, &rec)) == 1)
		if (take_record(box, old, &rec) == -1)
			return -1;
	return n;
}

/*
 * Drop the newcomers without a file, and put the others in order.  One that
 * is in the list may only have hidden from a scan of restless directories:
 * then the list must be read again, lest it be numbered twice.
 */
static int
sort_tail(struct mailbox *box, size_t old)
{
	struct mail *m = box->msg;
	size_t kept = old;
	bool moved = false;

	for (size_t i = old; i < box->count; i++) {
		if (m[i].seen == 0) {
			box->hidden |= m[i].uid != 0 && !box->settled;
			continue;
		}
		moved |= kept != i;
		m[kept++] = m[i];
	}
	box->count = kept;
	if (moved)
		table_rebuild(box);
	return order_tail(box, old);
}

/* The index of the first newcomer without a UID; count if there is none. */
static size_t
first_unnumbered(const struct mailbox *box, size_t old)
{
	size_t i = old;

	while (i < box->count && box->msg[i].uid != 0)
		i++;
	return i;
}

/* Write the UIDs of the messages from index `first` on into the list. */
static int
store_uids(struct mailbox *box, size_t first)
{
	struct uidlist_writer writer;
	struct uid_record rec = { .size = -1, .wire = -1 };
	const struct mail *m;

	if (uidlist_append(&box->uids, box->root, &writer) == -1)
		return -1;
	for (size_t i = first; i < box->count; i++) {
		m = &box->msg[i];
		rec.uid = box->uids.next + (uint32_t)(i - first);
		rec.base = m->base;
		rec.base_len = m->base_len;
		uidlist_put(&writer, &rec);
	}
	return uidlist_commit(&writer);
}

/*
 * Number the messages from index `first` on.  If the numbers cannot be stored
 * the user must still be able to read and to delete: they hold for this
 * session only, and the mailbox says so.
 */
static int
number(struct mailbox *box, size_t first)
{
	uint32_t uid = box->uids.next;

	if (box->count - first >= UINT32_MAX - uid) {
		errno = EOVERFLOW;
		return -1;
	}
	if (box->sticky && store_uids(box, first) == -1) {
		log_errno("cannot store the UIDs of new messages");
		box->sticky = false;
	}
	if (box->uids.uidvalidity == 0)
		box->uids.uidvalidity = (uint32_t)time(NULL);
	else if (box->sticky)
		uid = box->uids.last + 1 - (uint32_t)(box->count - first);
	for (size_t i = first; i < box->count; i++)
		box->msg[i].uid = uid++;
	if (uid > box->uids.next)
		box->uids.next = uid;
	return 0;
}

/*
 * With the lock held nobody else gives out UIDs.  What others recorded since
 * we last read the list must be looked for before anything is numbered.
 */
static int
number_locked(struct mailbox *box, size_t old)
{
	size_t count = box->count, first;
	int undone = arrive_recover(box);

	if (undone == -1 || read_list(box, old) == -1)
		return -1;
	if ((undone == 1 || box->count != count) && look_around(box, old) == -1)
		return -1;
	if (sort_tail(box, old) == -1)
		return -1;
	first = first_unnumbered(box, old);
	if (first == box->count && box->uids.uidvalidity != 0)
		return 0;
	return number(box, first);
}

static int
number_tail(struct mailbox *box, size_t old)
{
	bool locked = uidlist_lock(&box->uids) == 0;
	int status, saved;

	if (!locked && box->sticky) {
		if (errno == ETIMEDOUT)
			return -1;
		log_errno("cannot lock the UID list");
		box->sticky = false;
	}
	if (!locked)
		return number(box, first_unnumbered(box, old));
	status = number_locked(box, old);
	saved = errno;
	uidlist_unlock(&box->uids);
	errno = saved;
	return status;
}

/*
 * Move what is in new/ to cur/: then it is ours, and \Recent for nobody else.
 * What cannot be moved is served from where it is.
 */
static void
own_new(struct mailbox *box)
{
	char old[MAILDIR_NAME_SIZE], new[MAILDIR_NAME_SIZE];
	struct maildir_name parts;

	for (size_t i = 0; i < box->count; i++) {
		struct mail *m = &box->msg[i];

		if ((m->state & (MSG_NEW | MSG_GONE)) != MSG_NEW)
			continue;
		m->state |= box->mode == MAILBOX_READ ? MSG_RECENT : 0;
		if (box->mode == MAILBOX_READ)
			continue;
		mail_name(m, old);
		if (maildir_name_make(new, old, m->flags, m->keywords) == -1)
			strcpy(new, old);	/* no room for ":2," */
		look_before(box);
		if (renameat(box->dir.new, old, box->dir.cur, new) == -1) {
			m->state |= errno == ENOENT ? 0 : MSG_RECENT;
			continue;
		}
		look_after(box, true, old, new);
		m->state |= MSG_RECENT;
		maildir_name_parse(new, &parts);
		if (look_rename(box, m, new, &parts, false) == -1)
			box->settled = false;
	}
}

/* Those of the old messages that have no file any more. */
static void
mark_gone(struct mailbox *box, size_t old)
{
	for (size_t i = 0; i < old; i++)
		if (box->msg[i].seen == 0)
			look_gone(box, &box->msg[i]);
}

/* Undo the tail: its UIDs are not known, so nobody can be told of it. */
static void
forget_tail(struct mailbox *box, size_t old)
{
	int saved = errno;

	box->count = old;
	table_rebuild(box);
	uidlist_free(&box->uids);
	index_free(&box->index);
	box->settled = false;
	errno = saved;
}

/* All the steps that may fail; the tail then holds what arrived. */
static int
update(struct mailbox *box, size_t old)
{
	size_t listed;

	if (keywords_read(&box->keywords, box->dir.folder) == -1 ||
	    read_list(box, old) == -1)
		return -1;
	listed = box->count;
	if (!look_changed(box) && listed == old)
		return 0;
	if (look_around(box, old) == -1)
		return -1;
	if (sort_tail(box, old) == -1)
		return -1;
	if ((first_unnumbered(box, old) < box->count ||
	    box->uids.uidvalidity == 0) && number_tail(box, old) == -1)
		return -1;
	mark_gone(box, old);
	return 0;
}

/* Is there an index of how things are? */
static bool
load(struct mailbox *box)
{
	modseq_before_scan(box);
	return index_load(box);
}

int
mailbox_sync(struct mailbox *box, struct mailbox_news *news)
{
	size_t old = box->count;
	bool looked;

	*news = (struct mailbox_news){ 0 };
	if (old == 0 && box->mode == MAILBOX_WRITE)
		scan_clean_tmp(box->dir.tmp);
	looked = box->uids.fd != -1 || old > 0 ? false : load(box);
	if (looked && keywords_read(&box->keywords, box->dir.folder) == -1) {
		forget_tail(box, old);
		return -1;
	}
	if (!looked && mailbox_is_stale(box)) {
		box->index.current = false;
		modseq_before_scan(box);
		if (update(box, old) == -1) {
			forget_tail(box, old);
			return -1;
		}
		own_new(box);
		looked = true;
	}
	if (box->hidden)
		uidlist_free(&box->uids);
	box->hidden = false;
	box->uidvalidity = box->uids.uidvalidity;
	box->uidnext = box->uids.next;
	if (looked) {
		box->version++;
		modseq_after_scan(box);
	} else {
		mailbox_record_changes(box);
	}
	news->arrived = box->count - old;
	news->vanished = box->gone;
	news->changed = box->changed;
	box->changed = 0;
	return 0;
}

void
mailbox_may_watch(struct mailbox *box, const char *path)
{
	box->path = path;
}

int
mailbox_watch(struct mailbox *box)
{
	look_watch(box);
	return box->watch.fd;
}

void
mailbox_unwatch(struct mailbox *box)
{
	if (box->watch.fd == -1)
		return;
	/* Without the watch, times of just now would not tell enough. */
	if (!look_at_rest(box))
		box->settled = false;
	watch_close(&box->watch);
}
