/*
 * listen.h - open and close listeners
 */
#ifndef LISTEN_H
#define LISTEN_H

#include <stdbool.h>

#include "inetd.h"

/*
 * Open l: its socket bound and listening.  With port 0, all listeners of c
 * that have port 0, the same address, name and program (a dgram and a stream
 * line, or instances of one) get one number and are opened here at once.
 * False, and the reason logged, if l could not be opened.
 *
 * A listener that others than this machine could reach is not opened while
 * the site has an account with its demo password.
 */
bool	listener_open(struct listener *l, const struct conf *c);

/*
 * Close it and the client that it holds, and remove its Unix socket from the
 * file system, unless another file has taken its place.
 */
void	listener_close(struct listener *);

/*
 * Give an open socket what a changed line asks of it; it is logged if that
 * cannot be.
 */
void	listener_adjust(struct listener *);

/*
 * A program that had the socket has ended: undo what it may have done to it.
 * One that was shut down cannot be used any more, and is closed.
 */
void	listener_mend(struct listener *);

/* Print "listening NAME ADDRESS PORT PROTO" on standard output. */
void	listener_print(const struct listener *);

/* Will the same socket serve both lines? */
bool	listener_same(const struct listener *, const struct listener *);
#endif
