/*
 * traffic.h - what the kernel knows of the TCP connections of this machine
 *
 * Only connections that are still there count: nobody keeps account of the
 * others.
 */
#ifndef TRAFFIC_H
#define TRAFFIC_H

#include <stdbool.h>
#include <stdint.h>

struct traffic {
	uint64_t	 received, sent;	/* bytes */
};

/* Ask the kernel (sock_diag(7)); false if it does not say. */
bool	traffic_read(void);

/*
 * Add up the connections to some addresses, written like
 * "127.0.0.1:25,[::1]:25" (which is cut up), a wildcard meaning any of its
 * kind.
 */
struct traffic	traffic_of(char *addresses);
#endif
