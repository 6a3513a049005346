/* places.c - what is known of each mailbox, and what happens in it */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "condstore.h"
#include "io/log.h"
#include "notify.h"
#include "place.h"
#include "places.h"
#include "status.h"

enum { MAIL_EVENTS = EVENT_NEW | EVENT_EXPUNGE | EVENT_FLAGS };

static struct places known;
static struct folderwatch watch = { .fd = -1 };
static bool names_stirred, any_stirred;
static int64_t due;		/* when to tell; 0: nothing to */
static int64_t next_look;	/* without inotify */

/* --- in their place ------------------------------------------------------- */

/* The system has no more watches to give: look now and then instead. */
static void
give_up_watch(const char *what)
{
	log_errno("%s: watch", what);
	folderwatch_close(&watch);
	for (size_t i = 0; i < known.n; i++)
		known.p[i].dirs = (struct folderwatch_dirs){ -1, -1 };
}

/* Watch what is wanted and not yet watched.  -1: it is too much. */
static int
watch_all(struct session *s)
{
	char dir[MAILDIR_NAME_SIZE];
	struct place *p;
	size_t watched = 0;

	for (size_t i = 0; i < known.n; i++) {
		p = &known.p[i];
		p->events = notify_events(p->name, p->subscribed);
		if (!p->exists || (p->events & MAIL_EVENTS) == 0) {
			folderwatch_drop(&watch, &p->dirs);
			continue;
		}
		if (++watched > PLACES_MAX)
			return -1;
		if (watch.fd != -1 && p->dirs.cur == -1 &&
		    folder_dir(dir, p->name) == 0 &&
		    folderwatch_add(&watch, s->path, dir, &p->dirs) == -1 &&
		    errno != ENOENT)
			give_up_watch(p->name);
	}
	return 0;
}

/* The names of now take the place of the known ones. */
static void
replace(struct places *now)
{
	size_t to = 0;

	for (size_t i = 0; i < known.n; i++)
		folderwatch_drop(&watch, &known.p[i].dirs);
	places_free(&known);
	for (size_t i = 0; i < now->n; i++)
		if (now->p[i].listed)
			now->p[to++] = now->p[i];
		else
			free(now->p[i].name);
	now->n = to;
	for (size_t i = 0; i < now->n; i++) {
		now->p[i].was = NULL;
		now->p[i].went = false;
		now->p[i].news = 0;
	}
	known = *now;
}

/* Take note of all that has come of the watch. */
static int
take_events(void)
{
	enum folderwatch_event e;
	struct folderwatch_news news;
	int status = 0;

	while ((e = folderwatch_next(&watch, &news)) != FOLDERWATCH_NONE) {
		names_stirred |= e != FOLDERWATCH_MAIL;
		if (e == FOLDERWATCH_CAME)
			status |= place_came(news.name, news.from);
		for (size_t i = 0; i < known.n; i++)
			if (e == FOLDERWATCH_LOST ||
			    (e == FOLDERWATCH_MAIL &&
			    (known.p[i].dirs.cur == news.dir ||
			    known.p[i].dirs.new == news.dir)))
				known.p[i].stirred = any_stirred = true;
	}
	return status;
}

/* Read the names anew; tell what happened, but for a and b. */
static int
renew(struct session *s, bool tell, const char *a, const char *b)
{
	struct places now;

	if (take_events() == -1 || places_read(s, &now, &known) == -1) {
		log_errno("names of folders");
		return -1;
	}
	names_stirred = false;
	any_stirred = true;
	if (tell)
		places_tell_names(s, &now, a, b);
	replace(&now);
	return watch_all(s);
}

/* --- figures -------------------------------------------------------------- */

/* What a * STATUS of it has (3.1, 5.1 to 5.3). */
static unsigned
items_of(const struct session *s, const struct place *p)
{
	return ((p->events & EVENT_NEW) != 0 ?
	    MESSAGES | UIDNEXT | UIDVALIDITY : 0u) |
	    ((p->events & EVENT_FLAGS) != 0 ? UNSEEN | UIDVALIDITY : 0u) |
	    (condstore_is_on(s) ? HIGHESTMODSEQ : 0u);
}

