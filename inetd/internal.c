/* internal.c - sessions that inetd serves itself */

#include <sys/epoll.h>

#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <string.h>

#include "descriptor.h"
#include "internal.h"
#include "log.h"
#include "parting.h"
#include "serve.h"
#include "small.h"

enum { BURST = 16 };		/* clients a round */

static int	 queue = -1;	/* of those that are ready */

/* epoll's events are those of poll. */
_Static_assert(EPOLLIN == POLLIN && EPOLLOUT == POLLOUT, "two kinds of events");

pid_t
internal_number(void)
{
	static pid_t last;

	do
		last = last == INT32_MIN ? -1 : last - 1;
	while (session_find(last) != NULL);
	return last;
}

int
internal_fd(void)
{
	return queue;
}

/*
 * Wait until its client is ready.  A descriptor that stays moves out of the
 * way of those that children copy.
 */
static bool
await(struct session *e, short events)
{
	struct epoll_event want = { .events = (uint32_t)events,
	    .data.fd = e->pid };
	int how = e->awaited == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;

	if (queue == -1)
		queue = descriptor_move(epoll_create1(EPOLL_CLOEXEC), PARKED);
	if (queue == -1)
		return false;
	if (e->awaited == 0)
		e->fd = descriptor_move(e->fd, PARKED);
	if (epoll_ctl(queue, how, e->fd, &want) == -1)
		return false;
	e->awaited = events;
	return true;
}

static void
turn(struct session *e, short ready, int64_t now)
{
	struct service *s = e->service;
	short events = s->small->turn(e->fd, ready, &e->at);

	if (events != 0 && (events == e->awaited || await(e, events)))
		return;
	if (events != 0) {
		log_line("%s: epoll: %s", s->name, strerror(errno));
		s->failed++;
	}
	internal_end(e, now);
}

void
internal_begin(struct session *e, int fd, int64_t now)
{
	e->fd = fd;
	turn(e, POLLIN | POLLOUT, now);
}

void
internal_serve(int64_t now)
{
	struct epoll_event got[BURST];
	int n = epoll_wait(queue, got, BURST, 0);

	for (int i = 0; i < n; i++) {
		struct session *e = session_find(got[i].data.fd);

		if (e == NULL)
			continue;
		if (got[i].events & (EPOLLERR | EPOLLHUP))
			internal_end(e, now);
		else
			turn(e, (short)got[i].events, now);
	}
}

/* A child that is on its way may share the socket: closing is not enough. */
void
internal_end(struct session *e, int64_t now)
{
	if (e->awaited != 0)
		epoll_ctl(queue, EPOLL_CTL_DEL, e->fd, NULL);
	parting_add(e->fd, now);
	serve_end_internal(e, now);
}

void
internal_end_of(const struct service *s, int64_t now)
{
	struct session *e = NULL;

	while ((e = session_next(e)) != NULL)
		if (e->pid < 0 && (s == NULL || e->service == s))
			internal_end(e, now);
}
