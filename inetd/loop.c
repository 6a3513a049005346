/*
 * loop.c - inetd's main loop: one poll(2) waits for everything
 *
 * A signal is one more readable descriptor (signalfd), so there are no
 * handlers and nothing to interrupt.  Whether a listener is polled, and for
 * how long we may wait, is worked out anew each round from the state of the
 * listeners: no second account of it can go wrong.  poll(2) is told of those
 * alone, since it refuses more entries than a process may have files: timers
 * have none.  Each round takes a few clients from each listener, so that a
 * busy service delays no other by more than a few starts.
 *
 * The end of a session is nothing to be woken for while clients come: it is
 * looked for before each start, and as soon as none has come for a moment,
 * or at once where somebody waits for it.  So is the log written.
 */
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "control.h"
#include "descriptor.h"
#include "front.h"
#include "inherit.h"
#include "internal.h"
#include "listen.h"
#include "log.h"
#include "loop.h"
#include "notify.h"
#include "parting.h"
#include "reload.h"
#include "retired.h"
#include "serve.h"
#include "upgrade.h"

enum {
	RETRY_FIRST = 1000,	/* ms until a port is tried again */
	RETRY_MOST = 30000,
	FAREWELL = 2000,	/* ms for `wait' programs to end */
	BURST = 16,		/* clients of one listener a round */
	ALONE = 8,		/* rounds with one, until one is expected */
	MOMENT = 5		/* ms until ends are looked for, if busy */
};

/* What one round works with. */
struct round {
	struct inetd	*in;
	int		 signals;	/* the descriptor they are read from */
	int		 children;	/* the same for SIGCHLD */
	size_t		 n;		/* descriptors to poll: listeners' */
	struct pollfd	*others;	/* first, then loop.h's, and ... */
	struct pollfd	*parting;	/* ... last these: parting.h */
	int64_t		 now;
	bool		 busy;		/* the last round began a session */
};

int64_t
loop_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool
is_open(const struct listener *l)
{
	return l->fd != -1 || l->service->kind == TIMER;
}

/* Open what is due to be opened, whatever becomes of it. */
static void
open_due(struct conf *c, int64_t now)
{
	struct listener *l = c->listeners;

	for (; l < c->listeners + c->nlisteners; l++) {
		if (is_open(l) || l->due > now)
			continue;
		if (listener_open(l, c)) {
			l->step = l->due = 0;
			continue;
		}
		l->step = l->step == 0 ? RETRY_FIRST : l->step * 2;
		if (l->step > RETRY_MOST)
			l->step = RETRY_MOST;
		l->due = now + l->step;
	}
}

bool
loop_open(struct inetd *in, bool names)
{
	const struct conf *c = in->conf;

	in->started = loop_now();
	open_due(in->conf, in->started);
	upgrade_end(in);
	inherit_end();
	control_open(in->conf);
	for (size_t i = 0; names && i < c->nlisteners; i++)
		if (c->listeners[i].fd != -1)
			listener_print(&c->listeners[i]);
	if (names)
		puts("ready");
	return !names || fflush(stdout) == 0;
}

/*
 * Fill in which listeners to poll; *due becomes what is due before.  Returns
 * the entry behind them.
 */
static struct pollfd *
prepare_listeners(struct round *r, int64_t *due)
{
	struct conf *c = r->in->conf;
	struct listener *l = c->listeners;
	struct pollfd *p = c->polls;

	for (; l < c->listeners + c->nlisteners; l++) {
		l->polled = false;
		if (serve_awaits_end(l))
			r->busy = false;
		if (!is_open(l)) {
			if (*due == 0 || l->due < *due)
				*due = l->due;
		} else if (serve_ready(l, r->now, due)) {
			l->polled = l->held == -1 && l->service->kind != TIMER;
			if (l->polled)
				*p++ = (struct pollfd){ l->fd, POLLIN, 0 };
			else
				*due = r->now;
		}
	}
	return p;
}

/* Fill in what to poll.  Returns how long, in milliseconds, or -1. */
static int
prepare(struct round *r)
{
	struct pollfd *p;
	int64_t due = 0;

	r->others = p = prepare_listeners(r, &due);
	if (r->busy && (due == 0 || r->now + MOMENT < due))
		due = r->now + MOMENT;
	for (const struct service *s = retired_next(NULL); s != NULL;
	    s = retired_next(s))
		if (s->expiry != 0 && (due == 0 || s->expiry < due))
			due = s->expiry;
	p[SIGNALS] = (struct pollfd){ r->signals, POLLIN, 0 };
	p[CHILDREN] = (struct pollfd){ r->busy ? -1 : r->children, POLLIN, 0 };
	p[CONTROL] = (struct pollfd){ control_fd(), POLLIN, 0 };
	p[INTERNAL] = (struct pollfd){ internal_fd(), POLLIN, 0 };
	r->parting = p + FRONT + front_prepare(p + FRONT, &due);
	r->n = (size_t)(r->parting - r->in->conf->polls) +
	    parting_prepare(r->parting, &due);
	if (r->in->again != 0 && (due == 0 || r->in->again < due))
		due = r->in->again;
	if (due == 0)
		return -1;
	if (due <= r->now)
		return 0;
	return due - r->now > INT_MAX ? INT_MAX : (int)(due - r->now);
}

/*
 * Serve some clients of l without asking poll in between: under load that
 * saves a round each, and one is accepted while the other's program starts.
 * Where they mostly come alone, it would cost a vain accept each, and is tried
 * now and then only.  Where the last one has failed, the next one's fate is
 * awaited first.
 */
