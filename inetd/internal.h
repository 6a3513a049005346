/*
 * internal.h - sessions that inetd serves itself (`internal')
 *
 * They are rows of the session table like all others, so that limits, counts
 * and the log are the same, but have a descriptor instead of a process: their
 * pid is a negative number, and names nothing.  Those that wait for their
 * client cost the loop nothing: the kernel (epoll) tells which are ready.
 */
#ifndef INTERNAL_H
#define INTERNAL_H

#include "session.h"

/* A number for the next one. */
pid_t	internal_number(void);

/* Serve the client fd; it has been entered as e, and may be over at once. */
void	internal_begin(struct session *e, int fd, int64_t now);

/* What is readable when a client is ready; -1 before there was one. */
int	internal_fd(void);

/* Do a bounded piece of work for some of those that are. */
void	internal_serve(int64_t now);

/* End a session, or those of a service (NULL: all there are). */
void	internal_end(struct session *, int64_t now);
void	internal_end_of(const struct service *, int64_t now);
#endif
