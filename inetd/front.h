/*
 * front.h - clients that come through a front proxy (proxy=)
 *
 * Such a client is kept here until its header is whole, and then served as if
 * it had come by itself.  These are the only bytes of the network that inetd
 * reads, and they come from the proxies that the line names.  There is room
 * for FRONT_MAX of them at once; a header must come within three seconds.
 */
#ifndef FRONT_H
#define FRONT_H

#include <poll.h>

#include "inetd.h"

enum { FRONT_MAX = 64 };

/* Keep the client fd of l; false if there is no room. */
bool	front_add(struct listener *l, int fd, int64_t now);

/*
 * Fill in what to poll, one entry for each client kept.  Returns how many;
 * *due becomes the first deadline, if that is earlier.
 */
size_t	front_prepare(struct pollfd *, int64_t *due);

/* Serve those whose header has come, close those that are late or wrong. */
void	front_serve(const struct pollfd *, int64_t now);

/*
 * After a reload: point to the new listeners, close those without one whose
 * service is nowait.
 */
void	front_move(void);

/* How many there are. */
size_t	front_count(void);
#endif
