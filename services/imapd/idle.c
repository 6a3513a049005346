/*
 * idle.c - IDLE (RFC 2177): tell at once what happens in the mailbox
 *
 * Without inotify (too many watches, a file system that has none) we look
 * once a second, which costs three stats.
 */

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "imapd.h"
#include "io/log.h"

enum {
	LOOK_MS = 1000,		/* between looks without inotify */
	STILL_HERE_MS = 120000	/* a word now and then keeps NATs open */
};

static bool
watch(int fd, const struct session *s, const char *sub)
{
	const uint32_t events = IN_CREATE | IN_DELETE | IN_MOVED_FROM |
	    IN_MOVED_TO | IN_ONLYDIR;
	char dir[MAILDIR_NAME_SIZE], path[4096];
	int n;

	if (folder_dir(dir, s->box_name) == -1)
		return false;
	n = snprintf(path, sizeof path, "%s/%s/%s", s->path, dir, sub);
	return n > 0 && (size_t)n < sizeof path &&
	    inotify_add_watch(fd, path, events) != -1;
}

/* A descriptor that becomes readable when files come, go or are renamed. */
static int
watch_mailbox(const struct session *s)
{
	int fd;

	if (s->state != SELECTED)
		return -1;
	fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (fd == -1 || (watch(fd, s, "cur") && watch(fd, s, "new")))
		return fd;
	log_errno("inotify");
	close(fd);
	return -1;
}

static void
drain(int fd)
{
	char events[4096];

	while (read(fd, events, sizeof events) > 0)
		;
}

/* Wait until the client says something or is gone.  False: for too long. */
static bool
wait_client(struct session *s, int watching)
{
	struct pollfd p[2] = { { s->in.fd, POLLIN, 0 },
	    { watching, POLLIN, 0 } };
	int64_t now = clock_ms(), end = now + IDLE_MINUTES * INT64_C(60000);
	int64_t said = now;
	bool looks = s->state == SELECTED && watching == -1;

	for (; now < end; now = clock_ms()) {
		if (output_flush(&s->out) == -1 || input_pending(&s->in))
			return true;
		if (poll(p, 2, looks ? LOOK_MS : STILL_HERE_MS) == -1 &&
		    errno != EINTR)
			return true;
		if (p[0].revents != 0)
			return true;
		if (p[1].revents != 0)
			drain(watching);
		if (looks || p[1].revents != 0)
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
	int watching;

	if (!reader_end(&s->reader))
		return;
	watching = watch_mailbox(s);
	/* What happened before the watch was set is told first. */
	update_send(s, true);
	output_text(&s->out, "+ idling\r\n");
	if (!wait_client(s, watching))
		session_bye(s, "Autologout; idle for too long");
	if (watching != -1)
		close(watching);
	if (s->over || !reader_line(&s->reader, &done))
		return;
	if (text_is(&done, "DONE"))
		reply_ok(s, "Idle completed");
	else
		reply_bad(s, "DONE expected");
}
