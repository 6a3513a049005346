/*
 * forest.h - messages as trees: the result of THREAD (RFC 5256)
 *
 * Every node has its parent in `up`; node 0 is the one above all roots.  A
 * node without a key is a dummy: it stands for a message that is not there,
 * and in the end only directly below node 0.
 */
#ifndef LABNET_IMAPD_FOREST_H
#define LABNET_IMAPD_FOREST_H

#include "sortkey.h"

enum { FOREST_DEPTH_MAX = 1000 };	/* a longer chain is cut in two */

struct node {
	const struct sortkey	*key;
	const char		*id;	/* while references are followed */
	size_t			 id_len;
	unsigned		 up;
	unsigned		 first, children;	/* in forest.order */
};

struct forest {
	struct node	*node;
	unsigned	 n, room;
	unsigned	*order;		/* children of each node together */
	unsigned	*slot;		/* nodes by id */
	unsigned	 slots;
};

/* Grow the trees.  0, or -1: no memory. */
int	forest_by_subject(struct forest *, const struct sortkeys *);
int	forest_by_references(struct forest *, const struct sortkeys *);
/*
 * REFS, which no RFC has, as other servers do it: subjects join nothing, and
 * threads stand in the order in which the last message of each was sent.
 */
int	forest_by_refs(struct forest *, const struct sortkeys *);
void	forest_free(struct forest *);

/* --- between forest.c and references.c ----------------------------------- */

/* A new node below up; its index, or 0: no memory. */
unsigned forest_add(struct forest *, const struct sortkey *, unsigned up);
/* Fill in order, siblings by the date they were sent.  0 or -1. */
int	forest_order(struct forest *);
/* When a node was sent: a dummy counts as its first child, which *of is. */
int64_t	forest_sent(const struct forest *, unsigned node,
	    const struct sortkey **of);

#endif
