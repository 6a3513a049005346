/* peer.c - addresses of the two ends of a session */

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "io/peer.h"

/* The text form of an address; "" for a family that has none. */
static void
set_from_socket(const struct sockaddr_storage *a, char *ip, unsigned *port)
{
	const struct sockaddr_in6 *six = (const void *)a;
	const struct sockaddr_in *four = (const void *)a;

	ip[0] = '\0';
	*port = 0;
	if (a->ss_family == AF_INET) {
		inet_ntop(AF_INET, &four->sin_addr, ip, PEER_IP_SIZE);
		*port = ntohs(four->sin_port);
	} else if (a->ss_family == AF_INET6) {
		if (IN6_IS_ADDR_V4MAPPED(&six->sin6_addr))
			inet_ntop(AF_INET, six->sin6_addr.s6_addr + 12, ip,
			    PEER_IP_SIZE);
		else
			inet_ntop(AF_INET6, &six->sin6_addr, ip, PEER_IP_SIZE);
		*port = ntohs(six->sin6_port);
	}
}

/* A port of the environment; 0 for what is none. */
static in_port_t
port_number(const char *text)
{
	char *end;
	unsigned long n;

	if (text == NULL)
		return 0;
	n = strtoul(text, &end, 10);
	return *end != '\0' || n > 65535 ? 0 : (in_port_t)n;
}

/* From the environment.  False unless it holds a real address. */
static bool
set_from_environment(const char *ip_name, const char *port_name, char *ip,
    unsigned *port)
{
	struct sockaddr_storage a = { .ss_family = AF_UNSPEC };
	struct sockaddr_in6 *six = (void *)&a;
	struct sockaddr_in *four = (void *)&a;
	const char *value = getenv(ip_name);
	in_port_t number = htons(port_number(getenv(port_name)));

	if (value == NULL)
		return false;
	if (inet_pton(AF_INET, value, &four->sin_addr) == 1) {
		four->sin_family = AF_INET;
		four->sin_port = number;
	} else if (inet_pton(AF_INET6, value, &six->sin6_addr) == 1) {
		six->sin6_family = AF_INET6;
		six->sin6_port = number;
	}
	/* Back into text: one form for each address, whoever wrote it. */
	set_from_socket(&a, ip, port);
	return ip[0] != '\0';
}

void
peer_get(struct peer *p, int fd)
{
	struct sockaddr_storage a = { .ss_family = AF_UNSPEC };
	socklen_t len = sizeof a;

	if (!set_from_environment("TCPREMOTEIP", "TCPREMOTEPORT", p->ip,
	    &p->port)) {
		if (getpeername(fd, (struct sockaddr *)&a, &len) == -1)
			a.ss_family = AF_UNSPEC;
		set_from_socket(&a, p->ip, &p->port);
	}
	a.ss_family = AF_UNSPEC;
	len = sizeof a;
	if (!set_from_environment("TCPLOCALIP", "TCPLOCALPORT", p->local_ip,
	    &p->local_port)) {
		if (getsockname(fd, (struct sockaddr *)&a, &len) == -1)
			a.ss_family = AF_UNSPEC;
		set_from_socket(&a, p->local_ip, &p->local_port);
	}
}

const char *
peer_name(const struct peer *p)
{
	return p->ip[0] == '\0' ? "local" : p->ip;
}

bool
peer_is_loopback(const struct peer *p)
{
	return p->ip[0] == '\0' || strncmp(p->ip, "127.", 4) == 0 ||
	    strcmp(p->ip, "::1") == 0;
}