static bool
differs(const struct session *s, const struct place *p,
    const struct mailbox_status *st)
{
	const struct mailbox_status *told = &p->told;

	if (st->messages != told->messages || st->uidnext != told->uidnext ||
	    (told->uidvalidity != 0 && st->uidvalidity != told->uidvalidity))
		return true;
	return (p->events & EVENT_FLAGS) != 0 && told->uidvalidity != 0 &&
	    (st->unseen != told->unseen || (condstore_is_on(s) &&
	    st->highest_modseq != told->highest_modseq));
}

enum when { NEVER, IF_CHANGED, ALWAYS };

/* Look into it, and tell its figures. */
static void
tell_figures(struct session *s, struct place *p, unsigned more,
    enum when when)
{
	const unsigned items = items_of(s, p) | more;
	char dir[MAILDIR_NAME_SIZE];
	struct mailbox_status st;

	p->stirred = false;
	if (mailbox_is_selected(s, p->name) || !p->exists ||
	    (p->events & MAIL_EVENTS) == 0 || folder_dir(dir, p->name) == -1)
		return;
	if (mailbox_status(s->root, dir, (items & HIGHESTMODSEQ) != 0 ?
	    STATUS_MODSEQ : 0, &st) == -1) {
		if (errno != ENOENT)
			log_errno("%s", p->name);
		return;
	}
	if (when == ALWAYS || (when == IF_CHANGED && differs(s, p, &st)))
		status_write(s, p->name, items, &st);
	p->told = st;
}

/* --- from outside --------------------------------------------------------- */

/* RFC 5465 3.1: for FlagChange the first figures have HIGHESTMODSEQ. */
int
places_start(struct session *s, bool status)
{
	struct place *p;

	if (folderwatch_open(&watch, s->path) == -1)
		give_up_watch(s->path);
	if (renew(s, false, NULL, NULL) == -1)
		return -1;
	for (size_t i = 0; i < known.n; i++) {
		p = &known.p[i];
		tell_figures(s, p, status && (p->events & EVENT_FLAGS) != 0 ?
		    HIGHESTMODSEQ : 0, status ? ALWAYS : NEVER);
	}
	any_stirred = false;
	due = 0;
	next_look = clock_ms() + PLACES_LOOK_MS;
	return 0;
}

void
places_end(void)
{
	folderwatch_close(&watch);
	places_free(&known);
	names_stirred = any_stirred = false;
	due = 0;
}

int
places_fd(void)
{
	return watch.fd;
}

/* Something may have happened anywhere. */
static void
stir_all(void)
{
	names_stirred = true;
	for (size_t i = 0; i < known.n; i++)
		known.p[i].stirred = true;
}

int
places_due(void)
{
	const int64_t now = clock_ms();

	if (take_events() == -1)
		names_stirred = true;
	if (watch.fd == -1 && now >= next_look) {
		next_look = now + PLACES_LOOK_MS;
		stir_all();
	}
	if (!names_stirred && !any_stirred)
		return watch.fd == -1 ? (int)(next_look - now) : -1;
	if (due == 0)
		due = now + PLACES_DELAY_MS;
	return due > now ? (int)(due - now) : 0;
}

int
places_look(struct session *s)
{
	due = 0;
	if (names_stirred && renew(s, true, NULL, NULL) == -1)
		return -1;
	any_stirred = false;
	for (size_t i = 0; i < known.n; i++)
		if (known.p[i].stirred)
			tell_figures(s, &known.p[i], 0, IF_CHANGED);
	return 0;
}

int
places_renamed(struct session *s, const char *a, const char *b)
{
	return renew(s, true, a, b);
}

void
places_ours(const char *dir, const uint32_t *uids, size_t n)
{
	struct place *p = place_find(&known, dir[0] == '.' && dir[1] != '\0' ?
	    dir + 1 : "INBOX");

	if (p == NULL || n == 0)
		return;
	p->told.messages += n;
	if (p->told.uidnext <= uids[n - 1])
		p->told.uidnext = uids[n - 1] + 1;
}

void
places_left(struct session *s)
{
	struct place *p = place_find(&known, s->box_name);

	if (p == NULL || !mailbox_is_selected(s, p->name))
		return;
	p->told = *status_count(s);
	p->told.uidnext = s->box.uidnext;
	p->told.uidvalidity = s->box.uidvalidity;
	p->told.highest_modseq = mailbox_highest_modseq(&s->box);
	p->stirred = any_stirred = true;
}
