/* tcp.c - the listening socket, and all its connections (RFC 7766) */

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "client.h"
#include "io/log.h"

enum {
	INPUT = 4096,			/* a question is never longer */
	CONNECTIONS = 256,
	PIPELINED = 32,			/* questions of one that may wait */
	PATIENCE = 10 * 1000,		/* ms without anything happening */
	OUTPUT = 4 * (2 + MESSAGE_MAX)	/* answers nobody takes */
};

struct connection {
	struct watch	 watch;		/* first */
	struct connection *next, *previous;
	struct listener	*listener;
	struct client	 client;
	int64_t		 deadline;
	unsigned	 waiting;	/* questions under way */
	bool		 held;		/* more have come than may be */
	bool		 ended;		/* the client will send no more */
	uint8_t		*out;
	size_t		 out_len;
	size_t		 len;
	uint8_t		 in[2 + INPUT];
};

struct listener {
	struct watch	 watch;		/* first */
	struct resolver	*resolver;
	struct connection *first;
	unsigned	 count;
	int64_t		 used;		/* when somebody last was here */
};

static void
end(struct connection *c)
{
	struct listener *l = c->listener;

	if (c->watch.fd == -1)
		return;
	if (c->next != NULL)
		c->next->previous = c->previous;
	if (c->previous != NULL)
		c->previous->next = c->next;
	else
		l->first = c->next;
	l->count--;
	free(c->out);
	c->out = NULL;
	c->out_len = 0;
	if (c->waiting > 0) {	/* they still know it: the last one frees */
		close(c->watch.fd);
		c->watch.fd = -1;
		return;
	}
	resolver_unwatch(l->resolver, &c->watch);
}

static bool
is_over(const struct connection *c)
{
	return c->ended && c->waiting == 0 && c->out_len == 0;
}

static void
set_deadline(struct connection *c)
{
	c->deadline = c->listener->resolver->now + PATIENCE;
	c->listener->used = c->listener->resolver->now;
}

/* Write what can be written.  False: the connection is broken. */
static bool
flush(struct connection *c)
{
	ssize_t n = 1;

	while (c->out_len > 0) {
		n = send(c->watch.fd, c->out, c->out_len, MSG_NOSIGNAL);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			break;
		c->out_len -= (size_t)n;
		memmove(c->out, c->out + n, c->out_len);
		set_deadline(c);
	}
	if (n == -1 && errno != EAGAIN)
		return false;
	return resolver_rewatch(c->listener->resolver, &c->watch,
	    (c->out_len > 0 ? EPOLLOUT : 0) |
	    (c->ended || c->waiting >= PIPELINED ? 0 : EPOLLIN));
}

static bool
add_answer(struct connection *c, const uint8_t *octets, size_t size)
{
	uint8_t *more;

	if (c->out_len + size + 2 > OUTPUT ||
	    (more = realloc(c->out, c->out_len + size + 2)) == NULL)
		return false;
	c->out = more;
	put16(c->out + c->out_len, size);
	memcpy(c->out + c->out_len + 2, octets, size);
	c->out_len += size + 2;
	return true;
}

static void
deliver(struct resolver *r, struct client *client, const uint8_t *octets,
    size_t size)
{
	struct connection *c = client->connection;

	c->waiting--;
	if (c->watch.fd == -1) {	/* gone meanwhile */
		if (c->waiting == 0)
			resolver_unwatch(r, &c->watch);
		return;
	}
	if (!add_answer(c, octets, size) || !flush(c) || is_over(c))
		end(c);
}

/* The whole questions in the input.  False: it is no DNS, or broken. */
static bool
take_input(struct connection *c)
{
	static uint8_t out[MESSAGE_MAX];
	size_t at = 0;

	while (c->len - at >= 2 && c->waiting < PIPELINED) {
		size_t size = get16(c->in + at), n;
		bool waits;

		if (size < HEADER || size > INPUT)
			return false;
		if (c->len - at - 2 < size)
			break;
		n = client_ask(c->listener->resolver, &c->client,
		    c->in + at + 2, size, out, &waits);
		c->waiting += waits;
		if (n > 0 && !add_answer(c, out, n))
			return false;
		at += size + 2;
		set_deadline(c);
	}
	memmove(c->in, c->in + at, c->len - at);
	c->len -= at;
	c->held = c->len > 0 && c->waiting >= PIPELINED;
	return true;
}

