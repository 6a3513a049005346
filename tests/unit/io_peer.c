/* io_peer.c - the two ends of a session, from environment and socket */

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "check.h"
#include "io/peer.h"

static struct peer	p;

static void
forget(void)
{
	unsetenv("TCPREMOTEIP");
	unsetenv("TCPREMOTEPORT");
	unsetenv("TCPLOCALIP");
	unsetenv("TCPLOCALPORT");
}

/* What is made of an address and a port of the environment. */
static void
check_environment(const char *ip, const char *port, const char *want_ip,
    unsigned want_port, bool loopback)
{
	int fd[2];

	forget();
	setenv("TCPREMOTEIP", ip, 1);
	setenv("TCPLOCALIP", ip, 1);
	if (port != NULL) {
		setenv("TCPREMOTEPORT", port, 1);
		setenv("TCPLOCALPORT", port, 1);
	}
	if (pipe(fd) == -1)
		abort();
	peer_get(&p, fd[0]);
	CHECK_TEXT(p.ip, want_ip);
	CHECK(p.port == want_port);
	CHECK_TEXT(p.local_ip, want_ip);
	CHECK(p.local_port == want_port);
	CHECK(peer_is_loopback(&p) == loopback);
	CHECK_TEXT(peer_name(&p), *want_ip == '\0' ? "local" : want_ip);
	close(fd[0]);
	close(fd[1]);
}

static void
test_environment(void)
{
	check_environment("192.0.2.7", "4711", "192.0.2.7", 4711, false);
	check_environment("127.8.9.1", "65535", "127.8.9.1", 65535, true);
	check_environment("::1", "1", "::1", 1, true);
	check_environment("0:0:0:0:0:0:0:1", "1", "::1", 1, true);
	check_environment("2001:DB8:0:0::0009", NULL, "2001:db8::9", 0, false);
	check_environment("::ffff:192.0.2.7", "2", "192.0.2.7", 2, false);
	check_environment("::FFFF:127.0.0.1", "2", "127.0.0.1", 2, true);
	check_environment("::ffff:7f00:1", "2", "127.0.0.1", 2, true);
	check_environment("0:0:0:0:0:ffff:1.2.3.4", "2", "1.2.3.4", 2, false);
	/* Ports that are none. */
	check_environment("192.0.2.7", "65536", "192.0.2.7", 0, false);
	check_environment("192.0.2.7", "-1", "192.0.2.7", 0, false);
	check_environment("192.0.2.7", "25x", "192.0.2.7", 0, false);
	check_environment("192.0.2.7", "", "192.0.2.7", 0, false);
	check_environment("192.0.2.7", "99999999999999999999999",
	    "192.0.2.7", 0, false);
	/* Addresses that are none: then the socket is asked, a pipe here. */
	check_environment("", "25", "", 0, true);
	check_environment("mail.hamburger.edu", "25", "", 0, true);
	check_environment("127.0.0.1\r\nX-Evil: 1", "25", "", 0, true);
	check_environment("127.0.0.256", "25", "", 0, true);
	check_environment("127.1", "25", "", 0, true);
	check_environment("fe80::1%eth0", "25", "", 0, true);
	check_environment("1:2:3:4:5:6:7:8:9", "25", "", 0, true);
}

/* Both ends of a connection over loopback, without an environment. */
static void
test_socket(int family, const char *want)
{
	struct sockaddr_storage a = { .ss_family = (sa_family_t)family };
	socklen_t len = sizeof a;
	int listener = socket(family, SOCK_STREAM, 0), client, served;
	const struct sockaddr_in *four = (const void *)&a;

	if (family == AF_INET)
		((struct sockaddr_in *)&a)->sin_addr.s_addr =
		    htonl(INADDR_LOOPBACK);
	else
		((struct sockaddr_in6 *)&a)->sin6_addr = in6addr_loopback;
	len = family == AF_INET ? sizeof(struct sockaddr_in) :
	    sizeof(struct sockaddr_in6);
	if (listener == -1 || bind(listener, (struct sockaddr *)&a, len) ==
	    -1) {
		printf("io_peer: no %s here, not tested\n", want);
		return;
	}
	client = socket(family, SOCK_STREAM, 0);
	if (client == -1 || listen(listener, 1) == -1 ||
	    getsockname(listener, (struct sockaddr *)&a, &len) == -1 ||
	    connect(client, (struct sockaddr *)&a, len) == -1 ||
	    (served = accept(listener, NULL, NULL)) == -1)
		abort();
	forget();
	peer_get(&p, client);
	CHECK_TEXT(p.ip, want);
	CHECK_TEXT(p.local_ip, want);
	CHECK(p.port == ntohs(four->sin_port));
	CHECK(p.local_port != 0 && p.local_port != p.port);
	CHECK(peer_is_loopback(&p));
	/* The environment goes before the socket, end by end. */
	setenv("TCPREMOTEIP", "192.0.2.9", 1);
	peer_get(&p, client);
	CHECK_TEXT(p.ip, "192.0.2.9");
	CHECK_TEXT(p.local_ip, want);
	CHECK(!peer_is_loopback(&p));
	close(client);
	close(served);
	close(listener);
}

static void
test_no_network(void)
{
	int fd[2];

	forget();
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, fd) == -1)
		abort();
	peer_get(&p, fd[0]);
	CHECK_TEXT(p.ip, "");
	CHECK_TEXT(p.local_ip, "");
	CHECK(p.port == 0 && p.local_port == 0);
	CHECK_TEXT(peer_name(&p), "local");
	close(fd[0]);
	close(fd[1]);
	peer_get(&p, -1);
	CHECK_TEXT(p.ip, "");
	CHECK(peer_is_loopback(&p));
}

int
main(void)
{
	test_environment();
	test_socket(AF_INET, "127.0.0.1");
	test_socket(AF_INET6, "::1");
	test_no_network();
	return check_end("io_peer");
}
