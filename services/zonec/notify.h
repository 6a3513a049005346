/*
 * notify.h - tell secondaries that a zone has changed (RFC 1996)
 *
 * A datagram that is lost is no harm: it is sent NOTIFY_TRIES times, and
 * secondaries look by themselves when the SOA's refresh time is over.
 */
#ifndef ZONEC_NOTIFY_H
#define ZONEC_NOTIFY_H

#include "dns/zonedb.h"

enum { NOTIFY_TARGETS = 16, NOTIFY_TRIES = 3 };

struct secondaries {
	unsigned	 count;
	struct secondary {
		char	 text[80];
		union {
			uint8_t	 octets[28];	/* a struct sockaddr_in(6) */
			uint64_t align;
		}	 address;
	}		 one[NOTIFY_TARGETS];
};

/* Read the `notify' lines of dns.conf; false: they are wrong, and logged. */
bool	 notify_read(struct secondaries *, const char *conf);

/*
 * Tell all of them about each zone whose serial is another than in the old
 * file.  Takes up to NOTIFY_TRIES seconds if they do not answer.
 */
void	 notify_send(const struct secondaries *, const struct zonedb *now,
	    const struct zonedb *old);

#endif
