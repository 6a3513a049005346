/* query.c - one question to one server */

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "io/close.h"
#include "query.h"
#include "walk.h"

/* Random capital letters (draft-vixie-dnsext-dns0x20). */
static void
mix_case(struct random *r, uint8_t *name)
{
	unsigned bits = 1;

	for (uint8_t *p = name; *p != 0; p += *p + 1)
		for (unsigned i = 1; i <= *p; i++) {
			if (bits == 1)
				bits = 256U | random_octet(r);
			if (p[i] >= 'a' && p[i] <= 'z' && (bits & 1))
				p[i] = (uint8_t)(p[i] - 32);
			bits >>= 1;
		}
}

/*
 * RFC 6891 6.1.2: root, type, our size, DO, nothing in it.  Signatures are
 * always asked for: one client's question serves the next one's (RFC 4035
 * 3.2.1).
 */
static const uint8_t	opt[11] = { 0, 0, TYPE_OPT, UDP_MAX >> 8,
    UDP_MAX & 255, 0, 0, OPT_DO >> 8 };

static void
compose(struct query *q, const struct asking *a)
{
	struct resolver *r = q->resolver;
	uint8_t *p = q->out + 2;
	struct name name;

	name_set(&name, a->name);
	name_lower(&name);
	if (r->settings.mix_case)
		mix_case(&r->random, name.wire);
	memset(p, 0, HEADER);
	put16(p, random_number(&r->random));
	put16(p + 2, a->recurse ? FLAG_RD : 0);
	put16(p + 4, 1);
	put16(p + 10, q->edns);
	p += HEADER;
	memcpy(p, name.wire, name.len);
	p += name.len;
	put16(p, a->type);
	put16(p + 2, CLASS_IN);
	p += 4;
	if (q->edns) {
		memcpy(p, opt, sizeof opt);
		p += sizeof opt;
	}
	q->out_len = (size_t)(p - q->out);
	put16(q->out, q->out_len - 2);
}

/* A port of ours that cannot be guessed; the kernel's choice, if all fail. */
static bool
bind_port(struct random *random, int fd, const struct address *server)
{
	struct address any = { .octets = server->octets };
	struct sockaddr_storage local;
	socklen_t len;

	for (int i = 0; i <= PORT_TRIES; i++) {
		any.port = i == PORT_TRIES ? 0 : (uint16_t)(PORT_FIRST +
		    random_below(random, 65536 - PORT_FIRST));
		len = address_socket(&any, &local);
		if (bind(fd, (struct sockaddr *)&local, len) == 0)
			return true;
		if (errno != EADDRINUSE && errno != EACCES)
			return false;
	}
	return false;
}

static int
dial(struct query *q)
{
	struct sockaddr_storage to;
	socklen_t len = address_socket(&q->server, &to);
	int type = q->tcp ? SOCK_STREAM : SOCK_DGRAM;
	int fd = socket(to.ss_family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd == -1)
		return -1;
	if ((q->tcp || bind_port(&q->resolver->random, fd, &q->server)) &&
	    (connect(fd, (struct sockaddr *)&to, len) == 0 ||
	    errno == EINPROGRESS))
		return fd;
	close_quietly(fd);
	return -1;
}

/*
 * Tell the walk.  The case that we made up is taken out of the question,
 * to which the names in the records point.
 */
static void
hear(struct query *q, enum heard heard, uint8_t *octets, size_t size)
{
	struct message m = { 0 };
	struct name name;

	if (heard == HEARD_REPLY && message_open(&m, octets, size) &&
	    m.counts[QUESTION] == 1) {
		name_set(&name, octets + HEADER);
		name_lower(&name);
		memcpy(octets + HEADER, name.wire, name.len);
	}
	walk_hear(q->walk, q, heard, &m);
}

/*
 * Does it answer this query?  1; 0: no; -1: but for the case of the name,
 * which some servers do not keep.
 */
static int
matches(const struct query *q, const uint8_t *in, size_t size)
{
	const uint8_t *asked = q->out + 2;
	size_t len = name_length(asked + HEADER, DNS_NAME_MAX);
	struct message m;
	unsigned rcode;

	if (!message_open(&m, in, size) || m.id != get16(asked) ||
	    !(m.flags & FLAG_QR) || (m.flags & OPCODE_MASK))
		return 0;
	rcode = m.flags & RCODE_MASK;
	if (m.counts[QUESTION] == 0)	/* it did not understand a word */
		return rcode == FORMERR || rcode == NOTIMP;
	if (m.counts[QUESTION] != 1 || size < HEADER + len + 4 ||
	    memcmp(in + HEADER + len, asked + HEADER + len, 4) != 0 ||
	    name_length(in + HEADER, size - HEADER) != len ||
	    !name_equal(in + HEADER, asked + HEADER))
		return 0;
	if (q->tcp || memcmp(in + HEADER, asked + HEADER, len) == 0)
		return 1;
	return -1;
}

