/* end.c - the end of sessions, and what holds a failing service back */

#include <sys/wait.h>

#include <signal.h>
#include <string.h>

#include "internal.h"
#include "listen.h"
#include "log.h"
#include "number.h"
#include "retired.h"
#include "serve.h"
#include "session.h"
#include "unread.h"

enum {
	QUICK = 1000,		/* ms: an end before that is "at once" */
	FAILURES = 8,		/* at once, until a nowait service is held */
	HOLD_FIRST = 50,	/* ms, of a failing nowait service */
	HOLD_MOST = 1000,
	BACK_OFF_FIRST = 100,	/* ms, of all the others */
	GRACE = 5000		/* ms between TERM and KILL */
};

void
back_off(struct listener *l, int64_t now, int64_t most)
{
	l->step = l->step == 0 ? BACK_OFF_FIRST : l->step * 2;
	if (l->step > most)
		l->step = most;
	l->due = now + l->step;
}

void
service_failed(struct service *s, int64_t now)
{
	int64_t hold = HOLD_FIRST;

	if (++s->failures < FAILURES)
		return;
	for (unsigned n = FAILURES; n < s->failures && hold < HOLD_MOST; n++)
		hold *= 2;
	if (hold > HOLD_MOST)
		hold = HOLD_MOST;
	s->hold = now + hold;
	if (s->failures == FAILURES)
		log_line("%s: failed %u times in a row: held back", s->name,
		    s->failures);
}

/* Processor time, in microseconds. */
static int64_t
cpu_time(const struct rusage *use)
{
	return ((int64_t)use->ru_utime.tv_sec + use->ru_stime.tv_sec) *
	    1000000 + use->ru_utime.tv_usec + use->ru_stime.tv_usec;
}

/* Seconds, with so many decimals; unit is one second. */
static char *
put_seconds(char *to, int64_t time, int64_t unit, int decimals)
{
	to = number_put(to, (uint64_t)(time / unit), 1);
	*to++ = '.';
	return number_put(to, (uint64_t)(time % unit), decimals);
}

/* A line of the log, not cleared anew each time. */
static char	 line[LINE_SIZE + 2 * ADDRESS_TEXT];

/* One line a session: written by hand, since there may be thousands. */
static char *
put_client(const struct session *e)
{
	const struct service *s = e->service;
	char address[ADDRESS_TEXT];
	char *to = stpcpy(stpcpy(line, s->name), ": ");

	if (s->kind == NOWAIT && s->family != AF_UNIX) {
		to = stpcpy(to, source_text(&e->source, address));
		*to++ = ':';
		to = number_put(to, e->source.port, 1);
	} else
		to = stpcpy(to, "-");
	return to;
}

static void
log_end(const struct session *e, int status, int64_t cpu, int64_t now)
{
	char *to = put_client(e);

	to = number_put(stpcpy(to, " pid "), (uint64_t)e->pid, 1);
	to = put_seconds(stpcpy(to, " wall "), now - e->started, 1000, 3);
	to = put_seconds(stpcpy(to, " cpu "), cpu, 1000000, 6);
	to = stpcpy(to, WIFSIGNALED(status) ? " signal " : " exit ");
	number_put(to, (uint64_t)(WIFSIGNALED(status) ? WTERMSIG(status) :
	    WEXITSTATUS(status)), 1);
	log_text(line);
}

/*
 * A program that had the whole socket, or a timer's, has ended.  What it
 * left unread would start it again at once, and so on for ever: hence a
 * datagram that it leaves time and again is thrown away, and clients it does
 * not accept make it wait.
 */
