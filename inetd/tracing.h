/*
 * tracing.h - put trace(8) between client and service
 */
#ifndef TRACING_H
#define TRACING_H

#include "inetd.h"

/*
 * Trace a service from its next session on: make spool/trace/NAME, which its
 * user owns.  NULL, or what is wrong (a constant; errno tells more).
 */
const char	*tracing_begin(struct service *);

/*
 * The command of the service's next session, traced or not: the program is
 * returned, and *argv is valid until the next call.
 */
const char	*tracing_command(const struct service *, char *const **argv);
#endif
