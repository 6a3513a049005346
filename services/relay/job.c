/* job.c - all that is due for one domain, in a process of its own */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "io/log.h"
#include "relay.h"

enum {
	ATTEMPTS_MIN = 3,	/* whatever the clock says, before giving up */
	CONNECTIONS_MAX = 4	/* in a row, over which no message goes */
};

struct job {
	const struct site *site;
	const char	*key;
	struct way	 way;
	size_t		 server;	/* of the way, to be tried next */
	unsigned	 connections;
	struct client	*client;
	/* Of the last failure. */
	char		 reason[QUEUE_REASON_MAX + 1];
	bool		 dead;
};

bool
job_is_for(const struct site *site, const struct queue_recipient *r,
    const char *key)
{
	char own[WAY_KEY_SIZE];

	way_key(&site->settings, r->path, own);
	return strcasecmp(own, key) == 0;
}

int64_t
job_backoff(const struct mail_settings *s, unsigned attempts)
{
	int64_t wait = s->relay_retry;
	unsigned random = 0;

	for (; attempts > 1 && wait < s->relay_retry_max; attempts--)
		wait *= 2;
	if (wait > s->relay_retry_max)
		wait = s->relay_retry_max;
	/* What failed together should not all come back together. */
	if (getrandom(&random, sizeof random, 0) == sizeof random)
		wait += (int64_t)(random % (unsigned)(wait / 4 + 1));
	return wait;
}

unsigned
job_attempts_within(const struct mail_settings *s, int64_t seconds)
{
	int64_t wait = s->relay_retry;
	unsigned n = 0;

	/* Each wait is up to a quarter longer by chance. */
	for (; seconds > 0; n++) {
		seconds -= (wait < s->relay_retry_max ? wait :
		    s->relay_retry_max) * 5 / 4 + 1;
		if (wait < s->relay_retry_max)
			wait *= 2;
	}
	return n;
}

int64_t
job_due(const struct site *site, const struct queue_recipient *r, int64_t now)
{
	if (r->state != QUEUE_WAITING)
		return INT64_MAX;
	return r->next > now + 2 * site->settings.relay_retry_max ? now :
	    r->next;
}

int64_t
job_due_there(const struct site *site, const struct queue_message *m,
    const char *key)
{
	int64_t due = INT64_MAX, next;

	for (size_t i = 0; i < m->n; i++) {
		if (!job_is_for(site, &m->to[i], key))
			continue;
		next = job_due(site, &m->to[i], (int64_t)time(NULL));
		due = next < due ? next : due;
	}
	return due;
}

/* Give up on a recipient that has waited for too long. */
static void
expire(const struct site *site, const struct queue_message *m,
    struct queue_recipient *r, int64_t now)
{
	int64_t lifetime = site->settings.relay_lifetime;
	unsigned least = job_attempts_within(&site->settings, lifetime);

	if (r->state == QUEUE_WAITING && r->attempts >= (least <
	    ATTEMPTS_MIN ? ATTEMPTS_MIN : least) && (now < m->arrived ||
	    now - m->arrived > lifetime))
		r->state = QUEUE_FAILED;
}

static void
log_end(const struct job *j, const struct queue_recipient *r,
    const char *name)
{
	log_line("message %s to <%s> server %s: %s: %s", name, r->path,
	    j->client->fd == -1 ? "-" : j->client->name,
	    r->state == QUEUE_WAITING ? "later" : r->state == QUEUE_FAILED ?
	    "failed" : "sent", r->reason);
}

/* True if the message is done, and gone. */
static bool
remove_done(const struct site *site, const struct queue_message *m,
    const char *name)
{
	if (!queue_is_done(m))
		return false;
	if (unlinkat(site->new, name, 0) == 0 || errno == ENOENT)
		return true;
	log_errno("%s/%s", QUEUE_NEW, name);
	return false;
}

/*
 * Write down how it went for the recipients of this job; at once, since the
 * peer may have the message already.
 */
static void
settle(const struct job *j, struct queue_message *m, int fd, const char *name,
    const size_t *to, size_t n)
{
	int64_t now = (int64_t)time(NULL);
	struct queue_recipient *r;

	for (size_t i = 0; i < n; i++) {
		r = &m->to[to[i]];
		r->attempts++;
		r->tried = now;
		r->next = now + job_backoff(&j->site->settings, r->attempts);
		expire(j->site, m, r, now);
	}
	if (n < m->n || !remove_done(j->site, m, name))
		for (size_t i = 0; i < n; i++)
			if (queue_mark(fd, &m->to[to[i]]) == -1)
				log_errno("%s/%s", QUEUE_NEW, name);
	for (size_t i = 0; i < n; i++)
		log_end(j, &m->to[to[i]], name);
	/* Another job may have finished with the others meanwhile. */
	if (n < m->n && queue_read(m, fd) == 0)
		remove_done(j->site, m, name);
}

