/*
 * session.h - the table of inetd's children
 *
 * Its size is fixed between two readings of services.conf, and its pages
 * are touched only as far as sessions have been there.
 */
#ifndef SESSION_H
#define SESSION_H

#include <sys/types.h>

#include <stdbool.h>
#include <stddef.h>

#include "inetd.h"

struct session {
	pid_t		 pid;		/* 0: a free row; see internal.h */
	int		 fd;		/* of an internal one, ... */
	struct service	*service;
	struct listener	*listener;	/* that it has (WAIT, TIMER) or NULL */
	struct source	 source;	/* of a nowait TCP session */
	int64_t		 started;
	bool		 expired;	/* told to end, its time is up */
	bool		 counted;	/* its service has per-source= */
	short		 awaited;	/* ... what poll(2) waits for, and */
	unsigned	 at;		/* ... how far it is (small.h) */
	unsigned	 next_pid;	/* chains: row + 1, 0 at the end */
	unsigned	 next_source;
};

/*
 * Get memory for a table of n sessions beside those that are there.  False
 * with errno set.
 */
bool	sessions_reserve(size_t n);

/*
 * Move all sessions to that memory, now that they point to their services in
 * the new configuration.
 */
void	sessions_move(void);

/*
 * Enter a child; pid, service, listener, source and started are copied.
 * There is room: the limits of the services see to that.
 */
void	session_add(const struct session *);

/* The session of a process, or NULL if it is none of ours. */
struct session	*session_find(pid_t pid);

/* Strike it out. */
void	session_remove(struct session *);

/* How many of service's sessions source has, counted up to limit. */
unsigned	session_count(const struct service *, const struct source *,
		    unsigned limit);

/* All of them, one after the other: NULL begins and ends. */
struct session	*session_next(struct session *);
#endif
