/*
 * client.h - those who ask, over UDP, TCP, or on the command line
 */
#ifndef RESOLVER_CLIENT_H
#define RESOLVER_CLIENT_H

#include <netinet/in.h>
#include <sys/socket.h>

#include "message.h"
#include "resolver.h"

struct connection;

/* Room for the kernel to say to which of our addresses a datagram came. */
enum { CONTROL = 64 };

/* Where an answer is to go. */
struct client {
	struct sockaddr_storage peer;	/* family AF_UNSPEC: not known */
	socklen_t	 peer_len;
	_Alignas(struct cmsghdr) char control[CONTROL];
	size_t		 control_len;
	int		 fd;		/* UDP: the socket; else -1 */
	struct connection *connection;	/* TCP */
	void		(*deliver)(struct resolver *, struct client *,
			    const uint8_t *, size_t);
};

/*
 * Take a message.  The length of the answer now in out, MESSAGE_MAX octets,
 * for the caller to send; 0: none, or one that will be delivered later.
 * *waits, if not NULL, says whether it will.
 */
size_t	 client_ask(struct resolver *, const struct client *,
	    const uint8_t *message, size_t size, uint8_t *out, bool *waits);

/*
 * The ways of being called.  Each serves until nobody has asked for idle
 * seconds.  Exit status of the program.
 */
int	 udp_serve(struct resolver *, int fd, long idle);
int	 tcp_serve(struct resolver *, int fd, long idle);

#endif
