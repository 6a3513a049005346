/* stub.c - questions to a name server, over UDP and TCP */

#define _GNU_SOURCE	/* SOCK_CLOEXEC */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "dns/name.h"
#include "dns/stub.h"
#include "dns/type.h"

enum { HEADER = 12, QUERY_MAX = HEADER + DNS_NAME_MAX + 4,
    MESSAGE_MAX = 65535, ALIASES_MAX = 8 };

#define RESOLV_CONF	"/etc/resolv.conf"

struct question {
	uint8_t	octets[QUERY_MAX];
	size_t	len;
};

static socklen_t
address_size(const struct sockaddr_storage *a)
{
	return a->ss_family == AF_INET ? sizeof(struct sockaddr_in) :
	    sizeof(struct sockaddr_in6);
}

/* "address", "address:port", "[address]:port"; a lone IPv6 address too. */
static bool
read_server(struct sockaddr_storage *a, const char *text)
{
	struct sockaddr_in *four = (void *)a;
	struct sockaddr_in6 *six = (void *)a;
	char address[INET6_ADDRSTRLEN];
	const char *colon = strrchr(text, ':');
	bool literal = *text == '[';
	unsigned long port = 53;
	size_t len;
	char *end;

	if (literal)
		text++;
	len = literal ? strcspn(text, "]") : strcspn(text, ":");
	if (!literal && colon != NULL && colon != text + len)
		len = strlen(text);	/* several colons: IPv6, no port */
	if (len >= sizeof address)
		return false;
	memcpy(address, text, len);
	address[len] = '\0';
	text += len + (literal && text[len] == ']');
	if (*text == ':') {
		port = strtoul(text + 1, &end, 10);
		if (end == text + 1 || *end != '\0' || port > 65535)
			return false;
	} else if (*text != '\0') {
		return false;
	}
	memset(a, 0, sizeof *a);
	if (inet_pton(AF_INET, address, &four->sin_addr) == 1) {
		a->ss_family = AF_INET;
		four->sin_port = htons((in_port_t)port);
		return true;
	}
	a->ss_family = AF_INET6;
	six->sin6_port = htons((in_port_t)port);
	return inet_pton(AF_INET6, address, &six->sin6_addr) == 1;
}

static void
read_resolv_conf(struct stub *s)
{
	char line[512], address[512];
	FILE *f = fopen(RESOLV_CONF, "re");

	while (f != NULL && s->n < STUB_SERVERS_MAX &&
	    fgets(line, sizeof line, f) != NULL)
		if (sscanf(line, "nameserver %511s", address) == 1 &&
		    read_server(&s->server[s->n], address))
			s->n++;
	if (f != NULL)
		fclose(f);
}

int
stub_open(struct stub *s, const char *text)
{
	memset(s, 0, sizeof *s);
	s->seconds = 5;
	s->rounds = 2;
	if (*text != '\0') {
		s->n = read_server(&s->server[0], text);
		return s->n == 1 ? 0 : -1;
	}
	read_resolv_conf(s);
	if (s->n == 0)
		s->n = read_server(&s->server[0], "127.0.0.1");
	return 0;
}

static int
make_question(struct question *q, const struct name *name, uint16_t type)
{
	uint8_t *p = q->octets;

	memset(p, 0, HEADER);
	if (getrandom(p, 2, 0) != 2)
		return -1;
	p[2] = 1;		/* RD: do the work for us */
	p[5] = 1;		/* one question */
	memcpy(p + HEADER, name->wire, name->len);
	p += HEADER + name->len;
	*p++ = (uint8_t)(type >> 8);
	*p++ = (uint8_t)type;
	*p++ = 0;
	*p++ = CLASS_IN;
	q->len = (size_t)(p - q->octets);
	return 0;
}

static int64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Wait for an event until the moment.  False when it is over. */
static bool
wait_for(int fd, short events, int64_t until)
{
	struct pollfd p = { fd, events, 0 };
	int64_t left;
	int n;

	do {
		left = until - now_ms();
		n = left <= 0 ? 0 : poll(&p, 1, (int)left);
	} while (n == -1 && errno == EINTR);
	return n == 1;
}

static int
open_socket(const struct sockaddr_storage *a, int type, int64_t until)
{
	int fd = socket(a->ss_family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int error = 0;
	socklen_t len = sizeof error;

	if (fd == -1)
		return -1;
	/* The kernel's choice of a port for a connected socket is random. */
	if (connect(fd, (const struct sockaddr *)a, address_size(a)) == 0)
		return fd;
	if (errno == EINPROGRESS && wait_for(fd, POLLOUT, until) &&
	    getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) == 0 &&
	    error == 0)
		return fd;
	close(fd);
	return -1;
}

/* One datagram that has our id; others are not for us, or forged. */
static size_t
ask_udp(const struct sockaddr_storage *a, const struct question *q,
    uint8_t *answer, int64_t until)
{
	ssize_t n = 0;
	int fd = open_socket(a, SOCK_DGRAM, until);

	if (fd == -1)
		return 0;
	if (send(fd, q->octets, q->len, MSG_NOSIGNAL) == (ssize_t)q->len)
		while (wait_for(fd, POLLIN, until)) {
			n = recv(fd, answer, MESSAGE_MAX, 0);
			if (n >= HEADER && memcmp(answer, q->octets, 2) == 0)
				break;
			if (n == -1 && errno != EAGAIN && errno != EINTR)
				break;
			n = 0;
		}
	close(fd);
	return n > 0 ? (size_t)n : 0;
}

