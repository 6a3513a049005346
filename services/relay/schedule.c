/*
 * schedule.c - which messages go where, and when
 *
 * Jobs are processes; one that finds nobody at its destination makes that
 * destination wait, and only it.  A destination is asleep until its first
 * entry is due, then in a line of those that may start a job, and behind the
 * others again when it has started one: nobody waits behind another's mail.
 * Those where nobody was there the last time have a line of their own, and
 * no more than half of the connections.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "io/log.h"
#include "relay.h"
#include "waiting.h"

enum {
	BATCH = 50,		/* messages of one job */
	JOBS_MAX = 200,
	AGAIN_SECONDS = 5	/* for a file that a job could not deal with */
};

struct running {
	struct destination *to;
	struct entry	**entries;
	const char	**names;	/* theirs */
	struct job_result *results;	/* shared with the process */
	size_t		 n;
	pid_t		 pid;		/* 0: none */
	bool		 retry;		/* of the second line */
};

struct line {
	struct destination *first, **last;
};

static struct running	 jobs[JOBS_MAX];
static size_t		 njobs, nretries;
static struct heap	 asleep;
static struct line	 lines[2] = { { NULL, &lines[0].first },
    { NULL, &lines[1].first } };

/* When a second of the files is on clock_ms(). */
static int64_t
moment(int64_t due)
{
	int64_t wait = due - (int64_t)time(NULL);
	const int64_t longest = 10LL * 366 * 86400;

	wait = wait < 0 ? 0 : wait > longest ? longest : wait;
	return clock_ms() + 1000 * wait;
}

/* Jobs that a destination may have at a time. */
static size_t
most_for(const struct site *site, const struct destination *d)
{
	return d->failures > 0 || d->key[0] == '\0' ? 1 :
	    (size_t)site->settings.relay_per_host;
}

/* Put it to sleep, or in line, as it is due. */
static void
place(const struct site *site, struct destination *d)
{
	const struct row *first = heap_first(&d->due);
	struct line *line = &lines[d->failures > 0];
	int64_t wake;

	heap_remove(&asleep, &d->wake);
	if (d->ready || first == NULL || d->running >= most_for(site, d))
		return;
	wake = first->key > d->not_before ? first->key : d->not_before;
	if (wake > clock_ms()) {
		if (heap_put(&asleep, &d->wake, wake) == 0)
			return;
		log_errno("the table of the queue");
		exit(EXIT_LATER);
	}
	d->ready = true;
	d->behind = NULL;
	*line->last = d;
	line->last = &d->behind;
}

static struct destination *
step_forward(struct line *line)
{
	struct destination *d = line->first;

	line->first = d->behind;
	if (line->first == NULL)
		line->last = &line->first;
	d->ready = false;
	return d;
}

static void
put(const struct site *site, const char *key, const char *name, int64_t due)
{
	struct destination *d = waiting_destination(key);

	waiting_put(d, name, due);
	place(site, d);
}

/* Is the recipient the first of this message at its destination? */
static bool
is_first(const struct site *site, const struct queue_message *m, size_t i,
    const char *key)
{
	for (size_t k = 0; k < i; k++)
		if (m->to[k].state == QUEUE_WAITING &&
		    job_is_for(site, &m->to[k], key))
			return false;
	return true;
}

void
schedule_look(const struct site *site, const char *name)
{
	static struct queue_message m;
	char key[WAY_KEY_SIZE];

	if (name[0] == '.' || strchr(name, '/') != NULL ||
	    !queued_read(site, name, &m))
		return;
	for (size_t i = 0; i < m.n && !m.held; i++) {
		if (m.to[i].state != QUEUE_WAITING)
			continue;
		way_key(&site->settings, m.to[i].path, key);
		if (is_first(site, &m, i, key))
			put(site, key, name, moment(job_due_there(site,
			    &m, key)));
	}
	if (report_is_due(site, &m))
		put(site, JOB_REPORT, name, clock_ms());
	if (queue_is_done(&m))	/* whoever finished it did not live to do so */
		unlinkat(site->new, name, 0);
}

/* Destinations that nothing is left of. */
static void
drop(struct destination *d)
{
	if (!d->ready && d->wake.at == 0)
		waiting_drop(d);
}

static void
look_at_folder(const struct site *site, bool known)
{
	struct dirent *e;
	DIR *dir = opendir(QUEUE_NEW);

	if (dir == NULL) {
		log_errno("%s", QUEUE_NEW);
		return;
	}
	while ((e = readdir(dir)) != NULL)
		if (known || !waiting_has(e->d_name))
			schedule_look(site, e->d_name);
	closedir(dir);
}

void
schedule_look_at_new(const struct site *site)
{
	look_at_folder(site, false);
}

void
schedule_look_at_all(const struct site *site)
{
	struct destination *d, *following;

	waiting_forget_all();
	for (d = waiting_all; d != NULL; d = d->following)
		place(site, d);		/* what was asleep has no reason to */
	look_at_folder(site, true);
	for (d = waiting_all; d != NULL; d = following) {
		following = d->following;
		drop(d);
	}
}

