/* upgrade.c - exchange the program while services run */

#define _GNU_SOURCE	/* memfd_create, O_PATH */
#include <sys/mman.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "front.h"
#include "inherit.h"
#include "log.h"
#include "session.h"
#include "tracing.h"
#include "upgrade.h"

enum { WORDS_MAX = 16, STATE_LINE = 3 * LINE_SIZE };

static char	 program[PATH_MAX];
static char	*words[WORDS_MAX + 2];	/* our argv, and room for -t */
static size_t	 nwords;
static int	 origin = -1;		/* the directory we were started in */
static FILE	*state;			/* what the old program left us */
static pid_t	 checker;
static bool	 wanted;

/* Find the sockets that the old program names, and keep them. */
static void
find_listeners(void)
{
	char line[STATE_LINE], name[64];
	int fd;

	while (fgets(line, sizeof line, state) != NULL)
		if (sscanf(line, "listener\t%d\t%63[^\n]", &fd, name) == 2)
			inherit_add(fd, name);
	rewind(state);
}

bool
upgrade_remember(char *argv[])
{
	const char *fd = getenv("INETD_STATE");
	ssize_t len = readlink("/proc/self/exe", program, sizeof program - 1);

	program[len == -1 ? 0 : len] = '\0';
	while (nwords < WORDS_MAX && argv[nwords] != NULL) {
		words[nwords] = argv[nwords];
		nwords++;
	}
	if (fd != NULL && (state = fdopen(atoi(fd), "r")) != NULL) {
		rewind(state);
		unsetenv("INETD_STATE");
		find_listeners();
	}
	inherit_close_others(state == NULL ? -1 : fileno(state));
	origin = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	return state != NULL;
}

void
upgrade_begin(void)
{
	static char check[] = "-t";
	sigset_t none;

	if (checker != 0 || wanted)
		return;
	log_line("upgrade: checking %s", program);
	words[nwords] = check;
	sigemptyset(&none);
	checker = fork();
	if (checker == 0) {
		sigprocmask(SIG_SETMASK, &none, NULL);
		if (fchdir(origin) == 0)
			execv(program, words);
		_exit(111);
	}
	words[nwords] = NULL;
	if (checker == -1) {
		log_line("upgrade: %s", strerror(errno));
		checker = 0;
	}
}

bool
upgrade_checked(pid_t pid, int status)
{
	if (pid != checker || pid == 0)
		return false;
	checker = 0;
	wanted = WIFEXITED(status) && WEXITSTATUS(status) == 0;
	if (!wanted)
		log_line("upgrade: %s does not take the configuration: "
		    "nothing is changed", program);
	return true;
}

static void
save(FILE *f, const struct inetd *in)
{
	const struct listener *l = in->conf->listeners;
	struct session *e = NULL;

	fprintf(f, "started\t%lld\n", (long long)in->started);
	for (; l < in->conf->listeners + in->conf->nlisteners; l++)
		if (l->fd != -1)
			fprintf(f, "listener\t%d\t%s\n", l->fd,
			    l->service->name);
	for (const struct service *s = in->conf->services; s != NULL;
	    s = s->next)
		fprintf(f, "service\t%llu\t%llu\t%llu\t%lld\t%lld\t%d\t%d\t%s"
		    "\t%s\n", (unsigned long long)s->started,
		    (unsigned long long)s->refused,
		    (unsigned long long)s->failed, (long long)s->cpu,
		    (long long)s->longest, s->paused | s->traced << 1,
		    s->type, s->column, s->name);
	while ((e = session_next(e)) != NULL) {
		fprintf(f, "session\t%ld\t%lld\t%d\t%u\t", (long)e->pid,
		    (long long)e->started, e->expired, e->source.port);
		for (size_t i = 0; i < sizeof e->source.ip; i++)
			fprintf(f, "%02x", e->source.ip[i]);
		fprintf(f, "\t%td\t%d\t%s\t%s\n", e->listener == NULL ? -1 :
		    e->listener - in->conf->listeners, e->service->type,
		    e->service->column, e->service->name);
	}
}

/* Let the listeners through the exec, or not. */
static void
let_through(const struct conf *c, int state_fd, int flags)
{
	for (size_t i = 0; i < c->nlisteners; i++)
		if (c->listeners[i].fd != -1)
			fcntl(c->listeners[i].fd, F_SETFD, flags);
	fcntl(state_fd, F_SETFD, flags);
}

