/*
 * table.h - how a mailbox finds a message by the base of its file's name
 *
 * A hash table of chains through the array of messages, and the memory that
 * the names live in; both belong to the mailbox and go with it.
 */
#ifndef LABNET_MAIL_TABLE_H
#define LABNET_MAIL_TABLE_H

#include <stddef.h>
#include <stdint.h>

struct table {
	uint32_t	*head;		/* index + 1 of a chain's first */
	size_t		 slots;		/* a power of two, or 0 */
	size_t		 room;		/* messages there is memory for: a
					   power of two, or 0 */
	struct names	*names;		/* blocks of text */
};

struct mailbox;
struct mail;

/*
 * Chains are made when they are first needed: table_add() does so, others
 * call this before the first table_find().  0, or -1 with errno set.
 */
int	table_ready(struct mailbox *);

/* The message with this base, or NULL. */
struct mail *table_find(const struct mailbox *, const char *base, size_t len);

/*
 * One more message at the end of the array, all unknown but its base.  Moves
 * the array.  NULL with errno set.
 */
struct mail *table_add(struct mailbox *, const char *base, size_t len);

/* A copy of a name that lives as long as the mailbox.  NULL with errno set. */
const char *table_keep(struct mailbox *, const char *name, size_t len);

/* Memory of so many octets that lives as long.  NULL with errno set. */
char	*table_block(struct mailbox *, size_t);

/* The array was sorted or closed up: count again.  Cannot fail. */
void	table_rebuild(struct mailbox *);

void	table_free(struct mailbox *);

#endif
