/* serve.c - begin and end sessions */

#define _GNU_SOURCE	/* accept4 */
#include <sys/socket.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bucket.h"
#include "child.h"
#include "env.h"
#include "front.h"
#include "internal.h"
#include "log.h"
#include "parting.h"
#include "serve.h"
#include "session.h"
#include "spawn.h"
#include "tracing.h"

enum {
	SHORT_MOST = 800,	/* ms of back-off where the system is short */
	TELL = 1000		/* ms between two lines on refusals */
};

static void
earliest(int64_t *due, int64_t when)
{
	if (*due == 0 || when < *due)
		*due = when;
}

bool
serve_ready(const struct listener *l, int64_t now, int64_t *due)
{
	struct service *s = l->service;
	int64_t when = l->due > s->hold ? l->due : s->hold;

	if (s->unsaid != 0)
		earliest(due, s->said + TELL);
	if (s->expiry != 0)
		earliest(due, s->expiry);
	if (l->child != 0 || s->paused ||
	    (s->kind == NOWAIT && s->running >= s->max))
		return false;
	if (when > now) {
		earliest(due, when);
		return false;
	}
	if (s->rate.count != 0 &&
	    (when = rate_next(&s->rate, s->bucket, now)) > now) {
		earliest(due, when);
		return false;
	}
	return true;
}

bool
serve_awaits_end(const struct listener *l)
{
	return l->service->kind == NOWAIT &&
	    (l->held != -1 || l->service->running >= l->service->max);
}

void
serve_tell(struct service *s, int64_t now)
{
	if (s->unsaid == 0 || now - s->said < TELL)
		return;
	log_line("%s: %llu more clients refused", s->name,
	    (unsigned long long)s->unsaid);
	s->unsaid = 0;
	s->said = now;
}

/* The words of the line, with the reason in place of %s. */
static size_t
compose(char *to, size_t size, const char *words, const char *why)
{
	const char *mark = strstr(words, "%s");
	int len = mark == NULL ? snprintf(to, size, "%s\r\n", words) :
	    snprintf(to, size, "%.*s%s%s\r\n", (int)(mark - words), words,
	    why, mark + 2);

	return (size_t)len;
}

/* Send the client away in the words of its protocol. */
static void
refuse(struct service *s, const struct source *client, int fd,
    const char *why, int64_t now)
{
	char text[ADDRESS_TEXT], words[LINE_SIZE + 64];
	size_t len;

	if (s->refuse != NULL) {
		len = compose(words, sizeof words, s->refuse, why);
		send(fd, words, len, MSG_DONTWAIT | MSG_NOSIGNAL);
		parting_add(fd, now);
	} else {
		close(fd);
	}
	s->refused++;
	if (s->said != 0 && now - s->said < TELL) {
		s->unsaid++;
		return;
	}
	log_line("%s: %s refused: %s", s->name, source_text(client, text),
	    why);
	s->said = now;
}

static void
enter(struct listener *l, pid_t pid, const struct source *client, int64_t now)
{
	struct service *s = l->service;
	struct session new = { .pid = pid, .service = s, .started = now };

	if (client != NULL)
		new.source = *client;
	if (s->kind != NOWAIT) {
		new.listener = l;
		l->child = pid;
	}
	session_add(&new);
	if (s->timeout != 0 && s->expiry == 0)
		s->expiry = now + s->timeout;
	s->running++;
	s->started++;
}

/* A client whose program is on its way. */
static struct beginning {
	struct start	 start;
	struct env	 env;
	struct listener	*listener;	/* NULL: there is none */
	struct source	 client;
} beginnings[SPAWN_MOST];
static unsigned	 turn;		/* the place of the next one */

/* The program could not become what it should be: there was no session. */
static void
withdraw(const struct beginning *b, int64_t now)
{
	const struct start *p = &b->start;
	struct service *s = b->listener->service;

	session_remove(session_find(p->pid));
	s->running--;
	s->started--;
	log_line("%s: %s: %s", s->name, p->failed, strerror(p->error));
	refuse(s, &b->client, p->in, "the program does not run", now);
	s->failed++;
	service_failed(s, now);
}

static void
settle(struct beginning *b, int64_t now)
{
	if (b->listener == NULL)
		return;
	if (child_runs(&b->start))
		close(b->start.in);
	else
		withdraw(b, now);
	b->listener = NULL;
}

static bool
is_settled(void)
{
	for (unsigned i = 0; i < SPAWN_MOST; i++)
		if (beginnings[i].listener != NULL)
			return false;
	return true;
}

void
serve_settle(int64_t now)
{
	for (unsigned i = 0; i < SPAWN_MOST; i++)
		settle(&beginnings[(turn + i) % SPAWN_MOST], now);
	turn = 0;	/* the memory of the others is for those in need */
}

/* There is no process for the client at fd: keep it. */
static void
hold_client(struct listener *l, int fd, const struct source *client,
    const struct source *here, int64_t now)
{
	if (l->step == 0)
		log_line("%s: no process: %s: clients wait", l->service->name,
		    strerror(errno));
	back_off(l, now, SHORT_MOST);
	l->held = fd;
	l->held_client = *client;
	l->held_proxied = here != NULL;
	if (here != NULL)
		l->held_here = *here;
}

/*
 * Begin a session for the client at fd, or keep it for later.  Here is the
 * address that it called, if a front proxy told it, or NULL.
 */
