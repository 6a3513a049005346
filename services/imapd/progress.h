/*
 * progress.h - a word now and then while a command takes long (RFC 9585)
 */
#ifndef LABNET_IMAPD_PROGRESS_H
#define LABNET_IMAPD_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PROGRESS_MS = 10000 };	/* between two words */

struct progress {
	int64_t	next;		/* when the next word is due */
	unsigned quick;		/* messages since the last look at the clock;
				   none that a file was read for */
};

struct session;

/* A command begins. */
void	progress_start(struct progress *, int64_t now);

/* Is a word due?  If so the next one is in PROGRESS_MS. */
bool	progress_due(struct progress *, int64_t now);

/* A file is read: the next message is no quick one. */
void	progress_slow(struct progress *);

/*
 * done of all messages have been worked on: tell the client if it is time.
 * Not inside of a response.
 */
void	progress_tell(struct session *, size_t done, size_t all);

enum { PROGRESS_QUICK = 64 };	/* messages between two looks at the clock,
				   which would cost more than they do */

/* Is it time to call that? */
static inline bool
progress_is_time(struct progress *p)
{
	return ++p->quick >= PROGRESS_QUICK;
}

#endif