static void
end_whole(struct listener *l, bool failed, bool quick, int64_t now)
{
	const char *name = l->service->name;
	int left = 0;

	l->child = 0;
	l->dismissed = false;
	if (l->fd != -1)
		listener_mend(l);
	if (quick && l->fd != -1)
		left = unread_count(l);
	else
		l->unread = 0;
	if (!failed && left < (l->service->type == SOCK_DGRAM ? 1 : FAILURES)) {
		l->step = 0;
		return;
	}
	back_off(l, now, BACK_OFF_MOST);
	if (left >= UNREAD_MOST && l->service->type == SOCK_DGRAM) {
		unread_drop(l);
		log_line("%s: left the same datagram unread %d times: thrown "
		    "away", name, left);
	}
	log_line("%s: ended at once: next start in %lld.%lld s", name,
	    (long long)(l->step / 1000), (long long)(l->step % 1000 / 100));
}

/*
 * Does the status say that no session can succeed?  Other failures may be
 * the client's doing, and must not hold the others back.
 */
static bool
is_misconfigured(int status)
{
	enum { WRONGLY_CALLED = 100, NOT_EXECUTABLE = 126, NOT_FOUND = 127 };

	return WIFEXITED(status) && (WEXITSTATUS(status) == WRONGLY_CALLED ||
	    WEXITSTATUS(status) == NOT_EXECUTABLE ||
	    WEXITSTATUS(status) == NOT_FOUND);
}

/* What both kinds of session have in common. */
static void
count_end(struct session *e, int64_t now)
{
	struct service *s = e->service;

	if (now - e->started > s->longest)
		s->longest = now - e->started;
	s->running--;
}

void
serve_end_internal(struct session *e, int64_t now)
{
	put_seconds(stpcpy(put_client(e), " internal wall "),
	    now - e->started, 1000, 3);
	log_text(line);
	count_end(e, now);
	session_remove(e);
}

void
serve_end(pid_t pid, int status, const struct rusage *use, int64_t now)
{
	struct session *e = session_find(pid);
	struct service *s;
	bool told, failed, quick;
	int64_t cpu = cpu_time(use);

	if (e == NULL)	/* as process 1 we may inherit others' children */
		return;
	s = e->service;
	told = e->listener != NULL && e->listener->dismissed;
	failed = status != 0 && !told;
	if (failed || s->kind != TIMER)
		log_end(e, status, cpu, now);
	s->cpu += cpu;
	quick = !told && now - e->started < QUICK;
	count_end(e, now);
	s->failed += failed;
	if (e->listener != NULL)
		end_whole(e->listener, failed && quick, quick, now);
	else if (is_misconfigured(status))
		service_failed(s, now);
	else
		s->failures = 0;
	session_remove(e);
	if (s->retired && s->running == 0)
		retired_end(s);
}

/*
 * A process that is stopped has to go on, to hear it.  SIGCONT goes first:
 * behind the signal it would undo the stop by which a tracer attaches to a
 * process that ends, and both would wait for ever (LeakSanitizer is one).
 */
static void
end_process(pid_t pid, int signal)
{
	kill(pid, SIGCONT);
	kill(pid, signal);
}

void
serve_dismiss(struct listener *l)
{
	l->dismissed = l->child != 0;
	if (l->dismissed)
		end_process(l->child, SIGTERM);
}

/* End its process.  Returns when to look at it again. */
static int64_t
expire(struct session *e, int64_t now)
{
	log_line("%s: pid %ld has taken too long: %s", e->service->name,
	    (long)e->pid, e->expired ? "killed" : "ended");
	end_process(-e->pid, e->expired ? SIGKILL : SIGTERM);
	e->expired = true;
	return now + GRACE;
}

void
serve_expire(struct service *s, int64_t now)
{
	struct session *e = NULL;
	int64_t due;

	if (s->expiry == 0 || s->expiry > now)
		return;
	s->expiry = 0;
	while ((e = session_next(e)) != NULL) {
		if (e->service != s)
			continue;
		due = e->started + s->timeout + (e->expired ? GRACE : 0);
		if (due <= now && e->pid < 0) {
			log_line("%s: a client has taken too long: ended",
			    s->name);
			internal_end(e, now);
			continue;
		}
		if (due <= now)
			due = expire(e, now);
		if (s->expiry == 0 || due < s->expiry)
			s->expiry = due;
	}
}
