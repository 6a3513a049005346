/*
 * udp.c - datagrams: two system calls for all that wait
 *
 * One call takes the queries that are there, one sends their answers.  No
 * poll and no clock in the loop.  A signal, the timer's or that of a new
 * zones.db, ends a call that waits, or is noticed behind one that does not;
 * either way the zones are looked at before the next answer is made.
 */
#define _GNU_SOURCE		/* struct mmsghdr, syscall(2) */

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "dns/datagram.h"
#include "io/log.h"
#include "server.h"

enum {
	BATCH = 32,
	/* Not whole pages, or all would fall on the same cache lines. */
	IN = MESSAGE_MAX + 1 + 128, OUT = ANSWER_MAX + 128
};

struct batch {
	int		 fd;
	socklen_t	 control_room;	/* 0: no control data wanted */
	unsigned	 used;		/* queries of the last call */
	unsigned	 answers;
	struct mmsghdr	 query[BATCH], answer[BATCH];
	struct iovec	 in_iov[BATCH], out_iov[BATCH];
	struct sockaddr_storage peer[BATCH];
	struct datagram_control control[BATCH];
};

static uint8_t	in[BATCH][IN], out[BATCH][OUT];

static void
prepare(struct batch *b, int fd)
{
	b->fd = fd;
	b->control_room = datagram_ask_address(fd) ? sizeof *b->control : 0;
	b->used = BATCH;
	for (unsigned i = 0; i < BATCH; i++) {
		b->in_iov[i] = (struct iovec){ in[i], MESSAGE_MAX };
		b->out_iov[i].iov_base = out[i];
		b->query[i].msg_hdr.msg_name = &b->peer[i];
		b->query[i].msg_hdr.msg_iov = &b->in_iov[i];
		b->query[i].msg_hdr.msg_iovlen = 1;
		b->query[i].msg_hdr.msg_control = &b->control[i];
		b->answer[i].msg_hdr.msg_iov = &b->out_iov[i];
		b->answer[i].msg_hdr.msg_iovlen = 1;
	}
}

/*
 * Wait for a query, and take all that are there.  Not by libc, here and
 * below: musl's sendmmsg(3) sends one by one, as it cannot know that these
 * structures, cleared once, are what the kernel wants.
 */
static long
receive(struct batch *b)
{
	long n;

	for (unsigned i = 0; i < b->used; i++) {
		b->query[i].msg_hdr.msg_namelen = sizeof b->peer[i];
		b->query[i].msg_hdr.msg_controllen = b->control_room;
	}
	n = syscall(SYS_recvmmsg, b->fd, b->query, BATCH, MSG_WAITFORONE,
	    NULL);
	b->used = n > 0 ? (unsigned)n : 0;
	return n;
}

static void
answer_one(struct server *s, struct batch *b, unsigned i)
{
	struct msghdr *query = &b->query[i].msg_hdr;
	struct msghdr *answer = &b->answer[b->answers].msg_hdr;
	struct client client = { UDP, (struct sockaddr *)&b->peer[i] };
	size_t len;

	if (datagram_is_reflector(&b->peer[i]))
		return;
	len = server_respond(s, in[i], b->query[i].msg_len, &client,
	    out[b->answers], NULL);
	if (len == 0)
		return;
	if (query->msg_controllen > 0)
		datagram_turn_around(query);
	answer->msg_name = query->msg_name;
	answer->msg_namelen = query->msg_namelen;
	answer->msg_control = query->msg_control;
	answer->msg_controllen = query->msg_controllen;
	b->out_iov[b->answers++].iov_len = len;
}

/* Send the answers; one that cannot be sent does not hold up the others. */
static void
send_answers(struct batch *b)
{
	unsigned at = 0;

	while (at < b->answers) {
		struct msghdr *first = &b->answer[at].msg_hdr;
		long n = syscall(SYS_sendmmsg, b->fd, b->answer + at,
		    b->answers - at, 0);

		if (n > 0) {
			at += (unsigned)n;
		} else if (errno == EINVAL && first->msg_controllen > 0) {
			first->msg_controllen = 0;	/* let it choose */
		} else if (errno != EINTR) {
			if (!datagram_is_passing(errno))
				log_errno("send");
			at++;
		}
	}
	b->answers = 0;
}

int
udp_serve(struct server *s, int fd, long idle)
{
	static struct batch b;
	long quiet = 0, limit = idle * 1000 / TICK, n;

	prepare(&b, fd);
	for (;;) {
		n = receive(&b);
		if (n == -1 && !datagram_is_passing(errno)) {
			log_errno("receive");
			return EXIT_LATER;
		}
		if (server_changed)
			server_change(s);
		if (server_ticked) {
			server_tick(s);
			quiet++;
		}
		if (n == -1 && quiet > limit)
			return 0;	/* inetd has the socket still */
		if (n <= 0)
			continue;
		quiet = 0;
		for (unsigned i = 0; i < b.used; i++)
			answer_one(s, &b, i);
		send_answers(&b);
	}
}
