/*
 * statistics.h - what was asked and answered, counted for all processes
 *
 * Counted in memory, and at each tick added to spool/run/dns/counters, which
 * is a head of 16 octets and rows of 32: any program can print it.  If the
 * file cannot be had, nothing is counted.
 */
#ifndef DNSD_STATISTICS_H
#define DNSD_STATISTICS_H

#include "reply.h"
#include "server.h"

#define STATISTICS_MAGIC	"counters"	/* 8 octets, no NUL */

struct statistics_file {
	char		 magic[8];
	uint64_t	 rows;
	struct statistics_row {
		char	 name[24];	/* NUL-padded */
		uint64_t value;
	}		 row[];
};

/* Begin; the file is made if it is not there. */
void	 statistics_open(const char *file);
/* Add what was counted since the last time. */
void	 statistics_flush(void);

/* One message, and what became of it. */
void	 statistics_drop(void);		/* it was none of ours */
void	 statistics_limited(bool slipped);
void	 statistics_transfer(void);
void	 statistics_answer(const struct reply *, const struct client *);

#endif
