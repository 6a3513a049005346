/*
 * relay-sink ADDRESS PORT MESSAGES [REFUSAL] - a server never the slowest
 *
 * One process, edge of the work a server can do: it says 250 and throws away,
 * or says REFUSAL to each recipient, and counts these.
 * Prints "ready", and when so many messages have come, or none for 20 s, or two
 * minutes are over, a line "N SECONDS CONNECTIONS", from the first connection
 * to the last message, and ends.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { CLIENTS = 4096, IN = 65536, OUT = 8192, PATIENCE = 120 };

struct client {
	bool	data;
	size_t	n, out;
	char	in[IN];
	char	reply[OUT];
};

static struct client	*clients[CLIENTS];
static long		 wanted, taken, connections;
static double		 started, last;
static const char	*refusal;

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
say(struct client *c, const char *text)
{
	size_t n = strlen(text);

	if (c->out + n > OUT)
		errx(1, "too many commands at once");
	memcpy(c->reply + c->out, text, n);
	c->out += n;
}

static void
command(struct client *c, const char *line)
{
	if (strncasecmp(line, "EHLO", 4) == 0)
		say(c, "250-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n"
		    "250-SIZE 0\r\n250 ENHANCEDSTATUSCODES\r\n");
	else if (refusal != NULL && strncasecmp(line, "RCPT", 4) == 0) {
		taken++;
		last = now();
		say(c, refusal);
		say(c, "\r\n");
	} else if (refusal != NULL && strncasecmp(line, "DATA", 4) == 0)
		say(c, "554 5.5.1 for whom\r\n");
	else if (strncasecmp(line, "DATA", 4) == 0) {
		say(c, "354 go on\r\n");
		c->data = true;
	} else if (strncasecmp(line, "QUIT", 4) == 0)
		say(c, "221 2.0.0 bye\r\n");
	else
		say(c, "250 2.0.0 fine\r\n");
}

/* Use what has come; returns how much of it. */
static size_t
eat(struct client *c)
{
	char *p = c->in, *end = c->in + c->n, *lf;

	for (; (lf = memchr(p, '\n', (size_t)(end - p))) != NULL;
	    p = lf + 1) {
		if (!c->data)
			command(c, p);
		else if (lf - p == 2 && *p == '.' && p[1] == '\r') {
			c->data = false;
			taken++;
			last = now();
			say(c, "250 2.0.0 taken\r\n");
		}
	}
	return (size_t)(p - c->in);
}

static bool
serve(int fd)
{
	struct client *c = clients[fd];
	ssize_t got = read(fd, c->in + c->n, IN - c->n);
	int one = 1;
	size_t used;

	if (got <= 0)
		return false;
	c->n += (size_t)got;
	used = eat(c);
	c->n -= used;
	memmove(c->in, c->in + used, c->n);
	/* Who writes a message in pieces must not wait for our kernel. */
	if (c->out == 0)
		setsockopt(fd, IPPROTO_TCP, TCP_QUICKACK, &one, sizeof one);
	else if (write(fd, c->reply, c->out) != (ssize_t)c->out)
		return false;
	c->out = 0;
	return true;
}

static void
take(int listener, int poll)
{
	struct epoll_event e = { .events = EPOLLIN };
	int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC), one = 1;

	if (fd == -1)
		return;
	if (fd >= CLIENTS)
		errx(1, "too many clients");
	if (connections++ == 0)
		started = now();
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	clients[fd] = calloc(1, sizeof *clients[fd]);
	if (clients[fd] == NULL)
		err(1, "memory");
	say(clients[fd], "220 sink ESMTP\r\n");
	if (write(fd, clients[fd]->reply, clients[fd]->out) < 0)
		warn("write");
	clients[fd]->out = 0;
	e.data.fd = fd;
	epoll_ctl(poll, EPOLL_CTL_ADD, fd, &e);
}

static int
listen_on(const char *address, const char *port)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;

	a.sin_port = htons((in_port_t)atoi(port));
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
	if (inet_pton(AF_INET, address, &a.sin_addr) != 1 ||
	    bind(fd, (struct sockaddr *)&a, sizeof a) == -1 ||
	    listen(fd, 1000) == -1)
		err(1, "%s", address);
	return fd;
}

int
main(int argc, char *argv[])
{
	struct epoll_event e[64] = { { .events = EPOLLIN } };
	int poll = epoll_create1(EPOLL_CLOEXEC), listener, n;

	if (argc != 4 && argc != 5)
		errx(100, "usage: relay-sink address port messages [refusal]");
	refusal = argv[4];
	listener = listen_on(argv[1], argv[2]);
	wanted = atol(argv[3]);
	e[0].data.fd = listener;
	epoll_ctl(poll, EPOLL_CTL_ADD, listener, &e[0]);
	puts("ready");
	fflush(stdout);
	while (taken < wanted && (started == 0 || now() - started <
	    PATIENCE)) {
		n = epoll_wait(poll, e, 64, 20000);
		if (n <= 0)
			break;
		for (int i = 0; i < n; i++) {
			int fd = e[i].data.fd;

			if (fd == listener) {
				take(listener, poll);
			} else if (!serve(fd)) {
				free(clients[fd]);
				close(fd);
			}
		}
	}
	printf("%ld %.3f %ld\n", taken, last - started, connections);
	return 0;
}
