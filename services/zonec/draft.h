/*
 * draft.h - zones.db being written, from its start to its end
 *
 * A failed write is remembered; the writer need look only once, at the end.
 * The file is written in whole blocks of DRAFT_BLOCK octets: so file systems
 * with large folios keep it in pages of that size, and dnsd's processor finds
 * its way in a file of a million names as fast as in a small one.
 */
#ifndef ZONEC_DRAFT_H
#define ZONEC_DRAFT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DRAFT_BLOCK = 1 << 21 };

struct draft {
	int		 fd;
	int		 error;		/* errno of the first failure, or 0 */
	uint64_t	 at;		/* octets put so far */
	size_t		 used;
	uint8_t		 buffer[DRAFT_BLOCK];
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
