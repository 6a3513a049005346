/* data.c - making data connections: connect from L-1, or listen and accept */

#define _GNU_SOURCE	/* accept4(2) and SOCK_NONBLOCK */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "data.h"
#include "flow.h"
#include "io/close.h"
#include "io/log.h"
#include "session.h"

enum {
	BACKLOG = 8,
	BUSY_MS = 3000,		/* how long a taken port is tried again */
	BUSY_STEP_MS = 100
};

void
data_init(struct data *d)
{
	memset(d, 0, sizeof *d);
	d->listener = d->fd = -1;
}

void
data_reset(struct data *d)
{
	if (d->listener != -1)
		close(d->listener);
	if (d->fd != -1)
		close(d->fd);
	d->listener = d->fd = -1;
	d->mode = DATA_DEFAULT;
}

bool
data_set_port(struct session *s, const union address *to)
{
	union address peer;

	if (!address_set(&peer, s->peer.ip, 0) ||
	    !address_same_host(&peer, to) || address_port(to) < 1024)
		return false;
	data_reset(&s->data);
	s->data.mode = DATA_ACTIVE;
	s->data.to = *to;
	return true;
}

/* A link-local address is one of the control connection's link (RFC 4007 6). */
static void
on_link(const struct session *s, union address *a)
{
	union address peer = { .any = { .sa_family = AF_UNSPEC } };
	socklen_t len = sizeof peer;

	if (a->any.sa_family == AF_INET6 &&
	    IN6_IS_ADDR_LINKLOCAL(&a->six.sin6_addr) &&
	    getpeername(s->control.in.fd, &peer.any, &len) == 0 &&
	    peer.any.sa_family == AF_INET6)
		a->six.sin6_scope_id = peer.six.sin6_scope_id;
}

/* A socket bound to our end's address and the port.  -1 with errno set. */
static int
bound_socket(const struct session *s, int family, unsigned port)
{
	union address local;
	int on = 1, fd;

	if (!address_set(&local, s->peer.local_ip, port)) {
		errno = EADDRNOTAVAIL;
		return -1;
	}
	on_link(s, &local);
	fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd == -1)
		return -1;
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
	    bind(fd, &local.any, address_size(&local)) == 0)
		return fd;
	close_quietly(fd);
	return -1;
}

static int
bound_listener(const struct session *s, int family, unsigned port)
{
	int fd = bound_socket(s, family, port);

	if (fd == -1 || listen(fd, BACKLOG) == 0)
		return fd;
	close_quietly(fd);
	return -1;
}

/*
 * In the settings' range: from a random port on, the first that is free.  The
 * kernel's own choice would pass over each port that an older connection has
 * not quite left yet; there are thousands of these after as many files.
 */
static int
listen_in_range(const struct session *s, int family)
{
	long first = s->settings.first_port;
	unsigned random = 0, count, i;
	int fd = -1;

	count = (unsigned)(s->settings.last_port - first) + 1;
	if (getrandom(&random, sizeof random, GRND_NONBLOCK) == -1)
		random = (unsigned)getpid();
	for (i = 0; i < count && fd == -1; i++) {
		fd = bound_listener(s, family,
		    (unsigned)first + (random % count + i) % count);
		if (fd == -1 && errno != EADDRINUSE)
			break;
	}
	return fd;
}

unsigned
data_listen(struct session *s)
{
	union address a;
	socklen_t len = sizeof a;

	data_reset(&s->data);
	if (!address_set(&a, s->peer.local_ip, 0)) {
		errno = EADDRNOTAVAIL;
		return 0;
	}
	s->data.listener = listen_in_range(s, a.any.sa_family);
	if (s->data.listener == -1)
		return 0;
	if (getsockname(s->data.listener, &a.any, &len) == -1) {
		data_reset(&s->data);
		return 0;
	}
	s->data.mode = DATA_PASSIVE;
	return address_port(&a);
}

