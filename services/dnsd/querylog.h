/*
 * querylog.h - a line a query, as BIND writes them
 *
 *	client 127.0.0.1#4711 (www.hamburger.edu): query: www.hamburger.edu
 *	IN A +E(0)TDK NOERROR
 *
 * all on one line; + RD, E EDNS and its version, T over TCP, D DO, K cookie.
 * A refused one instead is "query 'NAME/TYPE/CLASS' denied", which fail2ban
 * knows.
 */
#ifndef DNSD_QUERYLOG_H
#define DNSD_QUERYLOG_H

#include "reply.h"
#include "server.h"

void	 querylog_write(const struct reply *, const struct client *);

#endif
