/*
 * waiting.h - what waits to be sent, in memory
 *
 * An entry is one message at one destination; a destination is a domain, or
 * the route that several domains share (way_key()).  All of it is what the
 * queue's files say, and can be thrown away at any moment.  Times are those
 * of clock_ms(), so that nobody who sets the clock moves them.  Without
 * memory the program ends: the files are all there.
 */
#ifndef LABNET_RELAY_WAITING_H
#define LABNET_RELAY_WAITING_H

#include <stdbool.h>
#include <stdint.h>

#include "heap.h"

struct destination;

struct entry {
	struct row	 due;		/* in its destination's heap */
	struct destination *to;
	struct entry	*next;		/* in its bucket */
	bool		 busy;		/* a job is at it: in no heap */
	char		 name[];	/* the file's */
};

struct destination {
	struct row	 wake;		/* among those that sleep */
	struct heap	 due;		/* its entries that no job is at */
	size_t		 n;		/* with those that one is at */
	size_t		 running;	/* jobs */
	int64_t		 not_before;	/* since nobody was there */
	unsigned	 failures;	/* jobs in a row that found nobody */
	bool		 ready;		/* in a line of those who may start */
	struct destination *behind;	/* in that line */
	struct destination *next;	/* in its bucket */
	struct destination *following, **back;	/* in the list of all */
	char		 key[];
};

/* Entries, and the list of all destinations. */
extern size_t		 waiting_count;
extern struct destination *waiting_all;

/* malloc(3)'s zeroed memory, or the end. */
void	*waiting_memory(size_t n, size_t size);

/* The destination of that name, made if it is not there. */
struct destination *waiting_destination(const char *key);

/* A message there is due then; if it is known and no job is at it, moved. */
void	waiting_put(struct destination *, const char *name, int64_t due);

/* The earliest entry that is due by now, marked busy; NULL: none. */
struct entry *waiting_take(struct destination *, int64_t now);
/* The same entry is due then, and no job is at it. */
void	waiting_give_back(struct entry *, int64_t due);
void	waiting_forget(struct entry *);
/* All that no job is at. */
void	waiting_forget_all(void);

/* Is the message known at any destination? */
bool	waiting_has(const char *name);

/* Forget a destination without entries, jobs or failures. */
void	waiting_drop(struct destination *);

#endif
