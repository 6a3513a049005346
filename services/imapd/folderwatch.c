/* folderwatch.c - one event after the other */

#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "folderwatch.h"

enum {
	EVENTS = IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO,
	ROOM = 8192
};

/* What was read and not yet given out; there is one reader a process. */
static union {
	struct inotify_event	 event;
	char			 octets[ROOM];
} in;
static size_t at, held;

/* The folder that was renamed last: to what, the event with its cookie says. */
static char left[NAME_MAX + 1];
static uint32_t left_cookie;

int
folderwatch_open(struct folderwatch *w, const char *path)
{
	at = held = 0;
	left_cookie = 0;
	w->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (w->fd == -1)
		return -1;
	w->root = inotify_add_watch(w->fd, path, EVENTS | IN_ONLYDIR);
	if (w->root != -1)
		return 0;
	folderwatch_close(w);
	return -1;
}

void
folderwatch_close(struct folderwatch *w)
{
	int saved = errno;

	if (w->fd != -1)
		close(w->fd);
	w->fd = -1;
	errno = saved;
}

static int
add(struct folderwatch *w, const char *path, const char *dir, const char *sub)
{
	char name[4096];
	int n = snprintf(name, sizeof name, "%s/%s/%s", path, dir, sub);

	if (n < 0 || (size_t)n >= sizeof name) {
		errno = ENAMETOOLONG;
		return -1;
	}
	return inotify_add_watch(w->fd, name, EVENTS | IN_ONLYDIR);
}

int
folderwatch_add(struct folderwatch *w, const char *path, const char *dir,
    struct folderwatch_dirs *d)
{
	d->cur = add(w, path, dir, "cur");
	d->new = d->cur == -1 ? -1 : add(w, path, dir, "new");
	if (d->new != -1)
		return 0;
	folderwatch_drop(w, d);
	return -1;
}

void
folderwatch_drop(struct folderwatch *w, struct folderwatch_dirs *d)
{
	int saved = errno;

	/* Of a directory that is gone the watch has ended already. */
	if (d->cur != -1)
		inotify_rm_watch(w->fd, d->cur);
	if (d->new != -1)
		inotify_rm_watch(w->fd, d->new);
	*d = (struct folderwatch_dirs){ -1, -1 };
	errno = saved;
}

/* An event of the maildir itself. */
static enum folderwatch_event
name_event(const struct inotify_event *e, struct folderwatch_news *news)
{
	if (e->len == 0)
		return FOLDERWATCH_NONE;
	if ((e->mask & IN_ISDIR) == 0)
		return strcmp(e->name, "subscriptions") == 0 ?
		    FOLDERWATCH_NAMES : FOLDERWATCH_NONE;
	if (e->name[0] != '.')		/* one that is made or removed */
		return FOLDERWATCH_NONE;
	if ((e->mask & IN_MOVED_FROM) != 0) {
		strcpy(left, e->name + 1);
		left_cookie = e->cookie;
	}
	if ((e->mask & (IN_MOVED_FROM | IN_DELETE)) != 0)
		return FOLDERWATCH_NAMES;
	news->name = e->name + 1;
	news->from = e->cookie != 0 && e->cookie == left_cookie ? left : "";
	return FOLDERWATCH_CAME;
}

/* The next event as it was read, or NULL. */
static const struct inotify_event *
next(int fd)
{
	const struct inotify_event *e;
	ssize_t n;

	if (at == held) {
		do
			n = read(fd, &in, sizeof in);
		while (n == -1 && errno == EINTR);
		if (n <= 0)
			return NULL;
		at = 0;
		held = (size_t)n;
	}
	e = (const struct inotify_event *)(in.octets + at);
	at += sizeof *e + e->len;
	return e;
}

enum folderwatch_event
folderwatch_next(struct folderwatch *w, struct folderwatch_news *news)
{
	enum folderwatch_event happened = FOLDERWATCH_NONE;
	const struct inotify_event *e;

	while (happened == FOLDERWATCH_NONE && (e = next(w->fd)) != NULL) {
		if ((e->mask & IN_Q_OVERFLOW) != 0)
			return FOLDERWATCH_LOST;
		news->dir = e->wd;
		happened = e->wd != w->root ? FOLDERWATCH_MAIL :
		    name_event(e, news);
	}
	return happened;
}
