/* control.c - what inetctl(8) asks of a running inetd */

#include <sys/socket.h>
#include <sys/stat.h>

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "control.h"
#include "listen.h"
#include "log.h"
#include "reload.h"
#include "serve.h"
#include "session.h"
#include "tracing.h"

enum { ANSWER_SIZE = 128 * 1024 };

/* The socket is a listener like any other. */
static struct service	 service = {
	.name = "inetctl", .column = control_path, .kind = WAIT,
	.type = SOCK_DGRAM, .family = AF_UNIX, .mode = 0600, .instances = 1,
	.owner = (uid_t)-1, .group = (gid_t)-1,
};
static struct listener	 listener = { .service = &service, .fd = -1,
	.held = -1 };

struct answer {
	char		 text[ANSWER_SIZE];
	size_t		 len;
};

__attribute__((format(printf, 2, 3))) static void
say(struct answer *a, const char *format, ...)
{
	size_t room = sizeof a->text - a->len;
	va_list ap;
	int len;

	va_start(ap, format);
	len = vsnprintf(a->text + a->len, room, format, ap);
	va_end(ap);
	if (len > 0)	/* what does not fit is cut */
		a->len += (size_t)len < room ? (size_t)len : room - 1;
}

void
control_open(const struct conf *c)
{
	address_path(&listener.address, control_path);
	if (listener.fd == -1 && !listener_open(&listener, c))
		log_line("inetctl will not find us");
}

int
control_fd(void)
{
	return listener.fd;
}

void
control_close(void)
{
	listener_close(&listener);
}

static const char *
state(const struct conf *c, const struct service *s, int64_t now)
{
	bool open = s->kind == TIMER;

	for (size_t i = 0; i < c->nlisteners; i++)
		if (c->listeners[i].service == s && c->listeners[i].fd != -1)
			open = true;
	if (s->paused)
		return "paused";
	if (!open)
		return "closed";
	if (s->hold > now)
		return "held back";
	return s->kind == NOWAIT && s->running >= s->max ? "full" : "on";
}

static void
say_addresses(struct answer *a, const struct conf *c, const struct service *s)
{
	const struct listener *l = c->listeners;
	char text[ADDRESS_TEXT];
	const char *comma = "";

	for (; l < c->listeners + c->nlisteners; l++) {
		if (l->service != s || l->fd == -1 || l->instance != 0)
			continue;
		address_text(&l->bound, text);
		if (s->family == AF_UNIX)
			say(a, "%s%s", comma, text);
		else
			say(a, strchr(text, ':') != NULL ? "%s[%s]:%u" :
			    "%s%s:%u", comma, text, address_port(&l->bound));
		comma = ",";
	}
	if (*comma == '\0')
		say(a, "-");
}

/* How long the longest session has lasted, those of now included. */
static int64_t
longest(const struct service *s, int64_t now)
{
	struct session *e = NULL;
	int64_t most = s->longest;

	while ((e = session_next(e)) != NULL)
		if (e->service == s && now - e->started > most)
			most = now - e->started;
	return most;
}

static const char *
protocol(const struct service *s)
{
	if (s->kind == TIMER)
		return "-";
	if (s->family == AF_UNIX)
		return "unix";
	return s->type == SOCK_STREAM ? "tcp" : "udp";
}

static bool
cmd_status(struct answer *a, struct inetd *in, char *name, int64_t now)
{
	static const char *const kinds[] = { "nowait", "wait", "timer" };
	const struct service *s = in->conf->services;

	(void)name;
	say(a, "inetd\t%ld\t%lld\n", (long)getpid(),
	    (long long)((now - in->started) / 1000));
	for (; s != NULL; s = s->next) {
		say(a, "service\t%s\t%s\t%s\t%s\t", s->name,
		    kinds[s->kind], protocol(s), s->column);
		say_addresses(a, in->conf, s);
		say(a, "\t%s\t%u\t%u\t%llu\t%llu\t%llu\t%lld\t%lld\n",
		    state(in->conf, s, now), s->running,
		    s->kind == NOWAIT ? s->max : 0,
		    (unsigned long long)s->started,
		    (unsigned long long)s->refused,
		    (unsigned long long)s->failed,
		    (long long)longest(s, now),
		    (long long)(s->cpu / 1000));
	}
	return true;
}

