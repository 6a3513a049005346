/*
 * left.c - the mailbox that was selected before
 *
 * To close a large one takes milliseconds: its index is written, its list
 * perhaps tidied up, megabytes are given back.  No client waits for that: it
 * is done when nothing comes for a moment, or when somebody needs the index.
 */

#include <poll.h>
#include <string.h>

#include "context.h"
#include "places.h"

enum { PAUSE_MS = 100 };

/* Not in the session: its pages are no memory while nothing was left. */
static bool has_left;
static struct mailbox left;
static struct cache left_cache;

static void
close_kept(void)
{
	if (!has_left)
		return;
	cache_close(&left_cache);
	mailbox_close(&left);
	has_left = false;
}

void
left_close(struct session *s)
{
	left_keep(s);
	close_kept();
}

void
left_close_named(struct session *s, const char *name)
{
	char dir[MAILDIR_NAME_SIZE];

	left_keep(s);
	if (has_left && folder_dir(dir, name) == 0 &&
	    strcmp(dir, left.name) == 0)
		left_close(s);
}

/* Only one is kept: the larger one, which is more work. */
void
left_keep(struct session *s)
{
	if (!s->leaves)
		return;
	s->leaves = false;
	if (has_left && left.count >= s->box.count) {
		cache_close(&s->cache);
		mailbox_close(&s->box);
		return;
	}
	close_kept();
	mailbox_unwatch(&s->box);
	left = s->box;
	cache_move(&left_cache, &s->cache, &left);
	has_left = true;
}

void
left_rest(struct session *s)
{
	struct pollfd p = { s->in.fd, POLLIN, 0 };

	if ((s->leaves || s->unlooked) && !input_pending(&s->in))
		(void)output_flush(&s->out);
	update_late(s);
	left_keep(s);
	if (has_left && !input_pending(&s->in) &&
	    output_flush(&s->out) == 0 && poll(&p, 1, PAUSE_MS) == 0)
		left_close(s);
}

void
mailbox_leave(struct session *s)
{
	if (s->state != SELECTED)
		return;
	if (s->listens)
		places_left(s);
	contexts_end();
	s->leaves = true;
	s->state = READY;
	s->loaded = 0;
	s->exists = 0;
	s->unheard = false;
	sequence_clear(&s->saved);
	sequence_clear(&s->ours);
}
