/*
 * env.h - the environment of a service
 *
 * PATH, PROTO and, for the client of a nowait service, who is at both ends:
 * TCPREMOTEIP, TCPREMOTEPORT, TCPLOCALIP, TCPLOCALPORT, or of a Unix socket
 * UNIXREMOTEPID, UNIXREMOTEEUID, UNIXREMOTEEGID and UNIXLOCALPATH.  With
 * activation=systemd also LISTEN_FDS, LISTEN_FDNAMES and LISTEN_PID, whose
 * value only the child knows.
 */
#ifndef ENV_H
#define ENV_H

#include "inetd.h"

enum { ENV_SIZE = 640, ENV_MAX = 12, PID_DIGITS = 10 };

struct env {
	char		*list[ENV_MAX];		/* for execve(2) */
	size_t		 n;
	char		 text[ENV_SIZE];
	size_t		 used;
	char		*pid;		/* PID_DIGITS to fill in, or NULL */
};

/* That of a service without a client. */
void	env_service(struct env *, const struct service *);

/*
 * That of a session of l whose client is at fd; here is the address it
 * called, or NULL for that of the socket.
 */
void	env_session(struct env *, const struct listener *l,
	    const struct source *client, const struct source *here, int fd);
#endif
