/*
 * arena.h - room that grows, for the many small parts of a large zone
 *
 * Parts are named by their offset, since the whole may move.  The first
 * ARENA_KEPT octets of an arena are memory of the process.  One that grows
 * beyond lies in a file without a name, if a folder for it is given: mapped,
 * so nothing else changes, but the kernel can write the pages out and use
 * them for something else.  So a zone of any size is read in bounded memory.
 */
#ifndef LABNET_DNS_ARENA_H
#define LABNET_DNS_ARENA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ARENA_KEPT = 32 << 20 };

struct arena {
	uint8_t		*octets;
	size_t		 used, size;
	int		 folder;	/* open on the folder, or -1 */
	int		 fd;		/* the file, or -1 */
};

/* Begin an empty one; the folder stays the caller's. */
void	 arena_init(struct arena *, int folder);
void	 arena_free(struct arena *);

/*
 * Take octets, at a multiple of four; gives where they are, in at most 32
 * bits, which bounds an arena at 4 GiB.  False: no memory, or no room in the
 * folder.
 */
bool	 arena_take(struct arena *, size_t octets, uint32_t *at);

#endif
