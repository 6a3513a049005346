/*
 * tcp.c - the listening socket, and all its connections in one loop
 *
 * inetd lends the socket for as long as there is something to do.  Limits in
 * number are kept here, those in time by the connections at every tick.
 */

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "connection.h"
#include "io/log.h"

enum { EVENTS = 64 };

struct loop {
	struct server	*server;
	int		 epoll, listener;
	bool		 listening;	/* not while descriptors are short */
	long		 count;
	struct connection *first;	/* the newest */
};

static bool
watch(const struct loop *l, int how, int fd, uint32_t events, void *what)
{
	struct epoll_event e = { .events = events, .data = { .ptr = what } };

	return epoll_ctl(l->epoll, how, fd, &e) == 0;
}

static void
end(struct loop *l, struct connection *c)
{
	if (c->next != NULL)
		c->next->previous = c->previous;
	if (c->previous != NULL)
		c->previous->next = c->next;
	else
		l->first = c->next;
	l->count--;
	connection_end(c);
}

static bool
same_source(const struct sockaddr_storage *a, const struct sockaddr_storage *b)
{
	const struct sockaddr_in *v4a = (const void *)a, *v4b = (const void *)b;
	const struct sockaddr_in6 *v6a = (const void *)a,
	    *v6b = (const void *)b;

	if (a->ss_family != b->ss_family)
		return false;
	if (a->ss_family == AF_INET)
		return v4a->sin_addr.s_addr == v4b->sin_addr.s_addr;
	/* A network of 64 bits is one customer's. */
	return memcmp(&v6a->sin6_addr, &v6b->sin6_addr, 8) == 0;
}

/*
 * Is there room for one more from this source?  If all is full, the
 * connection that has been silent the longest makes room.
 */
static bool
make_room(struct loop *l, const struct sockaddr_storage *peer)
{
	struct connection *oldest = NULL;
	long mine = 0;

	for (struct connection *c = l->first; c != NULL; c = c->next) {
		mine += same_source(&c->peer, peer);
		if (c->pending == NULL && c->transfer == NULL && !c->partial &&
		    (oldest == NULL || c->ticks <= oldest->ticks))
			oldest = c;
	}
	if (mine >= l->server->settings.tcp_per_source)
		return false;
	if (l->count < l->server->settings.tcp_connections)
		return true;
	if (oldest == NULL)
		return false;
	end(l, oldest);
	return true;
}

/* Take a new client in.  False: it is to be closed. */
static bool
admit(struct loop *l, int fd, const struct sockaddr_storage *peer)
{
	struct connection *c;

	if (!make_room(l, peer) || fcntl(fd, F_SETFL, O_NONBLOCK) == -1 ||
	    fcntl(fd, F_SETFD, FD_CLOEXEC) == -1)
		return false;
	c = connection_new(l->server, fd, peer);
	if (c == NULL)
		return false;
	if (!watch(l, EPOLL_CTL_ADD, fd, EPOLLIN, c)) {
		free(c);
		return false;
	}
	c->next = l->first;
	if (c->next != NULL)
		c->next->previous = c;
	l->first = c;
	l->count++;
	return true;
}

/* Out of something: leave the clients in the backlog until the next tick. */
static void
pause_listening(struct loop *l)
{
	if (epoll_ctl(l->epoll, EPOLL_CTL_DEL, l->listener, NULL) == 0)
		l->listening = false;
	log_errno("accept");
}

/* Serve the connection; what it waits for next is epoll's to know. */
static void
serve(struct loop *l, struct connection *c)
{
	bool writing;

	if (!connection_serve(c, l->server)) {
		end(l, c);
		return;
	}
	writing = c->pending != NULL || c->transfer != NULL;
	if (writing != c->writing &&
	    !watch(l, EPOLL_CTL_MOD, c->fd, writing ? EPOLLOUT : EPOLLIN, c))
		end(l, c);
	else
		c->writing = writing;
}

static void
accept_all(struct loop *l)
{
	for (int i = 0; i < EVENTS; i++) {
		struct sockaddr_storage peer = { .ss_family = AF_UNSPEC };
		socklen_t len = sizeof peer;
		int fd = accept(l->listener, (struct sockaddr *)&peer, &len);

		if (fd == -1) {
			if (errno == EMFILE || errno == ENFILE ||
			    errno == ENOBUFS || errno == ENOMEM)
				pause_listening(l);
			if (errno == ECONNABORTED || errno == EINTR)
				continue;
			return;
		}
		if (!admit(l, fd, &peer))
			close(fd);
		else
			serve(l, l->first);	/* often the query is there */
	}
}

static void
tick(struct loop *l)
{
	struct connection *next;

	server_tick(l->server);
	for (struct connection *c = l->first; c != NULL; c = next) {
		next = c->next;
		if (!connection_tick(c))
			end(l, c);
	}
	if (!l->listening)
		l->listening = watch(l, EPOLL_CTL_ADD, l->listener, EPOLLIN,
		    NULL);
}

/* Until it has been idle for so many ticks. */
static int
run(struct loop *l, long limit)
{
	struct epoll_event events[EVENTS];
	long quiet = 0;

	while (quiet <= limit) {
		int n = epoll_wait(l->epoll, events, EVENTS, -1);

		if (n == -1 && errno != EINTR) {
			log_errno("epoll");
			return EXIT_LATER;
		}
		if (server_changed)
			server_change(l->server);
		if (server_ticked) {
			tick(l);
			quiet = l->count == 0 ? quiet + 1 : 0;
			/* Some of these connections may have gone. */
			continue;
		}
		for (int i = 0; i < n; i++) {
			quiet = 0;
			if (events[i].data.ptr != NULL)
				serve(l, events[i].data.ptr);
		}
		/* Last, since it may end a connection that is in events. */
		for (int i = 0; i < n; i++)
			if (events[i].data.ptr == NULL)
				accept_all(l);
	}
	return 0;
}

int
tcp_serve(struct server *s, int fd, long idle)
{
	struct loop l = { .server = s, .listener = fd, .listening = true };
	int flags = fcntl(fd, F_GETFL), status;

	signal(SIGPIPE, SIG_IGN);
	l.epoll = epoll_create1(EPOLL_CLOEXEC);
	if (l.epoll == -1 || flags == -1 ||
	    fcntl(fd, F_SETFL, flags | O_NONBLOCK) == -1 ||
	    !watch(&l, EPOLL_CTL_ADD, fd, EPOLLIN, NULL)) {
		log_errno("listen");
		return EXIT_LATER;
	}
	status = run(&l, idle * 1000 / TICK);
	while (l.first != NULL)
		end(&l, l.first);
	close(l.epoll);
	return status;
}
