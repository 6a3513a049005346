/*
 * parting.h - clients that were sent away, until they have heard it
 *
 * Closing at once would answer what such a client sends next, or has sent
 * already, with a reset, and many a client forgets over that what it was
 * told.  So its connection is closed when the client has closed its end, or
 * after a second.  There is room for PARTING_MAX; one more, and the oldest is
 * closed.
 */
#ifndef PARTING_H
#define PARTING_H

#include <poll.h>
#include <stddef.h>
#include <stdint.h>

enum { PARTING_MAX = 64 };

/* Let the client fd go, to which all has been said. */
void	parting_add(int fd, int64_t now);

/*
 * Fill in what to poll, one entry for each client.  Returns how many; *due
 * becomes the first deadline, if that is earlier.
 */
size_t	parting_prepare(struct pollfd *, int64_t *due);

/* Throw away what they send, and close those that are done. */
void	parting_serve(const struct pollfd *, int64_t now);
#endif
