/*
 * udp.c - datagrams: two system calls for what the cache knows
 *
 * While nothing is under way the process waits in recvmsg(2) itself; only
 * when servers were asked does it wait for all descriptors at once.
 */
#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/time.h>
#include <sys/uio.h>

#include "client.h"
#include "dns/datagram.h"
#include "io/log.h"

enum { BATCH = 64 };

static void
deliver(struct resolver *r, struct client *c, const uint8_t *octets,
    size_t size)
{
	struct iovec iov = { (void *)(uintptr_t)octets, size };
	struct msghdr msg = { .msg_name = &c->peer, .msg_namelen = c->peer_len,
	    .msg_iov = &iov, .msg_iovlen = 1,
	    .msg_control = c->control_len > 0 ? c->control : NULL,
	    .msg_controllen = (socklen_t)c->control_len };

	(void)r;
	while (sendmsg(c->fd, &msg, 0) == -1) {
		if (errno == EINTR)
			continue;
		if (!datagram_is_passing(errno))
			log_errno("send");
		break;
	}
}

/* Receive and answer one; 1, 0 if there is none, -1 if the socket failed. */
static int
serve_one(struct resolver *r, int fd, int flags)
{
	static uint8_t in[MESSAGE_MAX], out[MESSAGE_MAX];
	static struct client client;
	struct iovec iov = { in, sizeof in };
	struct msghdr msg = { .msg_name = &client.peer,
	    .msg_namelen = sizeof client.peer, .msg_iov = &iov,
	    .msg_iovlen = 1, .msg_control = client.control,
	    .msg_controllen = sizeof client.control };
	ssize_t n = recvmsg(fd, &msg, flags);

	if (n == -1 && errno == EAGAIN)
		return 0;
	if (n == -1)
		return datagram_is_passing(errno) ? 1 : -1;
	if (datagram_is_reflector(&client.peer))
		return 1;
	datagram_turn_around(&msg);
	client.fd = fd;
	client.peer_len = msg.msg_namelen;
	client.control_len = msg.msg_controllen;
	client.deliver = deliver;
	n = (ssize_t)client_ask(r, &client, in, (size_t)n, out, NULL);
	if (n > 0)
		deliver(r, &client, out, (size_t)n);
	return 1;
}

static void
ready(struct watch *w, uint32_t events)
{
	(void)w;	/* served by udp_serve() itself */
	(void)events;
}

int
udp_serve(struct resolver *r, int fd, long idle)
{
	struct timeval patience = { .tv_sec = idle };
	struct watch watch = { .fd = fd, .ready = ready };
	int got = 1;

	datagram_ask_address(fd);
	if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience,
	    sizeof patience) == -1 || !resolver_watch(r, &watch, EPOLLIN)) {
		log_errno("socket");
		return EXIT_LATER;
	}
	while (!resolver_stopped) {
		bool busy = resolver_is_busy(r);

		for (int i = 0; i < (busy ? BATCH : 1) && got == 1; i++)
			got = serve_one(r, fd, busy ? MSG_DONTWAIT : 0);
		if (got == -1) {
			log_errno("receive");
			return EXIT_LATER;
		}
		if (got == 0 && !busy)
			return 0;	/* inetd has the socket still */
		got = 1;
		if (resolver_is_busy(r) && resolver_turn(r, TICK) == -1)
			return EXIT_LATER;
	}
	return 0;
}
