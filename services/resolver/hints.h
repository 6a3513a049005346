/* hints.h - where the root servers are (RFC 1034 5.3.2, "SBELT") */
#ifndef RESOLVER_HINTS_H
#define RESOLVER_HINTS_H

#include "settings.h"

/*
 * Read s->hints, a zone file with the root's NS records and the addresses of
 * their hosts, as a route for the root, unless there is one.  False after
 * the log has been told.
 */
bool	 hints_read(struct settings *);

#endif
