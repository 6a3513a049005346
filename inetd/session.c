/*
 * session.c - the table of inetd's children
 *
 * Rows are chained by process id, and those of services with a limit a
 * source by source too, so that an end and a count each look at a few rows
 * only.  Counting walks at most the limit's number of equal ones.
 */
#include <stdlib.h>

#include "session.h"

static struct session	*rows;
static size_t		 used;		/* rows ever taken */
static unsigned		 free_row;	/* chain of those given back */
static unsigned		*by_pid, *by_source;
static size_t		 mask;		/* chains - 1 */
static size_t		 live;
static struct {
	struct session	*rows;
	unsigned	*by_pid, *by_source;
	size_t		 mask;
} next;					/* reserved for sessions_move() */

static unsigned *
pid_chain(pid_t pid)
{
	return &by_pid[(size_t)pid & mask];
}

/* FNV-1a over the service and what source_same() compares. */
static unsigned *
source_chain(const struct service *service, const struct source *source)
{
	uint64_t hash = 14695981039346656037U ^ (uintptr_t)service;

	for (size_t i = 0; i < source_length(source); i++)
		hash = (hash ^ source->ip[i]) * 1099511628211U;
	return &by_source[(hash ^ hash >> 32) & mask];
}

static void
chain(struct session *s)
{
	unsigned row = (unsigned)(s - rows) + 1, *head = pid_chain(s->pid);

	s->next_pid = *head;
	*head = row;
	s->counted = s->service->per_source != 0;
	if (!s->counted)
		return;
	head = source_chain(s->service, &s->source);
	s->next_source = *head;
	*head = row;
}

void
session_add(const struct session *new)
{
	unsigned row = free_row;

	if (row != 0)
		free_row = rows[row - 1].next_pid;
	else
		row = (unsigned)++used;
	rows[row - 1] = *new;
	chain(&rows[row - 1]);
	live++;
}

bool
sessions_reserve(size_t n)
{
	size_t chains = 64, want = live + n;

	while (chains < want)
		chains *= 2;
	/* All of it zero, and untouched: pages come when they are used. */
	next.rows = calloc(want, sizeof *next.rows);
	next.by_pid = calloc(chains, sizeof *next.by_pid);
	next.by_source = calloc(chains, sizeof *next.by_source);
	next.mask = chains - 1;
	if (next.rows != NULL && next.by_pid != NULL && next.by_source != NULL)
		return true;
	free(next.rows);
	free(next.by_pid);
	free(next.by_source);
	return false;
}

void
sessions_move(void)
{
	struct session *old = rows;
	size_t old_used = used;

	free(by_pid);
	free(by_source);
	rows = next.rows;
	by_pid = next.by_pid;
	by_source = next.by_source;
	mask = next.mask;
	used = live = 0;
	free_row = 0;
	for (size_t i = 0; i < old_used; i++)
		if (old[i].pid != 0)
			session_add(&old[i]);
	free(old);
}

struct session *
session_find(pid_t pid)
{
	unsigned row = *pid_chain(pid);

	while (row != 0 && rows[row - 1].pid != pid)
		row = rows[row - 1].next_pid;
	return row == 0 ? NULL : &rows[row - 1];
}

void
session_remove(struct session *s)
{
	unsigned row = (unsigned)(s - rows) + 1, *link = pid_chain(s->pid);

	while (*link != row)
		link = &rows[*link - 1].next_pid;
	*link = s->next_pid;
	if (s->counted) {
		link = source_chain(s->service, &s->source);
		while (*link != row)
			link = &rows[*link - 1].next_source;
		*link = s->next_source;
	}
	s->pid = 0;
	s->next_pid = free_row;
	free_row = row;
	live--;
}

unsigned
session_count(const struct service *service, const struct source *source,
    unsigned limit)
{
	unsigned row = *source_chain(service, source), n = 0;

	for (; row != 0 && n < limit; row = rows[row - 1].next_source)
		if (rows[row - 1].service == service &&
		    source_same(&rows[row - 1].source, source))
			n++;
	return n;
}

struct session *
session_next(struct session *s)
{
	size_t i = s == NULL ? 0 : (size_t)(s - rows) + 1;

	while (i < used && rows[i].pid == 0)
		i++;
	return i < used ? &rows[i] : NULL;
}
