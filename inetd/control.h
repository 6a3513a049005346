/*
 * control.h - what inetctl(8) asks of a running inetd
 *
 * A request is one datagram to the Unix socket spool/run/inetd, which only
 * inetd's own user may write to: a verb and its arguments, blanks between
 * them.  The answer is one datagram to the sender: "ok" or "error" in the
 * first line, and what there is to say in the others.  So inetd never waits
 * for a client, and keeps no state of one.
 *
 * The lines of "status" have tabs between their fields: "inetd", process id
 * and seconds it has run; then for each service "service", name, kind,
 * protocol (tcp, udp, unix or -), column, addresses, state, sessions now, max,
 * started, refused, failed, the longest session and all processor time, both
 * in milliseconds.
 */
#ifndef CONTROL_H
#define CONTROL_H

#include "loop.h"

enum { REQUEST_SIZE = 512 };

static const char control_path[] = "spool/run/inetd";

/* Open the socket; without spool/run/ there is none, and the log says so. */
void	control_open(const struct conf *);

/* Its descriptor, or -1. */
int	control_fd(void);

/* Answer one request. */
void	control_serve(struct inetd *, int64_t now);

void	control_close(void);
#endif
