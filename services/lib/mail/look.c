/*
 * look.c - which files a mailbox has, while others change it
 *
 * A directory that others rename in while it is read may show a file twice,
 * or not at all.  So a message counts as gone only when a scan did not see
 * it during which the directories certainly stood still.  Where others never
 * keep still, what none of many scans has seen is gone.
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "mail/look.h"
#include "mail/mailbox.h"
#include "mail/scan.h"

enum {
	SCANS = 12,		/* tries to find directories standing still */
	TICK = 20000000,	/* ns: more than a file time's step */
	FEW = 8,		/* so many changes in a row, of so few messages
				   each, are no cheaper to follow than to scan
				   for ... */
	MANY = 256		/* ... nor are these */
};
#define AHEAD	INT64_C(60000000000)	/* ns: more than a scan takes */

/* What one scan may do besides looking. */
struct pass {
	size_t	old;		/* messages before this sync */
	uint8_t	number;		/* from 1 on */
	bool	add;		/* take in what is not known */
	bool	trust_new;	/* a message known in cur/ may be in new/ */
	bool	doubted;	/* one was there, and it was not believed */
	bool	still;		/* nothing changed while it ran */
};

/* What it did not see is not there. */
static bool
is_sure(const struct pass *pass)
{
	return pass->still && !pass->doubted;
}

