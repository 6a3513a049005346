/* waiting.c - the tables of entries and destinations */

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "io/log.h"
#include "waiting.h"

enum { BUCKETS = 4096, NAME_BUCKETS = 65536 };

size_t			 waiting_count;
struct destination	*waiting_all;

static struct destination	*destinations[BUCKETS];
static struct entry		*names[NAME_BUCKETS];

/* FNV-1a; a domain's case does not matter, and a name's does no harm. */
static uint32_t
hash(const char *text)
{
	uint32_t h = 2166136261U;

	for (; *text != '\0'; text++)
		h = (h ^ ((unsigned char)*text | 0x20)) * 16777619U;
	return h ^ h >> 16;
}

static _Noreturn void
no_memory(void)
{
	log_errno("the table of the queue");
	exit(EXIT_LATER);
}

void *
waiting_memory(size_t n, size_t size)
{
	void *p = calloc(n, size);

	if (p == NULL)
		no_memory();
	return p;
}

struct destination *
waiting_destination(const char *key)
{
	struct destination **at = &destinations[hash(key) % BUCKETS], *d;
	size_t n = strlen(key) + 1;

	for (d = *at; d != NULL; d = d->next)
		if (strcasecmp(d->key, key) == 0)
			return d;
	d = waiting_memory(1, sizeof *d + n);
	memcpy(d->key, key, n);
	d->next = *at;
	*at = d;
	d->following = waiting_all;
	d->back = &waiting_all;
	if (waiting_all != NULL)
		waiting_all->back = &d->following;
	waiting_all = d;
	return d;
}

static struct entry **
bucket_of(const char *name)
{
	return &names[hash(name) % NAME_BUCKETS];
}

bool
waiting_has(const char *name)
{
	const struct entry *e = *bucket_of(name);

	while (e != NULL && strcmp(e->name, name) != 0)
		e = e->next;
	return e != NULL;
}

static void
set_due(struct entry *e, int64_t due)
{
	heap_remove(&e->to->due, &e->due);
	if (heap_put(&e->to->due, &e->due, due) == -1)
		no_memory();
}

void
waiting_put(struct destination *d, const char *name, int64_t due)
{
	struct entry **at = bucket_of(name), *e = *at;
	size_t n = strlen(name) + 1;

	while (e != NULL && (e->to != d || strcmp(e->name, name) != 0))
		e = e->next;
	if (e == NULL) {
		e = waiting_memory(1, sizeof *e + n);
		memcpy(e->name, name, n);
		e->to = d;
		e->next = *at;
		*at = e;
		d->n++;
		waiting_count++;
	}
	if (!e->busy)
		set_due(e, due);
}

struct entry *
waiting_take(struct destination *d, int64_t now)
{
	struct entry *e = (struct entry *)heap_first(&d->due);

	if (e == NULL || e->due.key > now)
		return NULL;
	heap_remove(&d->due, &e->due);
	e->busy = true;
	return e;
}

void
waiting_give_back(struct entry *e, int64_t due)
{
	e->busy = false;
	set_due(e, due);
}

void
waiting_forget(struct entry *e)
{
	struct entry **at = bucket_of(e->name);

	while (*at != e)
		at = &(*at)->next;
	*at = e->next;
	heap_remove(&e->to->due, &e->due);
	e->to->n--;
	waiting_count--;
	free(e);
}

void
waiting_forget_all(void)
{
	struct entry *e, *next;

	for (size_t i = 0; i < NAME_BUCKETS; i++)
		for (e = names[i]; e != NULL; e = next) {
			next = e->next;
			if (!e->busy)
				waiting_forget(e);
		}
}

void
waiting_drop(struct destination *d)
{
	struct destination **at = &destinations[hash(d->key) % BUCKETS];

	if (d->n > 0 || d->running > 0 || d->failures > 0)
		return;
	while (*at != d)
		at = &(*at)->next;
	*at = d->next;
	*d->back = d->following;
	if (d->following != NULL)
		d->following->back = d->back;
	heap_free(&d->due);
	free(d);
}
