/*
 * heap.h - what comes first: a binary heap of rows that others own
 *
 * A row is the first member of what it stands for.  `= {0}' is empty.
 */
#ifndef LABNET_RELAY_HEAP_H
#define LABNET_RELAY_HEAP_H

#include <stddef.h>
#include <stdint.h>

struct row {
	int64_t		key;
	size_t		at;	/* its place, from 1; 0: it is in no heap */
};

struct heap {
	struct row	**rows;	/* rows[0] is not used */
	size_t		 n, room;
};

/* 0, or -1 if there is no memory. */
int	heap_put(struct heap *, struct row *, int64_t key);
/* Take a row out, wherever it stands; one that is in no heap is let be. */
void	heap_remove(struct heap *, struct row *);
/* The row with the least key, or NULL. */
struct row *heap_first(const struct heap *);
void	heap_free(struct heap *);

#endif
