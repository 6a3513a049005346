/*
 * data.h - data connections: PORT, PASV and their sisters, and what flows
 *
 * Only the control connection's peer is ever connected to or let in
 * (CVE-1999-0017, CVE-1999-0351).  One setting serves one transfer; without
 * one the client's control port is the default (RFC 959 3.2).  Whatever
 * waits here also minds the control connection: ABOR, STAT and a vanished
 * client are noticed while data is stuck.
 */
#ifndef FTPD_DATA_H
#define FTPD_DATA_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/types.h>

struct session;

union address {
	struct sockaddr		any;
	struct sockaddr_in	four;
	struct sockaddr_in6	six;
};

struct data {
	enum { DATA_DEFAULT, DATA_ACTIVE, DATA_PASSIVE } mode;
	union address	to;		/* DATA_ACTIVE: where to connect */
	int		listener;	/* DATA_PASSIVE, else -1 */
	int		fd;		/* the connection, else -1 */
	bool		only_epsv;	/* after EPSV ALL (RFC 2428 4) */
	bool		aborted;	/* ABOR came, or the client vanished */
	const char	*what;		/* the command that runs, for STAT */
	off_t		octets;		/* that went over the connection */
};

/* How a transfer, or a step of it, went. */
enum outcome {
	DATA_OK,
	DATA_ABORTED,	/* ABOR, or the control connection is gone */
	DATA_LATE,	/* nothing moved for the time that settings allow */
	DATA_BROKEN,	/* the data connection failed, errno says how */
	DATA_LOCAL	/* the file failed, errno says how */
};

void	data_init(struct data *);

/* From an address in text; false if it is none. */
bool	address_set(union address *, const char *ip, unsigned port);
unsigned address_port(const union address *);
bool	address_same_host(const union address *, const union address *);
socklen_t address_size(const union address *);

/*
 * Take PORT's address: DATA_ACTIVE from now on.  False, and nothing changed,
 * if it is not the peer's own or the port is below 1024.
 */
bool	data_set_port(struct session *, const union address *);

/* Listen; the port, or 0 with errno set.  An older listener is closed. */
unsigned data_listen(struct session *);

/*
 * Make the connection that was agreed on, saying "150 text" first, as a
 * passive client may wait for it.  False: it was not made, and the reply
 * (425, 426) has been sent.
 */
bool	data_open(struct session *, const char *what, const char *text);

/* Wait until the connection can be read or written (POLLIN, POLLOUT). */
enum outcome	data_wait(struct session *, short events);

/* Send all of it. */
enum outcome	data_send(struct session *, const void *, size_t);

/*
 * No more to send: wait until the other machine has it all, so that 226 is
 * not said of a connection that was reset with half of it on the way.
 */
enum outcome	data_end(struct session *);

/*
 * Close the connection and give the transfer's last reply: 226 with text,
 * or 426, or for DATA_LOCAL what errno asks for.
 */
void	data_close(struct session *, enum outcome, const char *text);

/* Close whatever is open, replying nothing; the default port again. */
void	data_reset(struct data *);

#endif
