/*
 * peer.h - who is at the other end, from the UCSPI environment
 *
 * inetd, tcpserver and s6-tcpserver set TCPREMOTEIP and its sisters; a test
 * sets them with env(1).  Without them the socket itself is asked, and
 * without a socket the address is "" (a pipe: the caller is on this machine).
 */
#ifndef LABNET_IO_PEER_H
#define LABNET_IO_PEER_H

#include <stdbool.h>

enum { PEER_IP_SIZE = 46 };	/* INET6_ADDRSTRLEN; v4-mapped is shown as v4 */

struct peer {
	char		ip[PEER_IP_SIZE];
	unsigned	port;			/* 0: not known */
	char		local_ip[PEER_IP_SIZE];
	unsigned	local_port;
};

/* Fill in the peer of descriptor fd. */
void	peer_get(struct peer *, int fd);

/* For logs and headers: the address, or "local" where there is none. */
const char *peer_name(const struct peer *);

/* In 127/8 or ::1, or no network at all. */
bool	peer_is_loopback(const struct peer *);

#endif
