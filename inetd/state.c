/* state.c - what one inetd tells the next in an upgrade */

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "bucket.h"
#include "conf.h"
#include "inherit.h"
#include "retired.h"
#include "session.h"
#include "state.h"
#include "tracing.h"

enum { STATE_LINE = 3 * LINE_SIZE };

/* How a line ends: the service that it is about. */
struct key {
	int		 type;
	char		 column[LINE_SIZE];
	char		 name[LINE_SIZE];
};

#define KEY		"%d\t%2047[^\t]\t%2047[^\n]"
#define KEY_OF(k)	&(k)->type, (k)->column, (k)->name
enum { KEY_FIELDS = 3 };

static void
save_key(FILE *f, const struct service *s)
{
	fprintf(f, "\t%d\t%s\t%s\n", s->type, s->column, s->name);
}

static void
save_service(FILE *f, const struct service *s)
{
	fprintf(f, "service\t%llu\t%llu\t%llu\t%lld\t%lld\t%lld\t%u\t%lld"
	    "\t%lld\t%d\t%d\t%d", (unsigned long long)s->started,
	    (unsigned long long)s->refused, (unsigned long long)s->failed,
	    (long long)s->cpu, (long long)s->longest, (long long)s->bucket,
	    s->failures, (long long)s->hold, (long long)s->timeout,
	    s->paused | s->traced << 1, s->kind, s->family);
	save_key(f, s);
}

static void
save_listeners(FILE *f, const struct conf *c)
{
	for (size_t i = 0; i < c->nlisteners; i++) {
		const struct listener *l = &c->listeners[i];

		if (l->fd != -1)
			fprintf(f, "socket\t%d\t%s\n", l->fd,
			    l->service->name);
		if (l->fd != -1 && l->inode != 0)
			fprintf(f, "file\t%llu\t%llu\n",
			    (unsigned long long)l->device,
			    (unsigned long long)l->inode);
		fprintf(f, "listener\t%zu\t%lld\t%lld\t%d", i,
		    (long long)l->due, (long long)l->step, l->unread);
		save_key(f, l->service);
	}
}

static void
save_sessions(FILE *f, const struct conf *c)
{
	struct session *e = NULL;

	while ((e = session_next(e)) != NULL) {
		fprintf(f, "session\t%ld\t%lld\t%d\t%u\t%td\t", (long)e->pid,
		    (long long)e->started, e->expired, e->source.port,
		    e->listener == NULL ? -1 : e->listener - c->listeners);
		for (size_t i = 0; i < sizeof e->source.ip; i++)
			fprintf(f, "%02x", e->source.ip[i]);
		save_key(f, e->service);
	}
}

void
state_save(FILE *f, const struct inetd *in)
{
	const struct service *s;

	fprintf(f, "started\t%lld\n", (long long)in->started);
	for (s = in->conf->services; s != NULL; s = s->next)
		save_service(f, s);
	for (s = retired_next(NULL); s != NULL; s = retired_next(s))
		save_service(f, s);
	save_listeners(f, in->conf);
	save_sessions(f, in->conf);
	bucket_save(f);
}

size_t
state_sockets(FILE *f)
{
	char line[STATE_LINE], name[64];
	unsigned long long device, inode;
	size_t sessions = 0;
	bool added = false;
	int fd;

	while (fgets(line, sizeof line, f) != NULL) {
		if (sscanf(line, "socket\t%d\t%63[^\n]", &fd, name) == 2)
			added = inherit_add(fd, name);
		if (added && sscanf(line, "file\t%llu\t%llu", &device,
		    &inode) == 2)
			inherit_file((dev_t)device, (ino_t)inode);
		sessions += strncmp(line, "session\t", 8) == 0;
	}
	rewind(f);
	return sessions;
}

static bool
is_called(const struct service *s, const struct key *k)
{
	return s->type == k->type && strcmp(s->column, k->column) == 0 &&
	    strcmp(s->name, k->name) == 0;
}

/* Among those of the configuration, or the retired ones. */
static struct service *
find_service(const struct conf *c, const struct key *k)
{
	struct service *s = c->services;

	while (s != NULL && !is_called(s, k))
		s = s->next;
	if (s == NULL)
		s = retired_next(NULL);
	while (s != NULL && !is_called(s, k))
		s = s->next;
	return s;
}

