/*
 * idle.c - wait for the client, and tell at once what happens meanwhile: in
 * IDLE (RFC 2177) and, as NOTIFY wants it, between commands (RFC 5465)
 *
 * Without inotify (too many watches, a file system that has none) we look
 * once a second, which costs three stats.
 */

#include <errno.h>
#include <poll.h>

#include "notify.h"
#include "places.h"

enum {
	LOOK_MS = 1000,		/* between looks without inotify */
	SOON_MS = 20,		/* somebody is at it just now */
	STILL_HERE_MS = 120000	/* a word now and then keeps NATs open */
};

/* Until when there is nothing to look for; *fd tells if something happens. */
static int
rest(struct session *s, int *fd)
{
	const bool looks = s->state == SELECTED && (s->heeds & EVENT_NEW) != 0;

	*fd = looks ? mailbox_watch(&s->box) : -1;
	if (!looks)
		return STILL_HERE_MS;
	return *fd == -1 ? LOOK_MS : mailbox_is_stale(&s->box) ? SOON_MS :
	    STILL_HERE_MS;
}

/* The same of the other mailboxes, if that is earlier than ms. */
static int
rest_around(struct session *s, int ms, int *fd)
{
	int due = s->listens ? places_due() : -1;

	*fd = s->listens ? places_fd() : -1;
	return due == -1 || due > ms ? ms : due;
}

/* Is there something to tell?  Then it is told.  False: the client is gone. */
static bool
look(struct session *s, bool expunge)
{
	struct pollfd p[3] = { { s->in.fd, POLLIN, 0 }, { -1, POLLIN, 0 },
	    { -1, POLLIN, 0 } };
	int ms, all;

	ms = rest(s, &p[1].fd);
	all = rest_around(s, ms, &p[2].fd);
	if (poll(p, 3, all) == -1 && errno != EINTR)
		return false;
	if (p[0].revents != 0)
		return false;
	if ((ms < STILL_HERE_MS && all == ms) || p[1].revents != 0)
		update_send(s, expunge);
	return !s->over;
}

bool
idle_wait(struct session *s, bool expunge)
{
	int64_t now = clock_ms(), end = now + IDLE_MINUTES * INT64_C(60000);
	int64_t said = now;

	for (; now < end; now = clock_ms()) {
		notify_tell(s);
		if (output_flush(&s->out) == -1 || input_pending(&s->in) ||
		    !look(s, expunge))
			return true;
		if (clock_ms() - said >= STILL_HERE_MS) {
			output_text(&s->out, "* OK Still here\r\n");
			said = clock_ms();
		}
	}
	return false;
}

void
cmd_idle(struct session *s)
{
	struct text done;

	if (!reader_end(&s->reader))
		return;
	if (s->state == SELECTED)
		(void)mailbox_watch(&s->box);
	/* What happened before the watch was set is told first. */
	update_send(s, true);
	output_text(&s->out, "+ idling\r\n");
	left_rest(s);
	if (!idle_wait(s, true))
		session_bye(s, "Autologout; idle for too long");
	if (s->over || !reader_line(&s->reader, &done))
		return;
	if (text_is(&done, "DONE"))
		reply_ok(s, "Idle completed");
	else
		reply_bad(s, "DONE expected");
}