/* Take the peer's connection; a stranger's is closed at once. */
static enum outcome
accept_peer(struct session *s, int64_t until)
{
	union address peer, from;
	enum outcome went;
	socklen_t len;

	if (!address_set(&peer, s->peer.ip, 0))
		return DATA_BROKEN;
	while (!flow_aborted(s)) {
		len = sizeof from;
		s->data.fd = accept4(s->data.listener, &from.any, &len,
		    SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (s->data.fd == -1 && errno != EAGAIN && errno != EINTR &&
		    errno != ECONNABORTED)
			return DATA_BROKEN;
		if (s->data.fd == -1) {
			went = flow_wait(s, s->data.listener, POLLIN, until);
			if (went != DATA_OK)
				return went;
			continue;
		}
		if (address_same_host(&peer, &from))
			return DATA_OK;
		log_line("stranger on a data port of %s", peer_name(&s->peer));
		close(s->data.fd);
		s->data.fd = -1;
	}
	return DATA_ABORTED;
}

/*
 * A socket of port L-1, or of any port where that one is privileged and we
 * are not: a firewall may then refuse it, but mostly nobody minds.
 */
static int
active_socket(const struct session *s)
{
	int family = s->data.to.any.sa_family, fd;
	unsigned port = s->peer.local_port == 0 ? 0 : s->peer.local_port - 1;

	fd = bound_socket(s, family, port);
	if (fd == -1 && errno == EACCES)
		fd = bound_socket(s, family, 0);
	return fd;
}

static enum outcome
connect_once(struct session *s, int64_t until)
{
	enum outcome went;
	int error;
	socklen_t len = sizeof error;

	s->data.fd = active_socket(s);
	if (s->data.fd == -1)
		return DATA_BROKEN;
	on_link(s, &s->data.to);
	if (connect(s->data.fd, &s->data.to.any,
	    address_size(&s->data.to)) == 0)
		return DATA_OK;
	if (errno != EINPROGRESS && errno != EINTR)
		return DATA_BROKEN;
	went = flow_wait(s, s->data.fd, POLLOUT, until);
	if (went != DATA_OK)
		return went;
	if (getsockopt(s->data.fd, SOL_SOCKET, SO_ERROR, &error, &len) == -1)
		return DATA_BROKEN;
	errno = error;
	return error == 0 ? DATA_OK : DATA_BROKEN;
}

/*
 * Port 20 is shared by all sessions: until an old connection to the same
 * client port is forgotten, bind says EADDRINUSE or connect EADDRNOTAVAIL.
 */
static enum outcome
connect_peer(struct session *s, int64_t until)
{
	int64_t busy = clock_ms() + BUSY_MS;
	enum outcome went;

	for (;;) {
		went = connect_once(s, until);
		if (went != DATA_BROKEN || clock_ms() >= busy ||
		    (errno != EADDRINUSE && errno != EADDRNOTAVAIL))
			return went;
		if (s->data.fd != -1)
			close(s->data.fd);
		s->data.fd = -1;
		went = flow_wait(s, -1, 0, clock_ms() + BUSY_STEP_MS);
		if (went != DATA_LATE)
			return went;
	}
}

/* Without PORT or PASV: the client's end of the control connection. */
static bool
use_default_port(struct session *s)
{
	union address a = { .any = { .sa_family = AF_UNSPEC } };
	socklen_t len = sizeof a;
	unsigned port = s->peer.port;

	if (port == 0 && getpeername(s->control.in.fd, &a.any, &len) == 0 &&
	    (a.any.sa_family == AF_INET || a.any.sa_family == AF_INET6))
		port = address_port(&a);
	return address_set(&s->data.to, s->peer.ip, port) && port >= 1024;
}

bool
data_open(struct session *s, const char *what, const char *text)
{
	int64_t until = clock_ms() + s->settings.connect_seconds * 1000L;
	enum outcome went = DATA_BROKEN;

	s->data.what = what;
	s->data.octets = 0;
	/* Said already, behind this command: while another transfer ran. */
	s->data.aborted = control_waits(&s->control, "ABOR") ||
	    (s->control.ended != INPUT_OK &&
	    !control_waits(&s->control, "QUIT"));
	if (s->data.mode == DATA_PASSIVE) {
		reply(s, 150, "%s", text);
		if (output_flush(&s->control.out) == 0)
			went = accept_peer(s, until);
	} else if (s->data.mode == DATA_ACTIVE || use_default_port(s)) {
		went = connect_peer(s, until);
		if (went == DATA_OK) {
			reply(s, 150, "%s", text);
			output_flush(&s->control.out);
		}
	}
	if (went == DATA_OK)
		return true;
	if (went == DATA_ABORTED)
		reply(s, 426, "Transfer aborted.");
	else
		reply(s, 425, "Can't open data connection.");
	data_reset(&s->data);
	return false;
}
