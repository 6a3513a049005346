/*
 * index_file.h - what index.c reads and index_save.c writes
 *
 * The file is a struct index_head; `count` records as struct mail with the
 * offset of the name for the pointer; `text` octets of names, each closed by
 * NUL; `notes` octets of notes.  What is behind that does not count.
 */
#ifndef LABNET_MAIL_INDEX_FILE_H
#define LABNET_MAIL_INDEX_FILE_H

#include <stdint.h>
#include <string.h>

#include "mail/mailbox.h"

#define INDEX_NAME	"labnet.index"
#define INDEX_MAGIC	"labindex"

enum {
	INDEX_VERSION = 6,
	INDEX_PIECE = 32768,	/* octets that are summed at once ... */
	INDEX_RECORDS = INDEX_PIECE / sizeof(struct mail)
				/* ... of whole records */
};

enum {			/* note.kind */
	NOTE_FLAGS = 1,	/* all that are there have these flags */
	NOTE_GONE,	/* none of them is there any more */
	NOTE_MAIL	/* a message, new or known: its record and its name
			   follow */
};

struct note {
	uint32_t	kind;
	uint32_t	from, to;	/* UIDs */
	uint32_t	len;		/* octets that follow: full words */
	uint64_t	keywords;
	uint32_t	flags, zero;
};

/* Of n octets that are full words: in one go or in several is the same. */
static inline uint64_t
index_sum_words(uint64_t sum, const void *data, size_t n)
{
	const char *p = data;
	uint64_t word;

	for (; n >= sizeof word; p += sizeof word, n -= sizeof word) {
		memcpy(&word, p, sizeof word);
		sum = (sum ^ word) * UINT64_C(0x9e3779b97f4a7c15);
		sum ^= sum >> 29;
	}
	return sum;
}

/* Of one piece, which counts how long it is. */
static inline uint64_t
index_sum(uint64_t sum, const void *data, size_t n)
{
	const size_t tail = n % sizeof(uint64_t);
	uint64_t word = (uint64_t)tail << 56;

	sum = index_sum_words(sum, data, n);
	memcpy(&word, (const char *)data + (n - tail), tail);
	return (sum ^ word) * UINT64_C(0x9e3779b97f4a7c15);
}

static inline uint64_t
index_head_sum(const struct index_head *head)
{
	struct index_head h = *head;

	h.head_sum = 0;
	return index_sum(0, &h, sizeof h);
}

/* Where the notes end. */
static inline uint64_t
index_size(const struct index_head *h)
{
	return sizeof *h + h->count * h->record + h->text + h->notes;
}

#endif