static bool
cmd_reload(struct answer *a, struct inetd *in, char *name, int64_t now)
{
	bool taken;

	(void)name, (void)now;
	log_copy(a->text + a->len, sizeof a->text - a->len);
	taken = reload(in);
	a->len += log_copy(NULL, 0);
	return taken;
}

static bool
cmd_stop(struct answer *a, struct inetd *in, char *name, int64_t now)
{
	(void)a, (void)name, (void)now;
	in->stop = true;
	return true;
}

/* Do something to each service called name; false if there is none. */
static bool
each(struct answer *a, struct inetd *in, const char *name,
    void (*change)(struct service *))
{
	bool found = false;

	for (struct service *s = in->conf->services; s != NULL; s = s->next)
		if (strcmp(s->name, name) == 0 || strcmp(s->column, name) == 0)
			change(s), found = true;
	if (!found)
		say(a, "no service is called %s\n", name);
	return found;
}

static void
pause_service(struct service *s)
{
	s->paused = true;
	log_line("%s: paused", s->name);
}

static void
resume_service(struct service *s)
{
	s->paused = false;
	s->failures = 0;
	s->hold = 0;
	log_line("%s: resumed", s->name);
}

static bool
cmd_pause(struct answer *a, struct inetd *in, char *name, int64_t now)
{
	(void)now;
	return each(a, in, name, pause_service);
}

static bool
cmd_resume(struct answer *a, struct inetd *in, char *name, int64_t now)
{
	(void)now;
	return each(a, in, name, resume_service);
}

static bool
cmd_trace_on(struct answer *a, struct inetd *in, char *name, int64_t now)
{
	const char *wrong = "there is none";

	(void)now;
	for (struct service *s = in->conf->services; s != NULL; s = s->next)
		if (strcmp(s->name, name) == 0 &&
		    (wrong = tracing_begin(s)) == NULL) {
			log_line("%s: traced to %s", name, s->trace);
			return true;
		}
	say(a, "%s cannot be traced: %s\n", name, wrong);
	return false;
}

static void
end_trace(struct service *s)
{
	s->traced = false;
	log_line("%s: traced no more", s->name);
}

static bool
cmd_trace_off(struct answer *a, struct inetd *in, char *name, int64_t now)
{
	(void)now;
	return each(a, in, name, end_trace);
}

static const struct command {
	const char	*verb;
	bool		 named;		/* takes a service's name */
	bool		(*run)(struct answer *, struct inetd *, char *name,
			    int64_t now);
} commands[] = {
	{ "status",	false,	cmd_status },
	{ "reload",	false,	cmd_reload },
	{ "stop",	false,	cmd_stop },
	{ "pause",	true,	cmd_pause },
	{ "resume",	true,	cmd_resume },
	{ "trace-on",	true,	cmd_trace_on },
	{ "trace-off",	true,	cmd_trace_off },
	{ NULL,		false,	NULL },
};

static bool
run(struct answer *a, struct inetd *in, char *request, int64_t now)
{
	const struct command *c = commands;
	char *name = request + strcspn(request, " ");

	if (*name != '\0')
		*name++ = '\0';
	while (c->verb != NULL && strcmp(c->verb, request) != 0)
		c++;
	if (c->verb != NULL && c->named == (*name != '\0'))
		return c->run(a, in, name, now);
	say(a, "no such request\n");
	return false;
}

void
control_serve(struct inetd *in, int64_t now)
{
	struct sockaddr_un from;
	socklen_t fromlen = sizeof from;
	char request[REQUEST_SIZE];
	struct answer *a;
	ssize_t len;

	len = recvfrom(listener.fd, request, sizeof request - 1, MSG_DONTWAIT,
	    (struct sockaddr *)&from, &fromlen);
	if (len <= 0 || (a = malloc(sizeof *a)) == NULL)
		return;
	request[len] = '\0';
	a->len = 0;
	say(a, "error\n");
	if (run(a, in, request, now))
		memcpy(a->text, "ok   \n", 6);
	sendto(listener.fd, a->text, a->len, MSG_DONTWAIT | MSG_NOSIGNAL,
	    (struct sockaddr *)&from, fromlen);
	free(a);
}