static void
receive_udp(struct query *q)
{
	static uint8_t in[MESSAGE_MAX];
	ssize_t n;

	while (q->watch.fd != -1) {
		int match;

		n = recv(q->watch.fd, in, sizeof in, 0);
		if (n == -1 && errno == EAGAIN)
			return;
		if (n == -1)
			continue;	/* an ICMP error, read away */
		match = matches(q, in, (size_t)n);
		if (match != 1)
			resolver_count(q->resolver, COUNT_FORGED);
		if (match == 1)
			hear(q, HEARD_REPLY, in, (size_t)n);
		else if (match == -1 || ++q->strangers >= STRANGERS)
			hear(q, HEARD_SUSPECT, NULL, 0);
	}
}

/* Send what is left to send.  False: it cannot be. */
static bool
send_tcp(struct query *q)
{
	while (q->out_at < q->out_len) {
		ssize_t n = send(q->watch.fd, q->out + q->out_at,
		    q->out_len - q->out_at, MSG_NOSIGNAL);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return errno == EAGAIN;
		q->out_at += (size_t)n;
	}
	return resolver_rewatch(q->resolver, &q->watch, EPOLLIN);
}

/* Read on; 1: whole, 0: not yet, -1: it never will be. */
static int
receive_tcp(struct query *q)
{
	if (q->in == NULL && (q->in = calloc(1, 2 + MESSAGE_MAX)) == NULL)
		return -1;
	for (;;) {
		size_t want = q->in_len < 2 ? 2 : get16(q->in) + 2U;
		ssize_t n;

		if (q->in_len == want && want > 2)
			return 1;
		n = recv(q->watch.fd, q->in + q->in_len, want - q->in_len, 0);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return errno == EAGAIN ? 0 : -1;
		if (n == 0 || (q->in_len + (size_t)n == 2 &&
		    (q->in[0] | q->in[1]) == 0))
			return -1;
		q->in_len += (size_t)n;
	}
}

static void
serve_tcp(struct query *q)
{
	int got = 0;

	if (q->out_at < q->out_len && !send_tcp(q))
		got = -1;
	else if (q->out_at == q->out_len)
		got = receive_tcp(q);
	if (got == 1 && matches(q, q->in + 2, q->in_len - 2) == 1)
		hear(q, HEARD_REPLY, q->in + 2, q->in_len - 2);
	else if (got != 0)
		hear(q, HEARD_SILENCE, NULL, 0);
}

static void
ready(struct watch *w, uint32_t events)
{
	struct query *q = (struct query *)w;

	(void)events;
	if (q->tcp)
		serve_tcp(q);
	else
		receive_udp(q);
}

static void
insert(struct query *q)
{
	struct resolver *r = q->resolver;

	q->next = r->queries;
	if (q->next != NULL)
		q->next->previous = q;
	r->queries = q;
}

/* Open and send.  False, with errno set and nothing left open. */
static bool
start(struct query *q)
{
	q->watch.fd = dial(q);
	if (q->watch.fd == -1)
		return false;
	if ((q->tcp || send(q->watch.fd, q->out + 2, q->out_len - 2,
	    MSG_NOSIGNAL) != -1 || errno == ECONNREFUSED) &&
	    resolver_watch(q->resolver, &q->watch, q->tcp ? EPOLLOUT :
	    EPOLLIN))
		return true;
	close_quietly(q->watch.fd);
	return false;
}

struct query *
query_send(struct resolver *r, struct walk *w, const struct address *to,
    const struct asking *a)
{
	struct query *q = malloc(sizeof *q);
	struct server *server = servers_find(&r->servers, to, r->now);

	if (q == NULL)
		return NULL;
	memset(q, 0, offsetof(struct query, out));
	q->watch.ready = ready;
	q->resolver = r;
	q->walk = w;
	q->server = *to;
	q->tcp = a->tcp;
	q->edns = server->plain_until <= r->now;
	q->sent = r->now;
	q->deadline = r->now + (q->tcp ? TCP_PATIENCE :
	    server_patience(server));
	q->in = NULL;
	q->in_len = 0;
	compose(q, a);
	if (!start(q)) {
		free(q);
		return NULL;
	}
	insert(q);
	resolver_count(r, q->tcp ? COUNT_SENT_TCP : COUNT_SENT_UDP);
	return q;
}

void
query_end(struct query *q)
{
	if (q->next != NULL)
		q->next->previous = q->previous;
	if (q->previous != NULL)
		q->previous->next = q->next;
	else
		q->resolver->queries = q->next;
	free(q->in);
	q->in = NULL;
	resolver_unwatch(q->resolver, &q->watch);
}

void
queries_tick(struct resolver *r)
{
	struct query *next;

	for (struct query *q = r->queries; q != NULL; q = next) {
		next = q->next;
		if (q->deadline <= r->now)
			hear(q, HEARD_SILENCE, NULL, 0);
	}
}
