/*
 * serve.h - begin and end sessions
 */
#ifndef SERVE_H
#define SERVE_H

#include <sys/types.h>
#include <sys/resource.h>

#include <stdint.h>

#include "inetd.h"

struct session;

enum { BACK_OFF_MOST = 10000 };		/* ms */

/* Put l off; each time in a row twice as long, up to most milliseconds. */
void	back_off(struct listener *l, int64_t now, int64_t most);

/*
 * A session of a nowait service has failed as all others will.  From some
 * number in a row on the service is slowed down, to one start a second at the
 * least.
 */
void	service_failed(struct service *, int64_t now);

/*
 * May l be polled now: is it open, and its service neither full nor held
 * back?  If it is so only until some time, *due becomes that time if it is
 * earlier.
 */
bool	serve_ready(const struct listener *l, int64_t now, int64_t *due);

/* Does a client of l wait for another's session to end? */
bool	serve_awaits_end(const struct listener *l);

/*
 * Something has come to l, or its time has: accept one client of a nowait
 * service, or start the program of the others.  True if there may be more
 * clients.  serve_settle() is due before anything but the next call for l.
 */
bool	serve_start(struct listener *l, int64_t now);

/* Wait until the programs of the clients that were accepted run. */
void	serve_settle(int64_t now);

/*
 * Serve the client at fd that came to l through a front proxy: who it is, and
 * the address that it called.  NULL: the proxy itself.
 */
void	serve_named(struct listener *l, int fd, const struct source *client,
	    const struct source *here, int64_t now);

/* The child pid has ended: log it, and hold a failing service back. */
void	serve_end(pid_t pid, int status, const struct rusage *, int64_t now);

/* So has a session without a process (internal.h). */
void	serve_end_internal(struct session *, int64_t now);

/*
 * Tell the program that has l, if there is one, to end: however it does, that
 * is no failure.
 */
void	serve_dismiss(struct listener *l);

/* Processes have become free: try the clients again that had none. */
void	serve_retry(struct conf *);

/*
 * End the sessions of a service that last longer than its timeout=: TERM to
 * the process group, and KILL to those that are still there a while later.
 * Internal ones end at once.
 */
void	serve_expire(struct service *, int64_t now);

/* Tell of refusals that no line was logged for yet, once a second. */
void	serve_tell(struct service *, int64_t now);
#endif