static void
serve(struct watch *w, uint32_t events)
{
	struct connection *c = (struct connection *)w;
	ssize_t n;

	if ((events & (EPOLLERR | EPOLLHUP)) && c->ended) {
		end(c);
		return;
	}
	while (!c->ended && c->waiting < PIPELINED && c->len < sizeof c->in) {
		n = recv(c->watch.fd, c->in + c->len, sizeof c->in - c->len,
		    0);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1 && errno == EAGAIN)
			break;
		c->ended = n <= 0;
		c->len += n > 0 ? (size_t)n : 0;
		if (n == -1 || !take_input(c)) {
			end(c);
			return;
		}
	}
	if (!take_input(c) || !flush(c) || is_over(c))
		end(c);
}

/*
 * Is there room for one more?  Else that connection makes room which has been
 * silent the longest: who holds all of them shuts nobody out.
 */
static bool
make_room(struct listener *l)
{
	struct connection *oldest = NULL;

	if (l->count < CONNECTIONS)
		return true;
	for (struct connection *c = l->first; c != NULL; c = c->next)
		if (c->waiting == 0 && c->out_len == 0 &&
		    (oldest == NULL || c->deadline <= oldest->deadline))
			oldest = c;
	if (oldest == NULL)
		return false;
	end(oldest);
	return true;
}

static bool
admit(struct listener *l, int fd, const struct sockaddr_storage *peer)
{
	struct connection *c;

	if (!make_room(l) ||
	    fcntl(fd, F_SETFL, O_NONBLOCK) == -1 ||
	    fcntl(fd, F_SETFD, FD_CLOEXEC) == -1 ||
	    (c = malloc(sizeof *c)) == NULL)
		return false;
	memset(c, 0, offsetof(struct connection, in));
	c->watch = (struct watch){ .fd = fd, .ready = serve };
	c->listener = l;
	c->client.peer = *peer;
	c->client.fd = -1;
	c->client.connection = c;
	c->client.deliver = deliver;
	if (!resolver_watch(l->resolver, &c->watch, EPOLLIN)) {
		free(c);
		return false;
	}
	c->next = l->first;
	if (c->next != NULL)
		c->next->previous = c;
	l->first = c;
	l->count++;
	set_deadline(c);
	return true;
}

static void
accept_all(struct watch *w, uint32_t events)
{
	struct listener *l = (struct listener *)w;

	(void)events;
	for (;;) {
		struct sockaddr_storage peer = { .ss_family = AF_UNSPEC };
		socklen_t len = sizeof peer;
		int fd = accept(w->fd, (struct sockaddr *)&peer, &len);

		if (fd == -1 && (errno == ECONNABORTED || errno == EINTR))
			continue;
		if (fd == -1)
			return;
		if (!admit(l, fd, &peer))
			close(fd);
	}
}

/*
 * Questions that were held go on: not when an answer is delivered, which is
 * no time to begin a walk (walk.h), and no event will come for them.
 */
static void
tick(struct listener *l)
{
	struct connection *next;

	for (struct connection *c = l->first; c != NULL; c = next) {
		next = c->next;
		if (c->held && c->waiting < PIPELINED)
			serve(&c->watch, 0);
		else if (c->waiting == 0 && c->deadline <= l->resolver->now)
			end(c);
	}
}

int
tcp_serve(struct resolver *r, int fd, long idle)
{
	struct listener l = { .watch = { .fd = fd, .ready = accept_all },
	    .resolver = r, .used = r->now };
	int flags = fcntl(fd, F_GETFL);

	if (flags == -1 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) == -1 ||
	    !resolver_watch(r, &l.watch, EPOLLIN)) {
		log_errno("listen");
		return EXIT_LATER;
	}
	while (!resolver_stopped &&
	    (l.first != NULL || r->now - l.used < idle * 1000)) {
		if (resolver_turn(r, resolver_is_busy(r) ? TICK : 500) == -1)
			return EXIT_LATER;
		tick(&l);
	}
	return 0;
}
