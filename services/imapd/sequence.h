/*
 * sequence.h - sets of message numbers or UIDs (RFC 3501 9, sequence-set)
 *
 * A parsed set is sorted and holds no number twice, whatever the client
 * wrote: 5:2,3,* costs what its length costs and no more.
 */
#ifndef LABNET_IMAPD_SEQUENCE_H
#define LABNET_IMAPD_SEQUENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "io/buf.h"
#include "mail/text.h"

struct range {
	uint32_t	from, to;
};

struct sequence {
	struct range	*r;
	size_t		 n, room;
};

/*
 * Parse text; star is what `*` stands for.  NULL, or what is wrong with it.
 * The set must be `= {0}` or have been used before.
 */
const char *sequence_parse(struct sequence *, const struct text *,
    uint32_t star);

/* Add numbers; they must come in rising order.  0, or -1: no memory. */
int	sequence_add(struct sequence *, uint32_t);
int	sequence_add_range(struct sequence *, uint32_t from, uint32_t to);
/* Put what was added in another order right. */
void	sequence_sort(struct sequence *);
int	sequence_copy(struct sequence *to, const struct sequence *);
/* In one that is sorted: the first range that does not end before. */
size_t	sequence_find(const struct sequence *, uint32_t);
bool	sequence_has(const struct sequence *, uint32_t);
void	sequence_clear(struct sequence *);
void	sequence_free(struct sequence *);

/* As text, like 1:3,7.  0, or -1: no memory. */
int	sequence_write(const struct sequence *, struct buf *);

#endif
