/*
 * reload.c - exchange the configuration while services run
 *
 * Everything that can fail comes first.  Then each old service and listener
 * is told its successor in the new configuration, if it has one, and what
 * lives moves over: sockets, children, counts.
 */
#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <time.h>

#include "conf.h"
#include "front.h"
#include "internal.h"
#include "listen.h"
#include "log.h"
#include "reload.h"
#include "retired.h"
#include "serve.h"
#include "session.h"
#include "tracing.h"
#include "upgrade.h"

enum { MOMENT = 100 };		/* ms */

static void
move_service(struct service *old, struct service *new)
{
	old->successor = new;
	if (old->small != new->small)
		internal_end_of(old, loop_now());
	new->running = old->running;
	new->started = old->started;
	new->refused = old->refused;
	new->failed = old->failed;
	new->cpu = old->cpu;
	new->longest = old->longest;
	new->paused = old->paused;
	if (old->traced)
		tracing_begin(new);
	new->bucket = old->bucket;
	new->unsaid = old->unsaid;
	new->said = old->said;
}

/* Is its place alone enough to know it by?  Port 0 and timers have none. */
static bool
is_fixed(const struct service *s)
{
	return s->kind != TIMER && (s->family == AF_UNIX ||
	    address_port(&s->addresses[0]) != 0);
}

/* A line is the same service as long as it listens at the same place. */
static void
match_services(struct conf *old, struct conf *new)
{
	for (struct service *n = new->services; n != NULL; n = n->next)
		for (struct service *o = old->services; o != NULL; o = o->next)
			if (o->successor == NULL && o->type == n->type &&
			    o->family == n->family &&
			    strcmp(o->column, n->column) == 0 &&
			    (strcmp(o->name, n->name) == 0 || is_fixed(n))) {
				move_service(o, n);
				break;
			}
}

static void
move_listener(struct listener *old, struct listener *new)
{
	old->successor = new;
	new->bound = old->bound;
	new->fd = old->fd;
	if (new->service->kind == NOWAIT) {	/* else nobody takes it */
		new->held = old->held;
		old->held = -1;
	}
	new->held_client = old->held_client;
	new->held_here = old->held_here;
	new->held_proxied = old->held_proxied;
	new->child = old->child;
	new->dismissed = old->dismissed;
	new->device = old->device;
	new->inode = old->inode;
	if (new->service->kind == TIMER)
		new->due = old->due;
	old->fd = -1;
	if (strcmp(old->service->whole, new->service->whole) == 0)
		return;
	serve_dismiss(new);	/* the new program takes over when it ends */
	if (new->fd != -1)
		listener_adjust(new);
}

static void
match_listeners(struct conf *old, struct conf *new)
{
	struct listener *o, *n;

	for (n = new->listeners; n < new->listeners + new->nlisteners; n++)
		for (o = old->listeners; o < old->listeners + old->nlisteners;
		    o++)
			if (o->successor == NULL && listener_same(o, n)) {
				move_listener(o, n);
				break;
			}
}

/* Point the sessions to their services' successors. */
static void
move_sessions(void)
{
	struct session *s = NULL;

	while ((s = session_next(s)) != NULL) {
		if (s->listener != NULL)
			s->listener = s->listener->successor;
		if (s->service->successor != NULL)
			s->service = s->service->successor;
		if (s->service->timeout != 0)	/* work it out anew */
			s->service->expiry = 1;
	}
	sessions_move();
}

/* Close and free what has no successor. */
static void
discard(struct conf *old)
{
	struct service *s, *next;
	struct listener *l = old->listeners;

	for (; l < old->listeners + old->nlisteners; l++) {
		if (l->successor == NULL)
			serve_dismiss(l);
		listener_close(l);
	}
	for (s = old->services; s != NULL; s = next) {
		next = s->next;
		if (s->successor == NULL && s->small != NULL)
			internal_end_of(s, loop_now());
		if (s->successor != NULL || s->running == 0)
			service_free(s);
		else
			retired_add(s);
	}
	old->services = NULL;
	conf_free(old);
}

/* The most children that c can have at once. */
static size_t
count_children(const struct conf *c)
{
	size_t n = c->nlisteners;

	for (const struct service *s = c->services; s != NULL; s = s->next)
		if (s->kind == NOWAIT)
			n += s->max;
	return n;
}

/* Is a listener of old missing in new? */
static bool
lacks(const struct conf *old, const struct conf *new)
{
	const struct listener *o = old->listeners, *n;
	const struct listener *end = new->listeners + new->nlisteners;

	for (; o < old->listeners + old->nlisteners; o++) {
		for (n = new->listeners; n < end && !listener_same(o, n);)
			n++;
		if (n == end)
			return true;
	}
	return false;
}

/* Was it written less than a moment ago?  A time to come is long ago. */
static bool
is_fresh(const struct conf *c)
{
	struct timespec now;
	int64_t age;

	clock_gettime(CLOCK_REALTIME, &now);
	age = (now.tv_sec - c->written.tv_sec) * (int64_t)1000 +
	    (now.tv_nsec - c->written.tv_nsec) / 1000000;
	return age >= 0 && age < MOMENT;
}

bool
reload(struct inetd *in)
{
	struct conf *new = conf_read(in->path, in->offset), *old = in->conf;

	if (new == NULL) {
		if (old != NULL)
			log_line("%s: not taken: what was in force stays so",
			    in->path);
		return false;
	}
	in->again = 0;
	if (old != NULL && lacks(old, new) && is_fresh(new)) {
		log_line("%s: just written, and it lacks a listener: read "
		    "again in %d ms", in->path, MOMENT);
		in->again = loop_now() + MOMENT;
		conf_free(new);
		return true;
	}
	if (!sessions_reserve(count_children(new) + upgrade_sessions())) {
		conf_free(new);
		log_line("%s: not taken: %s", in->path, strerror(errno));
		return false;
	}
	in->conf = new;
	if (old == NULL) {
		sessions_move();
		return true;
	}
	match_services(old, new);
	match_listeners(old, new);
	move_sessions();
	front_move();
	discard(old);
	log_line("%s: taken", in->path);
	return true;
}
