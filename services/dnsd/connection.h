/*
 * connection.h - one TCP client of many (RFC 7766)
 *
 * Everything that could make one client wait for another is bounded: what is
 * read ahead is INPUT octets, or one message if that is longer, what waits to
 * be written is one answer and what was made in the same go, and no call
 * blocks.
 */
#ifndef DNSD_CONNECTION_H
#define DNSD_CONNECTION_H

#include "server.h"

enum {
	INPUT = 4096,		/* a query is hardly ever longer */
	LONG_INPUTS = 64	/* of all clients at a time; else: closed */
};

struct connection {
	struct connection *next, *previous;
	struct sockaddr_storage peer;
	int		 fd;
	long		 ticks;		/* left to live */
	bool		 partial;	/* a message has begun to come */
	bool		 ended;		/* the client will send no more */
	bool		 writing;	/* epoll waits for writable */
	struct transfer	*transfer;	/* being sent, or NULL */
	uint8_t		*pending;	/* to be written, ours */
	size_t		 pending_len, pending_at;
	size_t		 len;		/* octets in input */
	size_t		 room;		/* there */
	uint8_t		*input;		/* own, or longer and allocated */
	uint8_t		 own[2 + INPUT];
};

/* Begin with a connected, non-blocking descriptor; NULL: no memory. */
struct connection *connection_new(const struct server *, int fd,
	    const struct sockaddr_storage *);

/* Close and free; the caller has taken it off its list. */
void	 connection_end(struct connection *);

/* It is readable, or writable.  False: it is to be ended. */
bool	 connection_serve(struct connection *, struct server *);

/* A tick has passed.  False: its time is up. */
bool	 connection_tick(struct connection *);

#endif