void
upgrade_try(struct inetd *in)
{
	char number[16];
	int fd, site;
	FILE *f;

	if (!wanted)
		return;
	for (size_t i = 0; i < in->conf->nlisteners; i++)
		if (in->conf->listeners[i].held != -1)
			return;		/* it is served first */
	if (front_count() != 0)
		return;
	wanted = false;
	fd = memfd_create("inetd", MFD_CLOEXEC);
	if (fd == -1 || (f = fdopen(fd, "w")) == NULL) {
		log_line("upgrade: %s", strerror(errno));
		return;
	}
	save(f, in);
	site = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fflush(f) == 0 && site != -1 && fchdir(origin) == 0) {
		snprintf(number, sizeof number, "%d", fd);
		setenv("INETD_STATE", number, 1);
		let_through(in->conf, fd, 0);
		log_flush();
		execv(program, words);
	}
	log_line("upgrade: %s: %s", program, strerror(errno));
	unsetenv("INETD_STATE");
	let_through(in->conf, fd, FD_CLOEXEC);
	if (site == -1 || fchdir(site) == -1)
		log_line("upgrade: cannot go back to the site");
	close(site);
	fclose(f);
}

static struct service *
find_service(const struct conf *c, int type, const char *column,
    const char *name)
{
	struct service *s = c->services;

	while (s != NULL && (s->type != type ||
	    strcmp(s->column, column) != 0 || strcmp(s->name, name) != 0))
		s = s->next;
	return s;
}

static void
load_service(const struct conf *c, const char *line)
{
	unsigned long long started, refused, failed;
	long long cpu, longest;
	char column[LINE_SIZE], name[LINE_SIZE];
	int flags, type;
	struct service *s;

	if (sscanf(line, "service\t%llu\t%llu\t%llu\t%lld\t%lld\t%d\t%d\t"
	    "%2047[^\t]\t%2047[^\n]", &started, &refused, &failed, &cpu,
	    &longest, &flags, &type, column, name) != 9 ||
	    (s = find_service(c, type, column, name)) == NULL)
		return;
	s->started = started;
	s->refused = refused;
	s->failed = failed;
	s->cpu = cpu;
	s->longest = longest;
	s->paused = flags & 1;
	if (flags & 2)
		tracing_begin(s);
}

/* Which listener a program has: the one at the old place, if it still fits. */
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
load_session(const struct conf *c, const char *line)
{
	struct session e = { 0 };
	char ip[33], column[LINE_SIZE], name[LINE_SIZE];
	long long started;
	int expired, type;
	long pid, place;
	unsigned port;

	if (sscanf(line, "session\t%ld\t%lld\t%d\t%u\t%32[0-9a-f]\t%ld\t%d\t"
	    "%2047[^\t]\t%2047[^\n]", &pid, &started, &expired, &port, ip,
	    &place, &type, column, name) != 9)
		return;
	e.pid = (pid_t)pid;
	e.started = started;
	e.expired = expired != 0;
	e.source.port = (uint16_t)port;
	for (size_t i = 0; i < sizeof e.source.ip; i++)
		sscanf(ip + 2 * i, "%2hhx", &e.source.ip[i]);
	e.service = find_service(c, type, column, name);
	if (e.service != NULL && e.service->kind != NOWAIT)
		e.listener = find_listener(c, e.service, place);
	if (e.service == NULL ||
	    (e.listener == NULL) != (e.service->kind == NOWAIT)) {
		if (place >= 0)		/* it has a socket that is no more */
			kill(e.pid, SIGTERM);
		return;
	}
	if (e.listener != NULL) {
		e.listener->child = e.pid;
		e.listener->due = e.started + e.service->interval;
	}
	e.service->running++;
	e.service->expiry = e.service->timeout == 0 ? 0 : 1;
	session_add(&e);
}

void
upgrade_end(struct inetd *in)
{
	char line[STATE_LINE];
	long long started;

	if (state == NULL)
		return;
	while (fgets(line, sizeof line, state) != NULL) {
		if (sscanf(line, "started\t%lld", &started) == 1)
			in->started = started;
		load_service(in->conf, line);
		load_session(in->conf, line);
	}
	fclose(state);
	state = NULL;
	log_line("upgraded: process %ld goes on", (long)getpid());
}
