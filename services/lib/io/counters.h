/*
 * counters.h - what a program counts, in a file that any other can print
 *
 * The file is a head of 16 octets and rows of 32, mapped by all processes
 * that count in it; inetctl(8) shows it.  Numbers are the machine's own,
 * 8 octets each.
 */
#ifndef LABNET_IO_COUNTERS_H
#define LABNET_IO_COUNTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define COUNTERS_MAGIC	"counters"	/* 8 octets, no NUL */

enum { COUNTERS_NAME = 24, COUNTERS_MAX = 256 };

struct counters_file {
	char		 magic[8];
	uint64_t	 rows;
	struct counters_row {
		char	 name[COUNTERS_NAME];	/* NUL-padded */
		uint64_t value;
	}		 row[];
};

struct counters {
	struct counters_file *file;	/* NULL: nothing is counted */
};

/*
 * Count in that file, made if it is not there; its rows have these names, n
 * of them, COUNTERS_MAX at most.  What was counted before goes on, if the
 * rows are the same.  If the file cannot be had nothing is counted, and the
 * log is told why, unless there is no such place or we may not write there.
 */
void	 counters_open(struct counters *, const char *path,
	    const char *const *names, unsigned n);

static inline void
counters_add(struct counters *c, unsigned row, uint64_t n)
{
	if (c->file != NULL)
		__atomic_fetch_add(&c->file->row[row].value, n,
		    __ATOMIC_RELAXED);
}

#endif
