/*
 * tree.h - all mailboxes, those subscribed to, and the levels above them
 *
 * One sorted list in which all that lies below a name follows it at once.
 */
#ifndef LABNET_IMAPD_TREE_H
#define LABNET_IMAPD_TREE_H

#include <stdbool.h>
#include <stddef.h>

struct entry {
	char	*name;
	bool	 exists, subscribed;
	bool	 child_exists, child_subscribed;	/* at any depth below */
};

struct tree {
	struct entry	*e;
	size_t		 n, room;
};

/* Read it all.  0, or -1 with errno set.  tree_free() in any case. */
int	tree_read(struct tree *, int root);
void	tree_free(struct tree *);

/* Does e[k] lie below e[i]? */
bool	tree_is_below(const struct tree *, size_t k, size_t i);

#endif
