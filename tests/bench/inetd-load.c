/*
 * inetd-load PORT CLIENTS MILLISECONDS [SAY] - connect, hear, close
 *
 * So many clients at once, each: connect, say SAY if given, read until the
 * server closes, close, and again until the time is over.  Prints
 *
 *	connections seconds p50-ms p99-ms max-ms errors
 */
#define _GNU_SOURCE	/* accept4's flags of socket(2) */
#include <sys/epoll.h>
#include <sys/socket.h>
#include <netinet/in.h>

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { CLIENTS_MAX = 20000, SAMPLES = 1 << 20 };

static struct client {
	int		 fd;
	int64_t		 began;
} clients[CLIENTS_MAX];
static float	 samples[SAMPLES];	/* ms */
static size_t	 nsamples, errors;
static int	 queue;
static const char *say;
static struct sockaddr_in to = { .sin_family = AF_INET };

static int64_t
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void
dial(size_t i)
{
	struct epoll_event e = { .events = EPOLLIN, .data.u64 = i };
	struct client *c = &clients[i];

	c->began = now();
	c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	if (c->fd == -1 || (connect(c->fd, (struct sockaddr *)&to,
	    sizeof to) == -1 && errno != EINPROGRESS)) {
		perror("inetd-load");
		exit(111);
	}
	if (say != NULL)
		e.events |= EPOLLOUT;
	epoll_ctl(queue, EPOLL_CTL_ADD, c->fd, &e);
}

/* Hear the server out.  Returns 1 once it has closed. */
static int
hear(size_t i, uint32_t events)
{
	struct client *c = &clients[i];
	struct epoll_event e = { .events = EPOLLIN, .data.u64 = i };
	struct linger reset = { 1, 0 };
	char bytes[4096];
	ssize_t n;

	if (events & EPOLLOUT) {
		if (send(c->fd, say, strlen(say), MSG_NOSIGNAL) == -1)
			errors++;
		epoll_ctl(queue, EPOLL_CTL_MOD, c->fd, &e);
	}
	while ((n = recv(c->fd, bytes, sizeof bytes, 0)) > 0)
		continue;
	if (n == -1 && errno == EAGAIN)
		return 0;
	errors += n == -1;
	if (nsamples < SAMPLES)
		samples[nsamples++] = (float)(now() - c->began) / 1e6f;
	/* No TIME-WAIT to carry over to the next round. */
	setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
	close(c->fd);
	return 1;
}

static int
compare(const void *a, const void *b)
{
	float x = *(const float *)a, y = *(const float *)b;

	return (x > y) - (x < y);
}

int
main(int argc, char *argv[])
{
	struct epoll_event e[256];
	int64_t start, end;
	size_t n, busy;
	double took;

	if (argc < 4 || (n = (size_t)atoi(argv[2])) > CLIENTS_MAX)
		return 100;
	to.sin_port = htons((unsigned short)atoi(argv[1]));
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	say = argc > 4 ? argv[4] : NULL;
	queue = epoll_create1(0);
	start = now();
	end = start + atoll(argv[3]) * 1000000;
	for (size_t i = 0; i < n; i++)
		dial(i);
	for (busy = n; busy > 0;) {
		int got = epoll_wait(queue, e, 256, 10000);

		if (got <= 0) {
			errors += busy;
			break;
		}
		for (int k = 0; k < got; k++) {
			if (!hear((size_t)e[k].data.u64, e[k].events))
				continue;
			if (now() < end)
				dial((size_t)e[k].data.u64);
			else
				busy--;
		}
	}
	took = (double)(now() - start) / 1e9;
	if (nsamples == 0)
		return 111;
	qsort(samples, nsamples, sizeof samples[0], compare);
	printf("%zu %.3f %.3f %.3f %.3f %zu\n", nsamples, took,
	    (double)samples[nsamples / 2],
	    (double)samples[nsamples * 99 / 100],
	    (double)samples[nsamples - 1], errors);
	return 0;
}
