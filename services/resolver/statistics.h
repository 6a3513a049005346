/*
 * statistics.h - what was asked, by whom it was answered, what it cost
 *
 * Counted for all processes in spool/run/dns/resolver.counters, in the form
 * of io/counters.h; resolver(8) says what the rows mean.
 */
#ifndef RESOLVER_STATISTICS_H
#define RESOLVER_STATISTICS_H

#include "io/counters.h"

enum statistic {
	COUNT_UDP, COUNT_TCP, COUNT_EDNS, COUNT_DO, COUNT_CACHED, COUNT_LOCAL,
	COUNT_WALKED, COUNT_JOINED, COUNT_STALE, COUNT_PREFETCHED,
	COUNT_STRANGERS, COUNT_RATE, COUNT_TOO_MANY, COUNT_SENT_UDP,
	COUNT_SENT_TCP, COUNT_SILENCE, COUNT_FORGED,
	COUNT_RCODE,			/* 0 to 5, and others */
	STATISTICS = COUNT_RCODE + 7
};

/* The names of the rows, in order. */
extern const char *const statistics_names[STATISTICS];

#endif