void
schedule_forgive(const struct site *site)
{
	for (struct destination *d = waiting_all; d != NULL;
	    d = d->following) {
		d->not_before = 0;
		d->failures = 0;
		place(site, d);
	}
}

static void
end_row(struct running *job)
{
	if (job->results != NULL)
		munmap(job->results, job->n * sizeof *job->results);
	free(job->entries);
	free(job->names);
	memset(job, 0, sizeof *job);
}

/* Choose what is due there.  False if nothing is, or memory lacks. */
static bool
choose(struct running *job, struct destination *d)
{
	/* To a place that was dead all goes at once: it may be its last. */
	size_t max = d->failures > 0 ? d->n : BATCH;
	int64_t now = clock_ms();
	struct entry *e;

	job->to = d;
	job->retry = d->failures > 0;
	job->entries = waiting_memory(max, sizeof(struct entry *));
	job->names = waiting_memory(max, sizeof(const char *));
	while (job->n < max && (e = waiting_take(d, now)) != NULL) {
		job->entries[job->n] = e;
		job->names[job->n++] = e->name;
	}
	if (job->n == 0)
		return false;
	job->results = mmap(NULL, job->n * sizeof *job->results,
	    PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (job->results == MAP_FAILED)
		job->results = NULL;
	return job->results != NULL;
}

/* Start a job for the destination.  False if it cannot be. */
static bool
start(const struct site *site, struct destination *d)
{
	struct running *job = jobs;

	while (job->pid != 0)
		job++;
	if (!choose(job, d))
		goto no;
	job->pid = fork();
	if (job->pid == 0) {
		close(STDIN_FILENO);	/* relay's socket is not its own */
		_exit(job_run(site, d->key, job->names, job->n,
		    job->results));
	}
	if (job->pid == -1)
		goto no;
	d->running++;
	njobs++;
	nretries += job->retry;
	return true;
no:
	if (job->n > 0) {
		log_errno("starting a job");
		d->not_before = clock_ms() + 1000;
	}
	for (size_t i = 0; i < job->n; i++)
		waiting_give_back(job->entries[i], 0);
	end_row(job);
	return false;
}

/* Whose turn is it?  NULL: nobody's. */
static struct destination *
next_in_line(const struct site *site)
{
	size_t most = (size_t)site->settings.relay_connections;

	if (njobs >= most)
		return NULL;
	if (lines[1].first != NULL && nretries < (most + 1) / 2)
		return step_forward(&lines[1]);
	return lines[0].first != NULL ? step_forward(&lines[0]) : NULL;
}

void
schedule_start(const struct site *site)
{
	struct destination *d;
	struct row *first;

	while ((first = heap_first(&asleep)) != NULL &&
	    first->key <= clock_ms())
		place(site, (struct destination *)first);
	while ((d = next_in_line(site)) != NULL) {
		if (d->not_before <= clock_ms() && d->running <
		    most_for(site, d))
			start(site, d);
		place(site, d);
	}
}

/* What became of a message that a job was at? */
static void
learn(const struct site *site, struct entry *e, struct job_result r)
{
	static struct queue_message m;
	const char *key = e->to->key;

	if (!r.known && queued_read(site, e->name, &m) && !m.held) {
		r.report = report_is_due(site, &m);
		r.due = key[0] != '\0' ? job_due_there(site, &m, key) :
		    r.report ? 0 : INT64_MAX;
		/* Whatever it was, it may be there still. */
		if (r.due < (int64_t)time(NULL) + AGAIN_SECONDS)
			r.due = (int64_t)time(NULL) + AGAIN_SECONDS;
	} else if (!r.known) {
		r.due = INT64_MAX;
	}
	if (r.report && key[0] != '\0')
		put(site, JOB_REPORT, e->name, clock_ms());
	if (r.due == INT64_MAX)
		waiting_forget(e);
	else
		waiting_give_back(e, moment(r.due));
}

static void
ended(const struct site *site, struct running *job, int status)
{
	struct destination *d = job->to;

	njobs--;
	nretries -= job->retry;
	d->running--;
	for (size_t i = 0; i < job->n; i++)
		learn(site, job->entries[i], job->results[i]);
	end_row(job);
	if (WIFEXITED(status) && WEXITSTATUS(status) == JOB_OK) {
		d->failures = 0;
		d->not_before = 0;
	} else {
		if (!WIFEXITED(status))
			log_line("a job for %s died of signal %d", d->key,
			    WTERMSIG(status));
		d->failures++;
		d->not_before = clock_ms() + 1000 *
		    job_backoff(&site->settings, d->failures);
	}
	place(site, d);
	drop(d);
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
	const struct row *first = heap_first(&asleep);
	int64_t now = clock_ms();

	if (waiting_count == 0)
		return -1;
	if (first == NULL)
		return INT32_MAX;
	return first->key <= now ? 0 : first->key - now;
}

bool
schedule_is_busy(void)
{
	return njobs > 0;
}