static void
start_session(struct listener *l, int fd, const struct source *client,
    const struct source *here, int64_t now)
{
	struct beginning *b = &beginnings[turn];
	struct service *s = l->service;

	if (s->small != NULL) {
		pid_t number = internal_number();

		enter(l, number, client, now);
		internal_begin(session_find(number), fd, now);
		return;
	}
	if (s->traced)		/* the words of the command are one array */
		serve_settle(now);
	settle(b, now);
	b->start = (struct start){ .place = turn, .service = s, .in = fd,
	    .out = fd, .env = &b->env };
	b->start.program = tracing_command(s, &b->start.argv);
	env_session(&b->env, l, client, here, fd);
	if (!child_begin(&b->start)) {
		hold_client(l, fd, client, here, now);
		return;
	}
	l->step = 0;
	b->listener = l;
	b->client = *client;
	enter(l, b->start.pid, client, now);
	turn = (turn + 1) % SPAWN_MOST;
}

/*
 * accept(2) failed because of the client that was there, or there is none
 * any more: the next one may be fine.  All else lasts, and would make us
 * spin.
 */
static bool
is_transient(int error)
{
	static const int errors[] = { EAGAIN, ECONNABORTED, EINTR, EPROTO,
	    ENETDOWN, ENOPROTOOPT, EHOSTDOWN, ENONET, EHOSTUNREACH,
	    EOPNOTSUPP, ENETUNREACH, ETIMEDOUT, EPERM };

	for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++)
		if (errors[i] == error)
			return true;
	return false;
}

/* Accept a client.  -1: there is none after all, or l is put off. */
static int
take_client(struct listener *l, struct address *peer, int64_t now)
{
	int fd;

	peer->len = sizeof peer->u;
	fd = accept4(l->fd, &peer->u.any, &peer->len, SOCK_CLOEXEC);
	if (fd != -1 || is_transient(errno) || !is_settled())
		return fd;	/* errno may be a child's: asked again */
	if (l->step == 0)
		log_line("%s: accept: %s: clients wait", l->service->name,
		    strerror(errno));
	back_off(l, now, SHORT_MOST);
	return -1;
}

/* What client has too much of, or NULL. */
static const char *
over_limit(const struct service *s, const struct source *client, int64_t now)
{
	if (!network_admits(&s->networks, client))
		return "this network is not admitted";
	if (s->per_source != 0 &&
	    session_count(s, client, s->per_source) >= s->per_source)
		return "too many sessions";
	if (s->source_rate.count != 0 && !bucket_take(s, client, now))
		return "too many sessions in a short time";
	return NULL;
}

/* Serve the client at fd, or refuse it. */
static void
admit(struct listener *l, int fd, const struct source *client,
    const struct source *here, int64_t now)
{
	struct service *s = l->service;
	const char *why = s->family == AF_UNIX ? NULL :
	    over_limit(s, client, now);

	if (why != NULL)
		refuse(s, client, fd, why, now);
	else
		start_session(l, fd, client, here, now);
}

void
serve_named(struct listener *l, int fd, const struct source *client,
    const struct source *here, int64_t now)
{
	struct address peer = { .len = sizeof peer.u };
	struct source source;

	if (client == NULL) {	/* the proxy speaks for itself */
		if (getpeername(fd, &peer.u.any, &peer.len) == -1) {
			close(fd);
			return;
		}
		source = source_of(&peer);
		client = &source;
	}
	admit(l, fd, client, here, now);
	serve_settle(now);
}

/* False: nobody was there. */
static bool
serve_client(struct listener *l, int64_t now)
{
	struct service *s = l->service;
	struct address peer;
	struct source client;
	int fd = l->held;

	if (fd != -1) {
		l->held = -1;
		start_session(l, fd, &l->held_client,
		    l->held_proxied ? &l->held_here : NULL, now);
		return true;
	}
	if ((fd = take_client(l, &peer, now)) == -1)
		return false;
	if (s->rate.count != 0)
		rate_take(&s->rate, &s->bucket, now);
	client = source_of(&peer);
	if (!s->networks.has[PROXY] || s->family == AF_UNIX ||
	    !network_is_proxy(&s->networks, &client))
		admit(l, fd, &client, NULL, now);
	else if (!front_add(l, fd, now))
		refuse(s, &client, fd, "too many headers are awaited", now);
	return true;
}

/* Start the program that gets the whole socket, or that a timer runs. */
static void
serve_whole(struct listener *l, int64_t now)
{
	struct service *s = l->service;
	struct env env;
	struct start start = { .service = s, .env = &env, .argv = s->argv,
	    .program = s->program };
	int null = -1;
	bool begun;

	env_service(&env, s);
	start.in = l->fd;
	if (s->kind == TIMER)
		start.in = null = open("/dev/null", O_RDWR | O_CLOEXEC);
	start.out = start.in;
	begun = start.in != -1 && child_begin(&start);
	if (!begun) {
		log_line("%s: no process: %s", s->name, strerror(errno));
		back_off(l, now, SHORT_MOST);
	} else if (child_runs(&start)) {
		enter(l, start.pid, NULL, now);
		l->due = now + s->interval;
	} else {
		log_line("%s: %s: %s", s->name, start.failed,
		    strerror(start.error));
		s->failed++;
		back_off(l, now, BACK_OFF_MOST);
	}
	if (null != -1)
		close(null);
}

bool
serve_start(struct listener *l, int64_t now)
{
	if (l->service->kind == NOWAIT)
		return serve_client(l, now);
	serve_whole(l, now);
	return false;
}

void
serve_retry(struct conf *c)
{
	for (size_t i = 0; i < c->nlisteners; i++)
		if (c->listeners[i].held != -1)
			c->listeners[i].due = 0;
}
