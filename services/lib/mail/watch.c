/* watch.c - events in cur/ and new/, and whose they are */

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mail/watch.h"

enum {
	EVENTS = IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO,
	ROOM = 8192,
	HELD = 1024		/* of ours; the kernel keeps 16,384 at most */
};

/* The number of an event: only that of the same is the same. */
static uint64_t
number(uint32_t kind, bool in_new, const char *name)
{
	uint64_t n = kind ^ (in_new ? UINT64_C(1) << 32 : 0), word;
	size_t len = strlen(name), part;

	for (; len > 0; name += part, len -= part) {
		part = len < sizeof word ? len : sizeof word;
		word = 0;
		memcpy(&word, name, part);
		n = (n ^ word) * UINT64_C(0x9e3779b97f4a7c15);
		n ^= n >> 29;
	}
	return n * UINT64_C(0xbf58476d1ce4e5b9);
}

/* Of the whole process: to end it may take the kernel milliseconds. */
static int instance = -1;

/* Watch one of the two: its number, or -1. */
static int
add(int dir, const char *path, const char *folder, const char *sub)
{
	struct stat named, open;
	char name[4096];
	int n = snprintf(name, sizeof name, "%s/%s/%s", path, folder, sub), w;

	if (n < 0 || (size_t)n >= sizeof name)
		return -1;
	w = inotify_add_watch(instance, name, EVENTS | IN_ONLYDIR);
	if (w == -1)
		return -1;
	/* Somebody may have put another folder in its place. */
	if (stat(name, &named) == 0 && fstat(dir, &open) == 0 &&
	    named.st_ino == open.st_ino && named.st_dev == open.st_dev)
		return w;
	inotify_rm_watch(instance, w);
	return -1;
}

static void
take(struct watch *w, const struct inotify_event *e)
{
	const uint32_t kind = e->mask & EVENTS;
	/* Else it is of a watch that has ended. */
	const bool known = e->wd == w->cur || e->wd == w->new;

	if ((e->mask & IN_Q_OVERFLOW) != 0 ||
	    (known && (kind == 0 || e->len == 0)))
		w->lost = true;
	else if (known)
		w->sum -= number(kind, e->wd == w->new, e->name);
}

/* Take off all that has come. */
static void
read_events(struct watch *w)
{
	union {
		struct inotify_event	 event;
		char			 octets[ROOM];
	} in;
	const struct inotify_event *e;
	ssize_t n, at;

	while ((n = read(instance, &in, sizeof in)) > 0 ||
	    (n == -1 && errno == EINTR))
		for (at = 0; at < n; at += (ssize_t)(sizeof *e + e->len)) {
			e = (const struct inotify_event *)(in.octets + at);
			take(w, e);
		}
	w->lost |= n == 0 || errno != EAGAIN;
	w->ours = 0;
}

bool
watch_open(struct watch *w, const struct maildir_dirs *dir, const char *path,
    const char *folder)
{
	*w = (struct watch){ .fd = -1, .cur = -1, .new = -1 };
	if (instance == -1)
		instance = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (instance == -1)
		return false;
	w->fd = instance;
	w->cur = add(dir->cur, path, folder, "cur");
	w->new = add(dir->new, path, folder, "new");
	if (w->cur != -1 && w->new != -1 && !watch_disturbed(w))
		return true;
	watch_close(w);
	return false;
}

void
watch_close(struct watch *w)
{
	if (w->fd == -1)
		return;
	inotify_rm_watch(w->fd, w->cur);
	inotify_rm_watch(w->fd, w->new);
	w->fd = -1;
}

static void
add_ours(struct watch *w, uint32_t kind, bool in_new, const char *name)
{
	w->sum += number(kind, in_new, name);
	if (++w->ours == HELD)
		read_events(w);
}

void
watch_renamed(struct watch *w, bool in_new, const char *old, const char *new)
{
	if (w->fd == -1)
		return;
	add_ours(w, IN_MOVED_FROM, in_new, old);
	add_ours(w, IN_MOVED_TO, false, new);
}

void
watch_removed(struct watch *w, bool in_new, const char *name)
{
	if (w->fd != -1)
		add_ours(w, IN_DELETE, in_new, name);
}

bool
watch_disturbed(struct watch *w)
{
	bool disturbed;

	read_events(w);
	disturbed = w->lost || w->sum != 0;
	w->sum = 0;
	/* What was lost may have been that no more will come. */
	if (w->lost)
		watch_close(w);
	return disturbed;
}
