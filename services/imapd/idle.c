/*
 * idle.c - IDLE (RFC 2177): tell at once what happens in the mailbox
 *
 * Without inotify (too many watches, a file system that has none) we look
 * once a second, which costs three stats.
 */

#include <errno.h>
#include <poll.h>

#include "imapd.h"

enum {
	LOOK_MS = 1000,		/* between looks without inotify */
	SOON_MS = 20,		/* somebody is at it just now */
	STILL_HERE_MS = 120000	/* a word now and then keeps NATs open */
};

/* Until when there is nothing to look for; *fd tells if something happens. */
static int
rest(struct session *s, int *fd)
{
	*fd = s->state == SELECTED ? mailbox_watch(&s->box) : -1;
	if (s->state != SELECTED)
		return STILL_HERE_MS;
	return *fd == -1 ? LOOK_MS : mailbox_is_stale(&s->box) ? SOON_MS :
	    STILL_HERE_MS;
}

/* Wait until the client says something or is gone.  False: for too long. */
static bool
wait_client(struct session *s)
{
	struct pollfd p[2] = { { s->in.fd, POLLIN, 0 }, { -1, POLLIN, 0 } };
	int64_t now = clock_ms(), end = now + IDLE_MINUTES * INT64_C(60000);
	int64_t said = now;
	int ms;

	for (; now < end; now = clock_ms()) {
		if (output_flush(&s->out) == -1 || input_pending(&s->in))
			return true;
		ms = rest(s, &p[1].fd);
		if (poll(p, 2, ms) == -1 && errno != EINTR)
			return true;
		if (p[0].revents != 0)
			return true;
		if (ms < STILL_HERE_MS || p[1].revents != 0)
			update_send(s, true);
		if (s->over)
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
	if (!wait_client(s))
		session_bye(s, "Autologout; idle for too long");
	if (s->over || !reader_line(&s->reader, &done))
		return;
	if (text_is(&done, "DONE"))
		reply_ok(s, "Idle completed");
	else
		reply_bad(s, "DONE expected");
}