/* What the sessions of a service need that is no more. */
static void
retire(const struct service *old, const struct key *k)
{
	struct service *s = malloc(sizeof *s);
	size_t len = strlen(k->column) + 1;

	if (s == NULL)
		return;
	*s = *old;
	s->text = malloc(len + strlen(k->name) + 1);
	if (s->text == NULL) {
		free(s);
		return;
	}
	s->type = k->type;
	s->column = strcpy(s->text, k->column);
	s->name = strcpy(s->text + len, k->name);
	retired_add(s);
}

static void
load_service(const struct conf *c, const char *line)
{
	struct service old = { 0 }, *s;
	unsigned long long started, refused, failed;
	long long cpu, longest, bucket, hold, timeout;
	int flags, kind;
	struct key k;

	if (sscanf(line, "service\t%llu\t%llu\t%llu\t%lld\t%lld\t%lld\t%u\t"
	    "%lld\t%lld\t%d\t%d\t%d\t" KEY, &started, &refused, &failed, &cpu,
	    &longest, &bucket, &old.failures, &hold, &timeout, &flags, &kind,
	    &old.family, KEY_OF(&k)) != 12 + KEY_FIELDS)
		return;
	if ((s = find_service(c, &k)) == NULL) {
		old.kind = (enum kind)kind;
		old.timeout = timeout;
		if (old.kind == NOWAIT)
			retire(&old, &k);
		return;
	}
	s->started = started;
	s->refused = refused;
	s->failed = failed;
	s->cpu = cpu;
	s->longest = longest;
	s->bucket = bucket;
	s->failures = old.failures;
	s->hold = hold;
	s->paused = flags & 1;
	if (flags & 2)
		tracing_begin(s);
}

/* The one at the old place, if it still fits, or any that nobody has. */
static struct listener *
find_listener(const struct conf *c, const struct service *s, long place)
{
	struct listener *l = c->listeners + place;

	if (place < 0 || (size_t)place >= c->nlisteners || l->service != s)
		for (l = c->listeners; l->service != s || l->child != 0; l++)
			if (l + 1 == c->listeners + c->nlisteners)
				return NULL;
	return l;
}

static void
load_listener(const struct conf *c, const char *line)
{
	long long due, step;
	long place;
	int unread;
	const struct service *s;
	struct listener *l;
	struct key k;

	if (sscanf(line, "listener\t%ld\t%lld\t%lld\t%d\t" KEY, &place, &due,
	    &step, &unread, KEY_OF(&k)) != 4 + KEY_FIELDS ||
	    (s = find_service(c, &k)) == NULL ||
	    (l = find_listener(c, s, place)) == NULL)
		return;
	l->due = due;
	l->step = step;
	l->unread = unread;
}

static void
load_session(const struct conf *c, const char *line)
{
	struct session e = { 0 };
	long long started;
	long pid, place;
	int expired;
	unsigned port;
	char ip[33];
	struct key k;

	if (sscanf(line, "session\t%ld\t%lld\t%d\t%u\t%ld\t%32[0-9a-f]\t" KEY,
	    &pid, &started, &expired, &port, &place, ip, KEY_OF(&k)) !=
	    6 + KEY_FIELDS)
		return;
	e.pid = (pid_t)pid;
	e.started = started;
	e.expired = expired != 0;
	e.source.port = (uint16_t)port;
	for (size_t i = 0; i < sizeof e.source.ip; i++)
		sscanf(ip + 2 * i, "%2hhx", &e.source.ip[i]);
	e.service = find_service(c, &k);
	if (place >= 0 && e.service != NULL && e.service->kind != NOWAIT)
		e.listener = find_listener(c, e.service, place);
	if (e.service == NULL || (place >= 0 && e.listener == NULL)) {
		if (place >= 0)		/* it has a socket that is no more */
			kill(e.pid, SIGTERM);
		return;
	}
	if (e.listener != NULL)
		e.listener->child = e.pid;
	e.service->running++;
	e.service->expiry = e.service->timeout == 0 ? 0 : 1;
	session_add(&e);
}

void
state_load(FILE *f, struct inetd *in)
{
	struct service *s, *next;
	char line[STATE_LINE];
	long long started;

	while (fgets(line, sizeof line, f) != NULL) {
		if (sscanf(line, "started\t%lld", &started) == 1)
			in->started = started;
		load_service(in->conf, line);
		load_listener(in->conf, line);
		load_session(in->conf, line);
		bucket_load(line);
	}
	for (s = retired_next(NULL); s != NULL; s = next) {
		next = retired_next(s);
		if (s->running == 0)
			retired_end(s);
	}
}
