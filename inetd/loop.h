/*
 * loop.h - inetd's main loop
 */
#ifndef LOOP_H
#define LOOP_H

#include "inetd.h"

/*
 * What is polled behind the listeners; from FRONT on, the clients of front.h
 * and then those of parting.h.
 */
enum { SIGNALS, CHILDREN, CONTROL, INTERNAL, FRONT };

/* What a loop needs to know for a reload. */
struct inetd {
	const char	*path;		/* of services.conf */
	unsigned	 offset;	/* added to each port but 0 */
	const char	*log;		/* the log's file; NULL: descriptor 2 */
	struct conf	*conf;
	int64_t		 started;
	int64_t		 again;		/* reload then, or 0 */
	bool		 stop;		/* leave the loop */
};

/* The monotonic clock, in milliseconds. */
int64_t	loop_now(void);

/*
 * Open the listeners of the configuration for the first time; with names,
 * print what they are, and "ready".  False if there is no memory.
 */
bool	loop_open(struct inetd *, bool names);

/* Serve until told to stop.  Returns the exit status. */
int	loop(struct inetd *);
#endif