static void
set_all(const struct job *j, struct queue_message *m, const size_t *to,
    size_t n, enum queue_state state)
{
	for (size_t i = 0; i < n; i++) {
		m->to[to[i]].state = (char)state;
		m->to[to[i]].server[0] = '\0';
		strcpy(m->to[to[i]].reason, j->reason);
	}
}

/*
 * Be connected, to the first of the servers that is there.  False if none
 * is, or if too many connections broke: then reason is set.
 */
static bool
connected(struct job *j, enum queue_state *state)
{
	char text[QUEUE_REASON_MAX + 1];

	*state = QUEUE_WAITING;
	if (j->client->fd != -1 && !client_is_ready(j->client)) {
		j->client->broken = true;
		client_close(j->client);
	}
	while (j->client->fd == -1 && j->server < j->way.n &&
	    j->connections < CONNECTIONS_MAX) {
		switch (client_open(j->client, &j->way.server[j->server],
		    j->site)) {
		case CLIENT_OK:
			j->connections++;
			return true;
		case CLIENT_LOOP:
			/* We are the way if better servers are away. */
			if (j->server > 0)
				return false;
			*state = QUEUE_FAILED;
			strcpy(j->reason,
			    "554 5.4.6 The domain's mail leads back here");
			return false;
		case CLIENT_LATER:
			break;
		}
		j->server++;
		snprintf(text, sizeof text, "451 4.4.1 %.180s",
		    j->client->reply.text);
		queue_reason(j->reason, text);
	}
	if (j->client->fd != -1)
		return true;
	if (j->reason[0] == '\0')
		strcpy(j->reason, "451 4.4.2 The connection breaks each time");
	return false;
}

/* One message, to those of its recipients whose time has come. */
static void
deliver(struct job *j, struct queue_message *m, int fd, const char *name,
    enum queue_state state)
{
	size_t to[QUEUE_RECIPIENTS_MAX], n = 0, rest;
	int64_t now = (int64_t)time(NULL);

	for (size_t i = 0; i < m->n; i++)
		if (job_is_for(j->site, &m->to[i], j->key) && job_due(j->site,
		    &m->to[i], now) <= now)
			to[n++] = i;
	/* What may be sent at once is not written down before it has been. */
	for (; n > 0 && !m->held; n = rest) {
		rest = 0;
		if (j->dead || state == QUEUE_FAILED ||
		    !connected(j, &state)) {
			j->dead = state == QUEUE_WAITING;
			set_all(j, m, to, n, state);
		} else {
			rest = send_message(j->client, m, fd, to, n);
			if (!j->client->broken)
				j->connections = 0;
		}
		settle(j, m, fd, name, to + rest, n - rest);
	}
}

static void
report(const struct site *site, const char *name, struct queue_message *m,
    int fd, bool *dead)
{
	if (!report_is_due(site, m))
		return;
	if (!report_send(site, m, fd, name))
		*dead = true;
	else if (queue_read(m, fd) == 0)
		remove_done(site, m, name);
}

/* Find the way, or the state and the reason of all that has none. */
static enum queue_state
find_way(struct job *j)
{
	const char *reason;
	enum way_end end = way_find(&j->way, j->site, j->key, &reason);

	if (end == WAY_OK)
		return QUEUE_WAITING;
	j->dead = end == WAY_LATER;
	strcpy(j->reason, reason);
	return end == WAY_NEVER ? QUEUE_FAILED : QUEUE_WAITING;
}

/* Read from the message what is left of it. */
static struct job_result
result(const struct job *j, const struct queue_message *m)
{
	struct job_result r = { .due = INT64_MAX, .known = true };

	r.report = report_is_due(j->site, m);
	if (!m->held && strcmp(j->key, JOB_REPORT) != 0)
		r.due = job_due_there(j->site, m, j->key);
	else if (r.report)
		r.due = (int64_t)time(NULL);
	return r;
}

int
job_run(const struct site *site, const char *key, const char *const *names,
    size_t n, struct job_result *results)
{
	static struct client client;
	static struct queue_message m;
	static struct job j;
	bool reports = strcmp(key, JOB_REPORT) == 0;
	enum queue_state state = QUEUE_WAITING;
	int fd;

	j.site = site;
	j.key = key;
	j.client = &client;
	client.fd = -1;
	if (!reports)
		state = find_way(&j);
	for (size_t i = 0; i < n; i++) {
		fd = queued_open(site, names[i], &m);
		if (fd == -1)
			continue;	/* relay will look at it */
		if (reports)
			report(site, names[i], &m, fd, &j.dead);
		else
			deliver(&j, &m, fd, names[i], state);
		results[i] = result(&j, &m);
		close(fd);
	}
	client_close(&client);
	return j.dead ? JOB_DEAD : JOB_OK;
}
