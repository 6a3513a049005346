/*
 * schedule.c - which messages go where, and when
 *
 * A table of what the queue's files say, so that they need not be read each
 * time: it can be thrown away at any moment.  Jobs are processes; one that
 * finds nobody at its destination makes that destination wait, and only it.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "io/log.h"
#include "relay.h"

enum {
	BATCH = 50,		/* messages of one job */
	JOBS_MAX = 200,
	BUCKETS = 4096
};

/* One message at one destination. */
struct entry {
	struct entry	*next, **back;	/* back: what points to it */
	int64_t		 due;
	bool		 busy;		/* a job is at it */
	char		 name[];
};

struct destination {
	struct destination *next;	/* in its bucket */
	struct destination *following;	/* in the list of all */
	struct entry	*entries;
	size_t		 n, running;
	int64_t		 not_before;	/* since nobody was there */
	unsigned	 failures;
	char		 domain[];
};

struct running {
	pid_t		 pid;		/* 0: none */
	struct destination *to;
	struct entry	**entries;
	const char	**names;	/* theirs */
	size_t		 n;
};

static struct destination	*buckets[BUCKETS], *all;
static struct running		 jobs[JOBS_MAX];
static size_t			 njobs, entries;

static int64_t
now(void)
{
	return (int64_t)time(NULL);
}

static unsigned
bucket_of(const char *domain)
{
	uint32_t hash = 2166136261U;

	for (; *domain != '\0'; domain++)
		hash = (hash ^ ((unsigned char)*domain | 0x20)) * 16777619U;
	return hash % BUCKETS;
}

/* Memory that lacks is no reason to lose mail: the files are all there. */
static void *
checked(void *p)
{
	if (p == NULL) {
		log_errno("the table of the queue");
		exit(EXIT_LATER);
	}
	return p;
}

static struct destination *
destination_of(const char *domain)
{
	struct destination **at = &buckets[bucket_of(domain)], *d;
	size_t n = strlen(domain) + 1;

	for (d = *at; d != NULL; d = d->next)
		if (strcasecmp(d->domain, domain) == 0)
			return d;
	d = checked(calloc(1, sizeof *d + n));
	memcpy(d->domain, domain, n);
	d->next = *at;
	*at = d;
	d->following = all;
	all = d;
	return d;
}

static struct entry *
find(const struct destination *d, const char *name)
{
	struct entry *e = d->entries;

	while (e != NULL && strcmp(e->name, name) != 0)
		e = e->next;
	return e;
}

/* The message is due there; known says that it may be in the list already. */
static void
put(struct destination *d, const char *name, int64_t due, bool known)
{
	struct entry *e = known ? find(d, name) : NULL;
	size_t n = strlen(name) + 1;

	if (e == NULL) {
		e = checked(calloc(1, sizeof *e + n));
		memcpy(e->name, name, n);
		e->next = d->entries;
		e->back = &d->entries;
		if (e->next != NULL)
			e->next->back = &e->next;
		d->entries = e;
		d->n++;
		entries++;
	}
	e->due = due;
}

static void
forget(struct destination *d, struct entry *e)
{
	*e->back = e->next;
	if (e->next != NULL)
		e->next->back = e->back;
	free(e);
	d->n--;
	entries--;
}

/* When the message is due for the domain; INT64_MAX: not any more. */
static int64_t
due_for(const struct site *site, const struct queue_message *m,
    const char *domain)
{
	int64_t due = INT64_MAX, next;

	if (m->held)
		return due;
	if (strcmp(domain, JOB_REPORT) == 0)
		return report_is_due(site, m) ? now() : due;
	for (size_t i = 0; i < m->n; i++) {
		if (!job_is_for(&m->to[i], domain))
			continue;
		next = job_due(site, &m->to[i], now());
		due = next < due ? next : due;
	}
	return due;
}

/* Out of the way with a file that says nothing we understand. */
static void
set_aside(const struct site *site, const char *name)
{
	log_line("%s/%s: damaged, moved to %s", QUEUE_NEW, name, QUEUE_BAD);
	if (renameat(site->new, name, site->bad, name) == -1)
		log_errno("%s/%s", QUEUE_NEW, name);
}

/* Read the envelope.  False if there is none. */
static bool
read_envelope(const struct site *site, const char *name,
    struct queue_message *m)
{
	int fd = openat(site->new, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC |
	    O_NONBLOCK);
	bool ok;

	if (fd == -1) {
		if (errno != ENOENT)
			log_errno("%s/%s", QUEUE_NEW, name);
		if (errno == ELOOP)
			set_aside(site, name);
		return false;
	}
	ok = queue_read(m, fd) == 0;
	if (!ok && (errno == EBADMSG || errno == EISDIR || errno == ESPIPE))
		set_aside(site, name);
	close(fd);
	return ok;
}

static void
look(const struct site *site, const char *name, bool known)
{
	static struct queue_message m;
	const char *domain;
	size_t i, k;

	if (name[0] == '.' || strchr(name, '/') != NULL ||
	    !read_envelope(site, name, &m))
		return;
	for (i = 0; i < m.n && !m.held; i++) {
		if (m.to[i].state != QUEUE_WAITING)
			continue;
		domain = strrchr(m.to[i].path, '@');
		if (domain == NULL)
			continue;
		for (k = 0; k < i; k++)		/* each domain once */
			if (m.to[k].state == QUEUE_WAITING &&
			    job_is_for(&m.to[k], domain + 1))
				break;
		if (k == i)
			put(destination_of(domain + 1), name,
			    due_for(site, &m, domain + 1), known);
	}
	if (report_is_due(site, &m))
		put(destination_of(JOB_REPORT), name, now(), true);
	if (queue_is_done(&m))	/* whoever finished it did not live to do so */
		unlinkat(site->new, name, 0);
}

