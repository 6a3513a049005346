/*
 * datagram.h - a DNS server's UDP socket
 *
 * What dnsd and resolver both must know of it: answers leave from the
 * address that was asked, whoever cannot be a resolver gets none, and an
 * error of one datagram is none of the socket.
 */
#ifndef LABNET_DNS_DATAGRAM_H
#define LABNET_DNS_DATAGRAM_H

#include <stdbool.h>
#include <sys/socket.h>

/* Room for what the kernel says of a datagram's destination. */
struct datagram_control {
	_Alignas(struct cmsghdr) char octets[64];
};

/*
 * A socket of one address answers from it by itself; for any other the
 * kernel is told to say which address was asked.  True: it does.
 */
bool	 datagram_ask_address(int fd);

/*
 * Turn the control data that came with a query into that of its answer: the
 * same address, but the route's own interface, except where an address
 * means nothing without one.
 */
void	 datagram_turn_around(struct msghdr *);

/*
 * Ports from which an honest resolver never asks, but another server's
 * answer may come: answering would start a loop.
 */
bool	 datagram_is_reflector(const struct sockaddr_storage *peer);

/* Errors that concern one datagram, or pass: not the socket. */
bool	 datagram_is_passing(int error);

#endif
