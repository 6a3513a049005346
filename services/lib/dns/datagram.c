/* datagram.c - a DNS server's UDP socket: addresses, loops and errors */
#define _GNU_SOURCE		/* struct in6_pktinfo */

#include <assert.h>
#include <errno.h>
#include <netinet/in.h>
#include <stddef.h>

#include "dns/datagram.h"

static_assert(CMSG_SPACE(sizeof(struct in6_pktinfo)) <=
    sizeof(struct datagram_control), "no room for an address");

bool
datagram_ask_address(int fd)
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

void
datagram_turn_around(struct msghdr *msg)
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

bool
datagram_is_reflector(const struct sockaddr_storage *peer)
{
	const struct sockaddr_in *four = (const void *)peer;
	const struct sockaddr_in6 *six = (const void *)peer;

	if (peer->ss_family != AF_INET && peer->ss_family != AF_INET6)
		return false;
	switch (ntohs(peer->ss_family == AF_INET ? four->sin_port :
	    six->sin6_port)) {
	case 0: case 7: case 13: case 17: case 19: case 37:
		return true;
	}
	return false;
}

bool
datagram_is_passing(int error)
{
	return error == EAGAIN || error == ENOBUFS || error == ENOMEM ||
	    error == EINTR || error == ECONNREFUSED || error == EHOSTUNREACH ||
	    error == ENETUNREACH || error == EHOSTDOWN || error == ENETDOWN ||
	    error == EPERM || error == EINVAL || error == EMSGSIZE;
}