static void
serve_burst(struct round *r, struct listener *l)
{
	unsigned most = l->service->failures == 0 &&
	    (l->alone < ALONE || l->alone % ALONE == 0) ? BURST : 1;
	unsigned n = 0;
	int64_t due = 0;

	while (n < most && serve_start(l, r->now)) {
		n++;
		r->busy = true;
		if (!serve_ready(l, r->now, &due))
			break;
	}
	serve_settle(r->now);
	l->alone = n == 1 ? l->alone + 1 : 0;
}

/* Serve what poll has found, and what needs no descriptor. */
static void
serve(struct round *r)
{
	const struct pollfd *p = r->in->conf->polls;
	struct listener *l = r->in->conf->listeners;
	int64_t due = 0;

	r->busy = false;
	for (size_t i = 0; i < r->in->conf->nlisteners; i++, l++) {
		bool come = l->polled ? p++->revents != 0 :
		    l->held != -1 || l->service->kind == TIMER;

		/* Those before may have filled the service. */
		if (come && serve_ready(l, r->now, &due))
			serve_burst(r, l);
		serve_tell(l->service, r->now);
		serve_expire(l->service, r->now);
	}
	for (struct service *s = retired_next(NULL); s != NULL;
	    s = retired_next(s))
		serve_expire(s, r->now);
}

static void
reap(struct round *r)
{
	struct signalfd_siginfo got;
	struct rusage use;
	pid_t pid;
	int status;

	if (!r->busy && read(r->children, &got, sizeof got) == -1 &&
	    errno != EAGAIN)
		log_line("SIGCHLD: %s", strerror(errno));
	while ((pid = wait4(-1, &status, WNOHANG, &use)) > 0)
		if (!upgrade_checked(pid, status))
			serve_end(pid, status, &use, r->now);
	serve_retry(r->in->conf);
}

/* Read the configuration again, and open the log again. */
static void
hang_up(struct round *r)
{
	if (r->in->log != NULL && !log_start(r->in->log))
		log_line("%s: %s", r->in->log, strerror(errno));
	notify("RELOADING=1");
	reload(r->in);
	notify("READY=1");
}

static void
read_signals(struct round *r)
{
	struct signalfd_siginfo got[8];
	ssize_t len = read(r->signals, got, sizeof got);

	for (size_t i = 0; len > 0 && i < (size_t)len / sizeof got[0]; i++)
		switch (got[i].ssi_signo) {
		case SIGHUP:
			hang_up(r);
			break;
		case SIGUSR2:
			upgrade_begin();
			break;
		case SIGTERM: case SIGINT:
			log_line("signal %u", got[i].ssi_signo);
			r->in->stop = true;
			break;
		}
}

/*
 * Close the listeners and end those who have one; sessions live on.  The
 * ports are free when we are gone, unless a program takes longer than
 * FAREWELL.
 */
static void
farewell(struct round *r)
{
	struct conf *c = r->in->conf;
	struct pollfd ends = { r->children, POLLIN, 0 };
	int64_t end = r->now + FAREWELL;
	size_t left;

	r->busy = false;
	control_close();
	for (size_t i = 0; i < c->nlisteners; i++) {
		listener_close(&c->listeners[i]);
		serve_dismiss(&c->listeners[i]);
	}
	for (; (r->now = loop_now()) < end; reap(r)) {
		left = 0;
		for (size_t i = 0; i < c->nlisteners; i++)
			left += c->listeners[i].child != 0;
		if (left == 0)
			break;
		poll(&ends, 1, (int)(end - r->now));
	}
}

static bool
begin(struct round *r)
{
	sigset_t ours, child;

	sigprocmask(SIG_BLOCK, NULL, &ours);	/* child_init chose them */
	sigdelset(&ours, SIGCHLD);
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	r->signals = descriptor_move(signalfd(-1, &ours,
	    SFD_NONBLOCK | SFD_CLOEXEC), PARKED);
	r->children = descriptor_move(signalfd(-1, &child,
	    SFD_NONBLOCK | SFD_CLOEXEC), PARKED);
	return r->signals != -1 && r->children != -1;
}

/* Wait for something to do.  False: that cannot be. */
static bool
wait_for(struct round *r, int timeout)
{
	if (!r->busy)
		log_flush();
	if (poll(r->in->conf->polls, r->n, timeout) == -1 && errno != EINTR) {
		log_flush();
		log_line("poll: %s", strerror(errno));
		return false;
	}
	log_gather();
	r->now = loop_now();
	return true;
}

int
loop(struct inetd *in)
{
	struct round r = { .in = in, .now = loop_now() };

	if (!begin(&r)) {
		log_line("cannot start: %s", strerror(errno));
		return 111;
	}
	reap(&r);	/* an upgrade may have missed an end */
	while (!in->stop) {
		int timeout = prepare(&r);
		const struct pollfd *p = r.others;
		bool asked;

		if (!wait_for(&r, timeout))
			return 111;
		if (r.busy || p[CHILDREN].revents != 0)
			reap(&r);
		parting_serve(r.parting, r.now);
		front_serve(p + FRONT, r.now);
		if (p[INTERNAL].revents != 0)
			internal_serve(r.now);
		serve(&r);
		asked = p[CONTROL].revents != 0;
		if (p[SIGNALS].revents != 0)
			read_signals(&r);	/* may free the polls */
		if (asked)
			control_serve(in, r.now);
		if (in->again != 0 && in->again <= r.now)
			hang_up(&r);
		open_due(in->conf, r.now);
		upgrade_try(in);
	}
	internal_end_of(NULL, r.now);
	log_flush();
	log_line("stopped");
	notify("STOPPING=1");
	farewell(&r);
	return 0;
}