void
schedule_look(const struct site *site, const char *name)
{
	look(site, name, true);
}

/* All entries that no job is at. */
static void
forget_all(void)
{
	struct entry *e, *next;

	for (struct destination *d = all; d != NULL; d = d->following)
		for (e = d->entries; e != NULL; e = next) {
			next = e->next;
			if (!e->busy)
				forget(d, e);
		}
}

void
schedule_look_at_all(const struct site *site)
{
	bool known = njobs > 0;
	struct dirent *e;
	DIR *dir = opendir(QUEUE_NEW);

	if (dir == NULL) {
		log_errno("%s", QUEUE_NEW);
		return;
	}
	forget_all();
	/* What jobs are at is still known; without jobs nothing is. */
	while ((e = readdir(dir)) != NULL)
		look(site, e->d_name, known);
	closedir(dir);
}

void
schedule_forgive(void)
{
	for (struct destination *d = all; d != NULL; d = d->following) {
		d->not_before = 0;
		d->failures = 0;
	}
}

/* Choose what is due, at most so many. */
static void
choose(struct destination *d, struct running *job, size_t max)
{
	int64_t moment = now();
	struct entry *e;

	job->n = 0;
	for (e = d->entries; e != NULL && job->n < max; e = e->next)
		if (!e->busy && e->due <= moment) {
			e->busy = true;
			job->entries[job->n] = e;
			job->names[job->n++] = e->name;
		}
}

/* Free the job's row; its entries are nobody's again. */
static void
unchoose(struct running *job)
{
	for (size_t i = 0; i < job->n; i++)
		job->entries[i]->busy = false;
	free(job->entries);
	free(job->names);
	job->n = 0;
	job->pid = 0;
}

/* Start a job for the destination.  False if nothing is due, or it cannot. */
static bool
start(const struct site *site, struct destination *d)
{
	/* To a place that was dead all goes at once: it may be its last. */
	size_t max = d->failures > 0 ? d->n : BATCH;
	struct running *job = jobs;

	if (d->n == 0)
		return false;
	while (job->pid != 0)
		job++;
	job->entries = checked(calloc(max, sizeof(struct entry *)));
	job->names = checked(calloc(max, sizeof(const char *)));
	job->to = d;
	choose(d, job, max);
	if (job->n == 0) {
		unchoose(job);
		return false;
	}
	job->pid = fork();
	if (job->pid == 0) {
		close(STDIN_FILENO);	/* relay's socket is not its own */
		_exit(job_run(site, d->domain, job->names, job->n));
	}
	if (job->pid == -1) {
		log_errno("fork");
		unchoose(job);
		d->not_before = now() + 1;
		return false;
	}
	d->running++;
	njobs++;
	return true;
}

void
schedule_start(const struct site *site)
{
	size_t most = (size_t)site->settings.relay_connections;
	size_t each = (size_t)site->settings.relay_per_host;
	bool any = true;

	/* One job for each in turn, so that none waits behind another. */
	while (any && njobs < most) {
		any = false;
		for (struct destination *d = all; d != NULL && njobs < most;
		    d = d->following)
			if (d->not_before <= now() && d->running <
			    (d->failures > 0 || d->domain[0] == '\0' ? 1 :
			    each))
				any = start(site, d) || any;
	}
}

/* What became of a message that a job was at? */
static void
learn(const struct site *site, struct destination *d, struct entry *e)
{
	static struct queue_message m;
	int64_t due = INT64_MAX;

	if (read_envelope(site, e->name, &m)) {
		due = due_for(site, &m, d->domain);
		if (d->domain[0] != '\0' && report_is_due(site, &m))
			put(destination_of(JOB_REPORT), e->name, now(), true);
	}
	e->due = due;
	if (due == INT64_MAX)
		forget(d, e);
}

static void
ended(const struct site *site, struct running *job, int status)
{
	struct destination *d = job->to;

	njobs--;
	d->running--;
	for (size_t i = 0; i < job->n; i++) {
		job->entries[i]->busy = false;
		learn(site, d, job->entries[i]);
	}
	job->n = 0;
	unchoose(job);
	if (WIFEXITED(status) && WEXITSTATUS(status) == JOB_OK) {
		d->failures = 0;
		d->not_before = 0;
		return;
	}
	if (!WIFEXITED(status))
		log_line("a job for %s died of signal %d", d->domain,
		    WTERMSIG(status));
	d->failures++;
	d->not_before = now() + job_backoff(&site->settings, d->failures);
}

void
schedule_reap(const struct site *site)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		for (size_t i = 0; i < JOBS_MAX; i++)
			if (jobs[i].pid == pid) {
				ended(site, &jobs[i], status);
				break;
			}
}

int64_t
schedule_next(void)
{
	int64_t next = INT64_MAX, due;

	if (entries == 0)
		return -1;
	for (struct destination *d = all; d != NULL; d = d->following)
		for (const struct entry *e = d->entries; e != NULL;
		    e = e->next) {
			due = e->due > d->not_before ? e->due :
			    d->not_before;
			if (!e->busy && due < next)
				next = due;
		}
	if (next == INT64_MAX)
		return INT32_MAX;
	return next <= now() ? 0 : next - now();
}

bool
schedule_is_busy(void)
{
	return njobs > 0;
}
