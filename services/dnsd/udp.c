/*
 * udp.c - datagrams: two system calls a query
 *
 * No poll and no clock in the loop.  A timer's signal ends a recvmsg(2) that
 * waits, or is noticed behind one that does not; either way the zones are
 * looked at before the next answer is made.
 */
#define _GNU_SOURCE		/* struct in6_pktinfo */

#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <string.h>
#include <sys/uio.h>

#include "io/log.h"
#include "server.h"

/* Where the kernel says to which of our addresses a datagram was sent. */
union control {
	char		 octets[CMSG_SPACE(sizeof(struct in6_pktinfo))];
	struct cmsghdr	 align;
};

/*
 * The answer leaves from the address that was asked: of itself, if the socket
 * has one address; else the kernel must say which it was.  True: it does.
 */
static bool
ask_for_address(int fd)
{
	struct sockaddr_storage local = { .ss_family = AF_UNSPEC };
	const struct sockaddr_in *four = (const void *)&local;
	const struct sockaddr_in6 *six = (const void *)&local;
	socklen_t len = sizeof local;
	int on = 1;

	if (getsockname(fd, (struct sockaddr *)&local, &len) == -1)
		return false;
	if (local.ss_family == AF_INET && four->sin_addr.s_addr == INADDR_ANY)
		return setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof on)
		    == 0;
	if (local.ss_family == AF_INET6 &&
	    IN6_IS_ADDR_UNSPECIFIED(&six->sin6_addr))
		return setsockopt(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, &on,
		    sizeof on) == 0;
	return false;
}

/*
 * Turn the control data of a query into that of its answer: the same
 * address, but the route's own interface, except where an address means
 * nothing without one.
 */
static void
turn_around(struct msghdr *msg)
{
	struct cmsghdr *c = msg->msg_controllen == 0 ? NULL :
	    CMSG_FIRSTHDR(msg);

	if (c == NULL || (msg->msg_flags & MSG_CTRUNC)) {
		msg->msg_controllen = 0;
		return;
	}
	if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
		struct in_pktinfo *info = (void *)CMSG_DATA(c);

		info->ipi_ifindex = 0;
		if (info->ipi_spec_dst.s_addr == 0 &&
		    !IN_MULTICAST(ntohl(info->ipi_addr.s_addr)))
			info->ipi_spec_dst = info->ipi_addr;
	} else if (c->cmsg_level == IPPROTO_IPV6 &&
	    c->cmsg_type == IPV6_PKTINFO) {
		struct in6_pktinfo *info = (void *)CMSG_DATA(c);

		if (!IN6_IS_ADDR_LINKLOCAL(&info->ipi6_addr))
			info->ipi6_ifindex = 0;
	} else {
		msg->msg_controllen = 0;
	}
}

/* Ports from which an honest resolver never asks, but another server's
 * answer may come: answering would start a loop. */
static bool
is_reflector(const struct sockaddr_storage *peer)
{
	in_port_t port = peer->ss_family == AF_INET6 ?
	    ((const struct sockaddr_in6 *)(const void *)peer)->sin6_port :
	    ((const struct sockaddr_in *)(const void *)peer)->sin_port;

	switch (ntohs(port)) {
	case 0: case 7: case 13: case 17: case 19: case 37:
		return true;
	}
	return false;
}

/* Errors that concern one datagram, or pass: not the socket. */
static bool
is_passing(int error)
{
	return error == EAGAIN || error == ENOBUFS || error == ENOMEM ||
	    error == EINTR || error == ECONNREFUSED || error == EHOSTUNREACH ||
	    error == ENETUNREACH || error == EHOSTDOWN || error == ENETDOWN ||
	    error == EPERM || error == EINVAL || error == EMSGSIZE;
}

static void
send_answer(int fd, struct msghdr *msg)
{
	while (sendmsg(fd, msg, 0) == -1) {
		if (errno == EINTR)
			continue;
		if (errno == EINVAL && msg->msg_controllen > 0) {
			msg->msg_controllen = 0;	/* let it choose */
			continue;
		}
		if (!is_passing(errno))
			log_errno("send");
		break;
	}
}

int
udp_serve(struct server *s, int fd, long idle)
{
	static uint8_t in[MESSAGE_MAX], out[MESSAGE_MAX];
	struct sockaddr_storage peer;
	union control control;
	struct client client = { UDP, (struct sockaddr *)&peer };
	struct iovec iov;
	struct msghdr msg = { .msg_name = &peer, .msg_iov = &iov,
	    .msg_iovlen = 1, .msg_control = &control };
	long quiet = 0, limit = idle * 1000 / TICK;
	socklen_t room = sizeof control;
	ssize_t n;

	if (!ask_for_address(fd))
		room = 0;
	for (;;) {
		iov.iov_base = in;
		iov.iov_len = sizeof in;
		msg.msg_namelen = sizeof peer;
		msg.msg_controllen = room;
		n = recvmsg(fd, &msg, 0);
		if (server_ticked) {
			server_tick(s);
			quiet++;
		}
		if (n == -1 && !is_passing(errno)) {
			log_errno("receive");
			return EXIT_LATER;
		}
		if (n == -1 && quiet > limit)
			return 0;	/* inetd has the socket still */
		if (n == -1 || is_reflector(&peer))
			continue;
		quiet = 0;
		iov.iov_base = out;
		iov.iov_len = server_respond(s, in, (size_t)n, &client, out,
		    NULL);
		if (iov.iov_len == 0)
			continue;
		turn_around(&msg);
		send_answer(fd, &msg);
	}
}
