/* stream.c - one connection, or a pipe: messages with their length in front */

#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include "io/log.h"
#include "server.h"
#include "transfer.h"

/* A moment on the monotonic clock, in milliseconds. */
static int64_t
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Wait until fd is ready; the clock's ticks do not prolong it. */
static bool
wait_for(int fd, short events, int64_t deadline)
{
	struct pollfd p = { .fd = fd, .events = events };
	int64_t left;

	while ((left = deadline - now()) > 0) {
		int n = poll(&p, 1, (int)left);

		if (n > 0)
			return true;
		if (n == -1 && errno != EINTR)
			return false;
	}
	return false;
}

/* Read exactly len octets.  False: the end, an error, or too late. */
static bool
read_whole(int fd, uint8_t *to, size_t len, long seconds)
{
	int64_t deadline = now() + seconds * 1000;

	while (len > 0) {
		ssize_t n;

		if (!wait_for(fd, POLLIN, deadline))
			return false;
		n = read(fd, to, len);
		if (n == 0 || (n == -1 && errno != EINTR && errno != EAGAIN))
			return false;
		if (n > 0) {
			to += n;
			len -= (size_t)n;
		}
	}
	return true;
}

static bool
write_whole(int fd, const uint8_t *p, size_t len, long seconds)
{
	int64_t deadline = now() + seconds * 1000;

	while (len > 0) {
		ssize_t n;

		if (!wait_for(fd, POLLOUT, deadline))
			return false;
		n = write(fd, p, len);
		if (n == -1 && errno != EINTR && errno != EAGAIN)
			return false;
		if (n > 0) {
			p += n;
			len -= (size_t)n;
		}
	}
	return true;
}

/* Send a transfer to its end. */
static bool
send_transfer(struct server *s, struct transfer *t,
    const struct client *client, int out, uint8_t *reply)
{
	bool good = true;
	size_t n;

	while (good && (n = transfer_next(t, s, client, reply + 2)) > 0) {
		reply[0] = (uint8_t)(n >> 8);
		reply[1] = (uint8_t)n;
		good = write_whole(out, reply, n + 2, s->settings.tcp_message);
	}
	transfer_free(t);
	return good;
}

int
stream_serve(struct server *s, int in, int out)
{
	static uint8_t message[2 + MESSAGE_MAX], reply[2 + MESSAGE_MAX];
	struct sockaddr_storage peer = { .ss_family = AF_UNSPEC };
	socklen_t len = sizeof peer;
	struct client client = { TCP, (struct sockaddr *)&peer };
	const struct settings *set = &s->settings;
	struct transfer *transfer = NULL;

	if (getpeername(in, (struct sockaddr *)&peer, &len) == -1)
		peer.ss_family = AF_UNSPEC;
	while (read_whole(in, message, 2, set->tcp_idle)) {
		size_t size = (size_t)(message[0] << 8 | message[1]), n;

		if (size < 12 || !read_whole(in, message + 2, size,
		    set->tcp_message))
			break;
		if (server_changed)
			server_change(s);
		if (server_ticked)
			server_tick(s);
		n = server_respond(s, message + 2, size, &client, reply + 2,
		    &transfer);
		if (transfer != NULL &&
		    !send_transfer(s, transfer, &client, out, reply))
			break;
		transfer = NULL;
		if (n == 0)
			continue;
		reply[0] = (uint8_t)(n >> 8);
		reply[1] = (uint8_t)n;
		if (!write_whole(out, reply, n + 2, set->tcp_message))
			break;
	}
	return 0;
}
