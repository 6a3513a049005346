/* traffic.c - what the kernel knows of the TCP connections of this machine */

#include <sys/socket.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <linux/tcp.h>	/* the kernel's tcp_info is the longer one */

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "address.h"
#include "traffic.h"

enum { ROOM = 64 * 1024 };

static struct connection {
	int		 family;
	uint8_t		 ip[16];	/* the local one, 4 or 16 bytes */
	unsigned	 port;
	struct traffic	 traffic;
} *all;
static size_t	 n, room;

static bool
ask(int fd, int family)
{
	enum { ESTABLISHED = 1, FIN_WAIT1 = 4, FIN_WAIT2 = 5, CLOSE_WAIT = 8,
		LAST_ACK = 9, CLOSING = 11 };
	struct {
		struct nlmsghdr			 header;
		struct inet_diag_req_v2		 diag;
	} request = {
		.header.nlmsg_len = sizeof request,
		.header.nlmsg_type = SOCK_DIAG_BY_FAMILY,
		.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
		.diag.sdiag_family = (uint8_t)family,
		.diag.sdiag_protocol = IPPROTO_TCP,
		.diag.idiag_ext = 1 << (INET_DIAG_INFO - 1),
		.diag.idiag_states = 1 << ESTABLISHED | 1 << FIN_WAIT1 |
		    1 << FIN_WAIT2 | 1 << CLOSE_WAIT | 1 << LAST_ACK |
		    1 << CLOSING,
	};

	return send(fd, &request, sizeof request, 0) ==
	    (ssize_t)sizeof request;
}

static bool
add(const struct connection *c)
{
	struct connection *more;

	if (n == room) {
		more = realloc(all, (room + 256) * sizeof *all);
		if (more == NULL)
			return false;
		all = more;
		room += 256;
	}
	all[n++] = *c;
	return true;
}

/* Find the tcp_info among attributes; an older kernel has a shorter one. */
static struct tcp_info
find_info(const char *at, const char *end)
{
	struct tcp_info info = { 0 };
	struct nlattr attr;
	size_t len;

	while (end - at >= (ptrdiff_t)sizeof attr) {
		memcpy(&attr, at, sizeof attr);
		if (attr.nla_len < sizeof attr || attr.nla_len > end - at)
			break;
		len = attr.nla_len - sizeof attr;
		if (attr.nla_type == INET_DIAG_INFO)
			memcpy(&info, at + sizeof attr,
			    len < sizeof info ? len : sizeof info);
		at += NLA_ALIGN(attr.nla_len);
	}
	return info;
}

/* One connection: its address, and behind it the attributes. */
static bool
take(const struct nlmsghdr *h)
{
	struct connection c = { 0 };
	struct inet_diag_msg msg;
	struct tcp_info info;
	const char *body = NLMSG_DATA(h);

	if (h->nlmsg_len < NLMSG_LENGTH(sizeof msg))
		return true;
	memcpy(&msg, body, sizeof msg);
	info = find_info(body + NLMSG_ALIGN(sizeof msg),
	    (const char *)h + h->nlmsg_len);
	c.family = msg.idiag_family;
	c.port = ntohs(msg.id.idiag_sport);
	memcpy(c.ip, msg.id.idiag_src, sizeof c.ip);
	c.traffic.received = info.tcpi_bytes_received;
	c.traffic.sent = info.tcpi_bytes_acked;
	return add(&c);
}

/* Read one answer whole. */
static bool
hear(int fd)
{
	static char text[ROOM] __attribute__((aligned(NLMSG_ALIGNTO)));

	for (;;) {
		ssize_t len = recv(fd, text, sizeof text, 0);
		struct nlmsghdr *h = (struct nlmsghdr *)(void *)text;

		if (len <= 0)
			return false;
		for (; NLMSG_OK(h, (size_t)len); h = NLMSG_NEXT(h, len)) {
			if (h->nlmsg_type == NLMSG_DONE)
				return true;
			if (h->nlmsg_type == NLMSG_ERROR || !take(h))
				return false;
		}
	}
}

bool
traffic_read(void)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC,
	    NETLINK_SOCK_DIAG);
	bool known;

	if (fd == -1)
		return false;
	known = ask(fd, AF_INET) && hear(fd);
	if (known && ask(fd, AF_INET6))	/* a machine may have no IPv6 */
		hear(fd);
	close(fd);
	return known;
}

static bool
is_to(const struct connection *c, const struct address *a)
{
	if (c->family != a->u.any.sa_family)
		return false;
	return address_is_wildcard(a) || memcmp(c->ip,
	    c->family == AF_INET ? (const void *)&a->u.in.sin_addr :
	    (const void *)&a->u.in6.sin6_addr,
	    c->family == AF_INET ? 4 : 16) == 0;
}

struct traffic
traffic_of(char *addresses)
{
	struct traffic sum = { 0, 0 };
	char *rest, *word = strtok_r(addresses, ",", &rest);
	struct address a;

	for (; word != NULL; word = strtok_r(NULL, ",", &rest)) {
		char *port = strrchr(word, ':');

		if (port == NULL)
			continue;
		*port++ = '\0';
		if (*word == '[') {
			word++;
			word[strcspn(word, "]")] = '\0';
		}
		if (!address_parse(&a, word))
			continue;
		for (size_t i = 0; i < n; i++)
			if (all[i].port == strtoul(port, NULL, 10) &&
			    is_to(&all[i], &a)) {
				sum.received += all[i].traffic.received;
				sum.sent += all[i].traffic.sent;
			}
	}
	return sum;
}
