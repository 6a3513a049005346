/*
 * rate.h - token buckets
 *
 * A bucket holds count tokens and gets one back each period / count.  Its
 * whole state is one number, the time at which it would be full again (the
 * generic cell rate algorithm), so that a bucket nobody uses is just 0.
 * Times are milliseconds; the state is in microseconds.
 */
#ifndef RATE_H
#define RATE_H

#include <stdbool.h>
#include <stdint.h>

struct rate {
	unsigned	 count;		/* 0: no limit */
	unsigned	 period;	/* ms */
};

/* Parse N/s, N/m or N/h.  False if text is none of these. */
bool	rate_parse(struct rate *, const char *text);

/* Take a token at the time now; false, and nothing taken, if there is none. */
bool	rate_take(const struct rate *, int64_t *bucket, int64_t now);

/* When there will be a token: now or later. */
int64_t	rate_next(const struct rate *, int64_t bucket, int64_t now);
#endif
