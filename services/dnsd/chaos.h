/* chaos.h - class CHAOS: who and what this server is (RFC 4892) */
#ifndef DNSD_CHAOS_H
#define DNSD_CHAOS_H

#include "reply.h"
#include "server.h"

/* TXT of version.bind, version.server, id.server, hostname.bind; others, and
 * what is not set, are REFUSED. */
void	 chaos_answer(const struct settings *, struct reply *);

#endif