static bool
read_exactly(int fd, uint8_t *p, size_t n, int64_t until)
{
	ssize_t got;

	while (n > 0) {
		if (!wait_for(fd, POLLIN, until))
			return false;
		got = recv(fd, p, n, 0);
		if (got == 0 || (got == -1 && errno != EAGAIN &&
		    errno != EINTR))
			return false;
		p += got == -1 ? 0 : got;
		n -= got == -1 ? 0 : (size_t)got;
	}
	return true;
}

/* RFC 7766: two octets of length in front. */
static size_t
ask_tcp(const struct sockaddr_storage *a, const struct question *q,
    uint8_t *answer, int64_t until)
{
	uint8_t octets[2 + QUERY_MAX], head[2];
	size_t n = 0;
	int fd = open_socket(a, SOCK_STREAM, until);

	if (fd == -1)
		return 0;
	octets[0] = (uint8_t)(q->len >> 8);
	octets[1] = (uint8_t)q->len;
	memcpy(octets + 2, q->octets, q->len);
	if (send(fd, octets, q->len + 2, MSG_NOSIGNAL) ==
	    (ssize_t)q->len + 2 && read_exactly(fd, head, 2, until)) {
		n = (size_t)head[0] << 8 | head[1];
		if (!read_exactly(fd, answer, n, until))
			n = 0;
	}
	close(fd);
	return n;
}

/* Ask one server: 0 if it does not answer in time. */
static size_t
ask(const struct stub *s, size_t i, const struct question *q, uint8_t *answer)
{
	int64_t until = now_ms() + s->seconds * 1000L;
	size_t n = ask_udp(&s->server[i], q, answer, until);

	if (n >= HEADER && (answer[2] & 2) != 0)	/* TC: cut short */
		n = ask_tcp(&s->server[i], q, answer, until);
	return n;
}

/* Ask all, round after round, for the name or what it is an alias of. */
static enum stub_end
ask_all(const struct stub *s, struct name *name, uint16_t type,
    stub_record *each, void *to, size_t *found)
{
	static uint8_t answer[MESSAGE_MAX];
	enum stub_end end = STUB_LATER;
	struct name asked = *name;
	struct question q;
	size_t n;

	for (size_t i = 0; end == STUB_LATER && i < s->rounds * s->n; i++) {
		if (make_question(&q, &asked, type) == -1)
			return STUB_LATER;
		*name = asked;
		*found = 0;
		n = ask(s, i % s->n, &q, answer);
		if (n > 0)
			end = stub_answer(answer, n, q.octets, q.len, name,
			    type, each, to);
	}
	return end;
}

enum stub_end
stub_resolve(const struct stub *s, const char *host, uint16_t type,
    stub_record *each, void *to, size_t *found)
{
	enum stub_end end = STUB_EMPTY;
	struct name name, asked;
	bool again = true;

	*found = 0;
	if (name_from_text(&name, host, strlen(host), NULL) != NULL)
		return STUB_WRONG;
	for (int i = 0; again && i <= ALIASES_MAX; i++) {
		asked = name;
		end = ask_all(s, &name, type, each, to, found);
		/* An alias into another zone: the server stopped at it. */
		again = end == STUB_EMPTY &&
		    !name_equal(name.wire, asked.wire);
	}
	if (end != STUB_OK)
		*found = 0;	/* what stood before the fault counts not */
	return again ? STUB_WRONG : end;
}

struct mx_list {
	struct stub_mx	*list;
	size_t		*n;
};

/* Names of hosts as text, without the dot behind them. */
static int
add_mx(void *to, const uint8_t *message, size_t size, size_t at, size_t len)
{
	struct mx_list *l = to;
	struct stub_mx *mx = &l->list[*l->n];
	char text[DNS_NAME_TEXT];
	struct name host;
	size_t n;

	if (len < 3 || name_unpack(&host, message, size, at + 2) != len - 2)
		return -1;
	name_to_text(text, host.wire);
	n = strlen(text) - 1;
	if (*l->n == STUB_MX_MAX || n >= sizeof mx->host)
		return 0;
	mx->preference = (unsigned)message[at] << 8 | message[at + 1];
	memcpy(mx->host, text, n);
	mx->host[n] = '\0';
	(*l->n)++;
	return 0;
}

enum stub_end
stub_mx(const struct stub *s, const char *domain,
    struct stub_mx list[STUB_MX_MAX], size_t *n)
{
	return stub_resolve(s, domain, TYPE_MX, add_mx,
	    &(struct mx_list){ list, n }, n);
}

struct address_list {
	struct sockaddr_storage *list;
	size_t		*n;
	int		 family;
};

static int
add_address(void *to, const uint8_t *message, size_t size, size_t at,
    size_t len)
{
	struct address_list *l = to;
	struct sockaddr_storage *a = &l->list[*l->n];
	struct sockaddr_in *four = (void *)a;
	struct sockaddr_in6 *six = (void *)a;

	(void)size;
	if (len != (l->family == AF_INET ? 4 : 16))
		return -1;
	if (*l->n == STUB_ADDRESSES_MAX)
		return 0;
	memset(a, 0, sizeof *a);
	a->ss_family = (sa_family_t)l->family;
	memcpy(l->family == AF_INET ? (void *)&four->sin_addr :
	    (void *)&six->sin6_addr, message + at, len);
	(*l->n)++;
	return 0;
}

enum stub_end
stub_addresses(const struct stub *s, const char *host, int family,
    struct sockaddr_storage list[STUB_ADDRESSES_MAX], size_t *n)
{
	return stub_resolve(s, host, family == AF_INET ? TYPE_A : TYPE_AAAA,
	    add_address, &(struct address_list){ list, n, family }, n);
}