static bool
same_time(struct timespec a, struct timespec b)
{
	return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

/* When the two directories last changed. */
int
look_times(const struct mailbox *box, struct timespec *new,
    struct timespec *cur)
{
	struct stat st;

	if (fstat(box->dir.new, &st) == -1)
		return -1;
	*new = st.st_mtim;
	if (fstat(box->dir.cur, &st) == -1)
		return -1;
	*cur = st.st_mtim;
	return 0;
}

/*
 * So long ago that a change from now on would show another time?  Or so far
 * ahead: then the clock was set back.
 */
static bool
is_past(struct timespec t)
{
	struct timespec now;
	int64_t age;

	clock_gettime(CLOCK_REALTIME, &now);
	age = (now.tv_sec - t.tv_sec) * INT64_C(1000000000) +
	    (now.tv_nsec - t.tv_nsec);
	return age > TICK || age < -AHEAD;
}

/* Are the times other than those noted?  Then they are noted. */
static bool
times_differ(struct mailbox *box)
{
	const struct timespec new = box->new_time, cur = box->cur_time;

	return look_times(box, &box->new_time, &box->cur_time) == -1 ||
	    !same_time(new, box->new_time) || !same_time(cur, box->cur_time);
}

bool
look_changed(struct mailbox *box)
{
	bool ours = box->own_changes > 0;

	if (!box->settled)
		return true;
	box->settled = !times_differ(box) || ours;
	box->own_changes = 0;
	/* Behind the times, so that these are of what is known. */
	if (box->watch.fd != -1 && watch_disturbed(&box->watch))
		box->settled = false;
	return !box->settled;
}

/*
 * Wait until who is changing the directory is done: reading it takes its
 * lock, under which the time is set and the event is told.
 */
static void
let_finish(int fd)
{
	uint64_t entries[ENTRY_MOST / sizeof(uint64_t)];

	/* Not at its end: on ext4 one cannot go back to the start then. */
	if (lseek(fd, 0, SEEK_SET) == 0)
		(void)entries_read(fd, entries, sizeof entries);
}

bool
look_at_rest(struct mailbox *box)
{
	if (look_changed(box))
		return false;
	if (box->watch.fd == -1)
		return true;
	if (!is_past(box->new_time) || !is_past(box->cur_time))
		return false;
	let_finish(box->dir.new);
	let_finish(box->dir.cur);
	return !look_changed(box);
}

void
look_watch(struct mailbox *box)
{
	if (box->watch.fd == -1 && box->path != NULL)
		watch_open(&box->watch, &box->dir, box->path, box->name);
}

void
look_before(struct mailbox *box)
{
	if (!box->settled || box->watch.fd != -1)
		return;
	look_watch(box);
	if (box->watch.fd != -1 && look_changed(box))
		watch_close(&box->watch);
}

void
look_after(struct mailbox *box, bool in_new, const char *old,
    const char *new)
{
	const size_t many = FEW + box->count / FEW;

	box->index.current = false;
	if (++box->own_changes > (many < MANY ? many : MANY))
		watch_close(&box->watch);
	if (box->watch.fd == -1)
		box->settled = false;
	else if (new == NULL)
		watch_removed(&box->watch, in_new, old);
	else
		watch_renamed(&box->watch, in_new, old, new);
}

void
look_gone(struct mailbox *box, struct mail *m)
{
	if ((m->state & MSG_GONE) == 0)
		box->gone++;
	box->version++;
	m->state |= MSG_GONE;
}

int
look_rename(struct mailbox *box, struct mail *m, const char *name,
    const struct maildir_name *parts, bool in_new)
{
	bool odd = in_new ? name[parts->base] != '\0' : !parts->plain;
	bool was_odd = (m->state & MSG_ODD) != 0;
	const char *copy;

	if (odd && (!was_odd || strcmp(m->base, name) != 0)) {
		copy = table_keep(box, name, strlen(name));
		if (copy == NULL)
			return -1;
		m->base = copy;
		m->unsaved |= UNSAVED_ALL;
	}
	if (was_odd && !odd)
		m->unsaved |= UNSAVED_ALL;
	if (m->flags != parts->flags || m->keywords != parts->keywords)
		m->unsaved |= UNSAVED_FLAGS;
	m->state &= (uint8_t)~(MSG_ODD | MSG_NEW);
	m->state |= (uint8_t)((odd ? MSG_ODD : 0) | (in_new ? MSG_NEW : 0));
	box->version++;
	m->flags = (uint8_t)parts->flags;
	m->keywords = parts->keywords;
	return 0;
}

/* A file was seen: note what its name says. */
static int
sight(struct mailbox *box, struct pass *pass, const char *name,
    const struct maildir_name *parts, bool in_new)
{
	struct mail *m = table_find(box, name, parts->base);

	if (m == NULL && !pass->add)
		return 0;
	if (m == NULL) {
		m = table_add(box, name, parts->base);
		if (m == NULL)
			return -1;
	} else if (in_new && (m->state & MSG_NEW) == 0 && m->uid != 0 &&
	    (size_t)(m - box->msg) < pass->old && !pass->trust_new) {
		pass->doubted = true;
		return 0;	/* a second link to what is in cur/ */
	}
	if (m->size == -1)
		m->size = parts->size;
	if (m->wire == -1)
		m->wire = parts->wire;
	m->seen = pass->number;
	if ((size_t)(m - box->msg) < pass->old &&
	    (m->flags != parts->flags || m->keywords != parts->keywords) &&
	    (m->state & MSG_CHANGED) == 0) {
		m->state |= MSG_CHANGED;
		box->changed++;
	}
	return look_rename(box, m, name, parts, in_new);
}

static int
scan_one(struct mailbox *box, struct pass *pass, bool in_new)
{
	struct entries entries;
	struct maildir_name parts;
	const char *name;
	int n;

	if (entries_start(&entries, in_new ? box->dir.new : box->dir.cur) == -1)
		return -1;
	while ((n = scan_next(&entries, &name, &parts)) == 1)
		if (sight(box, pass, name, &parts, in_new) == -1)
			return -1;
	return n;
}

static void
forget_sights(struct mailbox *box)
{
	for (size_t i = 0; i < box->count; i++)
		box->msg[i].seen = 0;
}

/* new/ first: what another session moves to cur/ meanwhile is seen there. */
static int
run(struct mailbox *box, struct pass *pass)
{
	struct timespec new, cur;
	bool past;

	if (table_ready(box) == -1)
		return -1;
	if (look_times(box, &box->new_time, &box->cur_time) == -1)
		return -1;
	past = is_past(box->new_time) && is_past(box->cur_time);
	pass->number++;
	pass->doubted = false;
	box->own_changes = 0;
	if (!past)
		look_watch(box);
	if (box->watch.fd != -1)
		watch_disturbed(&box->watch);
	if (scan_one(box, pass, true) == -1 ||
	    scan_one(box, pass, false) == -1 ||
	    look_times(box, &new, &cur) == -1)
		return -1;
	pass->still = (past || box->watch.fd != -1) &&
	    same_time(new, box->new_time) &&
	    same_time(cur, box->cur_time) &&
	    (box->watch.fd == -1 || !watch_disturbed(&box->watch));
	return 0;
}

static bool
is_missing(const struct mail *m)
{
	return m->seen == 0 && (m->state & MSG_GONE) == 0;
}

/* Only what this pass saw is there. */
static void
believe(struct mailbox *box, const struct pass *pass)
{
	for (size_t i = 0; i < box->count; i++)
		if (box->msg[i].seen != pass->number)
			box->msg[i].seen = 0;
}

static bool
any_missing(const struct mailbox *box)
{
	for (size_t i = 0; i < box->count; i++)
		if (is_missing(&box->msg[i]))
			return true;
	return false;
}

static void
nap(void)
{
	struct timespec t = { 0, TICK / 2 };

	nanosleep(&t, NULL);
}

int
look_around(struct mailbox *box, size_t old)
{
	struct pass pass = { .old = old, .add = true };

	forget_sights(box);
	for (int i = 0; i < SCANS; i++) {
		if (i > 1)
			nap();
		pass.trust_new = i > 0;
		if (run(box, &pass) == -1)
			return -1;
		if (is_sure(&pass)) {
			believe(box, &pass);
			break;
		}
		if (!any_missing(box))
			break;
	}
	box->settled = pass.still;
	return 0;
}

/*
 * What none of the passes has seen is as gone as m is, or each of a thousand
 * would be looked for as long.
 */
int
look_again(struct mailbox *box, struct mail *m)
{
	struct pass pass = { .old = box->count };

	forget_sights(box);
	for (int i = 0; i < SCANS; i++) {
		if (i > 1)
			nap();
		pass.trust_new = i > 0;
		/* The next sync has all the rest to see. */
		box->settled = false;
		if (run(box, &pass) == -1)
			return -1;
		if (m->seen != 0)
			return 0;
		if (is_sure(&pass))
			break;
	}
	for (size_t i = 0; i < box->count; i++)
		if (is_missing(&box->msg[i]))
			look_gone(box, &box->msg[i]);
	errno = ENOENT;
	return -1;
}
