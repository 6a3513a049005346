/* loop.c - what the process knows, and its event loop */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include "io/log.h"
#include "query.h"
#include "resolver.h"
#include "walk.h"

enum { EVENTS = 64 };

void
resolver_clock(struct resolver *r)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	r->stamp = (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
	r->now = r->stamp / 1000;
}

bool
resolver_open(struct resolver *r, const char *conf)
{
	if (!settings_read(&r->settings, conf))
		return false;
	resolver_clock(r);
	r->seed = (uint32_t)random_number(&r->random) << 16 |
	    random_number(&r->random);
	r->ready_end = &r->ready;
	r->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (r->epoll == -1 ||
	    !cache_open(&r->cache, (size_t)r->settings.cache)) {
		log_errno("start");
		return false;
	}
	return true;
}

static void
bury(struct resolver *r)
{
	struct watch *w;

	while ((w = r->dead) != NULL) {
		r->dead = w->next_dead;
		free(w);
	}
}

void
resolver_close(struct resolver *r)
{
	walks_close(r);
	bury(r);
	cache_close(&r->cache);
	settings_free(&r->settings);
	close(r->epoll);
}

static bool
control(struct resolver *r, int how, struct watch *w, uint32_t events)
{
	struct epoll_event e = { .events = events, .data = { .ptr = w } };

	return epoll_ctl(r->epoll, how, w->fd, &e) == 0;
}

bool
resolver_watch(struct resolver *r, struct watch *w, uint32_t events)
{
	return control(r, EPOLL_CTL_ADD, w, events);
}

bool
resolver_rewatch(struct resolver *r, struct watch *w, uint32_t events)
{
	return control(r, EPOLL_CTL_MOD, w, events);
}

void
resolver_unwatch(struct resolver *r, struct watch *w)
{
	if (w->fd != -1)
		close(w->fd);
	w->fd = -1;
	w->next_dead = r->dead;
	r->dead = w;
}

bool
resolver_is_busy(const struct resolver *r)
{
	return r->walking > 0 || r->ready != NULL;
}

int
resolver_turn(struct resolver *r, int timeout)
{
	struct epoll_event events[EVENTS];
	int n;

	walks_step(r);
	if (r->walking == 0 && timeout == TICK)
		timeout = 0;	/* all was answered: look, do not wait */
	n = epoll_wait(r->epoll, events, EVENTS, timeout);
	if (n == -1 && errno != EINTR) {
		log_errno("epoll");
		return -1;
	}
	resolver_clock(r);
	for (int i = 0; i < n; i++) {
		struct watch *w = events[i].data.ptr;

		if (w->fd != -1)
			w->ready(w, events[i].events);
	}
	if (r->now - r->ticked >= TICK) {
		r->ticked = r->now;
		queries_tick(r);
		walks_tick(r);
	}
	walks_step(r);
	bury(r);
	return n == -1 ? 0 : n;
}
