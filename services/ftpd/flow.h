/*
 * flow.h - waiting for data with an ear on the control connection
 */
#ifndef FTPD_FLOW_H
#define FTPD_FLOW_H

#include <stdbool.h>
#include <stdint.h>

#include "data.h"

/* Take the lines that have come already.  True if the transfer is to end. */
bool		flow_aborted(struct session *);

/*
 * Wait for events on fd (-1: for none) until the clock (clock_ms()) reads
 * until, minding the control connection.  DATA_OK, DATA_ABORTED, DATA_LATE,
 * or DATA_BROKEN if poll(2) failed.
 */
enum outcome	flow_wait(struct session *, int fd, short events,
		    int64_t until);

#endif
