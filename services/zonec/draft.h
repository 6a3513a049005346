/*
 * draft.h - zones.db being written, from its start to its end
 *
 * A failed write is remembered; the writer need look only once, at the end.
 */
#ifndef ZONEC_DRAFT_H
#define ZONEC_DRAFT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct draft {
	int		 fd;
	int		 error;		/* errno of the first failure, or 0 */
	uint64_t	 at;		/* octets put so far */
	size_t		 used;
	uint8_t		 buffer[1 << 17];
};

void	 draft_open(struct draft *, int fd);
void	 draft_put(struct draft *, const void *octets, size_t len);
/* Zeros up to a multiple of the power of two. */
void	 draft_align(struct draft *, size_t power);
/* Write over what was put at `at` before. */
void	 draft_patch(struct draft *, uint64_t at, const void *octets,
	    size_t len);
/* Write what is held.  False, with errno set, if anything failed. */
bool	 draft_flush(struct draft *);

#endif
