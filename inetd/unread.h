/*
 * unread.h - what a `wait' program that has ended left in its socket
 */
#ifndef UNREAD_H
#define UNREAD_H

#include "inetd.h"

enum { UNREAD_MOST = 3 };	/* times, until a datagram is thrown away */

/*
 * How many times in a row, counting this one, l's program has left the same
 * datagram at the head of the queue; or, of a stream, anybody waiting.  No
 * byte of the datagram is read.
 */
int	unread_count(struct listener *);

/* Throw that datagram away. */
void	unread_drop(struct listener *);
#endif
