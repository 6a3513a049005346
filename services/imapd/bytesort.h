/*
 * bytesort.h - sort by strings of octets
 *
 * A key is put together of numbers and texts, such that memcmp(3) finds the
 * order wanted; each stands for an index of the caller's.
 */
#ifndef LABNET_IMAPD_BYTESORT_H
#define LABNET_IMAPD_BYTESORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "io/buf.h"

struct bytes {
	const unsigned char	*s;
	size_t			 n;
	size_t			 index;
	uint64_t		 word;	/* of s, where it is compared now */
};

/* `= {0}` is empty. */
struct bytelist {
	struct bytes	*item;
	size_t		 n, room;
	struct buf	 text;
};

/*
 * Add a number or a text to the key in hand, then close it.  A text comes in
 * front of those that it begins.  All three: 0, or -1 without memory.
 */
int	bytelist_number(struct bytelist *, int64_t);
int	bytelist_text(struct bytelist *, const char *);
int	bytelist_end(struct bytelist *, size_t index);

/* Turn the key in hand round from an offset into text.s on: falling. */
void	bytelist_reverse(struct bytelist *, size_t from);

/* Rising; nothing may be added any more. */
void	bytelist_sort(struct bytelist *);
void	bytelist_free(struct bytelist *);

#endif
