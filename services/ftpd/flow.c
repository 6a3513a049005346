/* flow.c - octets over the data connection, and what the client says by then */

#define _GNU_SOURCE	/* POLLRDHUP */
#include <errno.h>
#include <linux/tcp.h>
#include <poll.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "flow.h"
#include "session.h"

/* A TCP connection whose end is not taken yet (RFC 793 3.2). */
enum { FIN_WAIT_1 = 4, LAST_ACK = 9, CLOSING = 11 };

/*
 * Take a line that came during a transfer.  ABOR ends the transfer and is
 * then answered in its turn, like all others; STAT is answered at once
 * unless that would be before its turn (RFC 959 4.1.3, RFC 1123 4.1.3.3).
 */
static void
hear(struct session *s)
{
	struct control *c = &s->control;
	enum input_end how;
	char *line;

	how = control_listen(c, &line);
	if (how == INPUT_LATE)
		return;
	if (how == INPUT_EOF || how == INPUT_FAILED) {
		/* QUIT lets a transfer end first; a lost client does not. */
		s->data.aborted = !control_waits(c, "QUIT");
		return;
	}
	if (how == INPUT_OK && c->queued == 0 &&
	    strcasecmp(line, "STAT") == 0) {
		reply(s, 211, "%s under way, %lld octets so far.",
		    s->data.what, (long long)s->data.octets);
		output_flush(&c->out);
		return;
	}
	if (how == INPUT_OK && strcasecmp(line, "ABOR") == 0)
		s->data.aborted = true;
	control_keep(c, how);
}

bool
flow_aborted(struct session *s)
{
	while (control_wants_input(&s->control) &&
	    input_pending(&s->control.in))
		hear(s);
	return s->data.aborted;
}

enum outcome
flow_wait(struct session *s, int fd, short events, int64_t until)
{
	struct pollfd p[2];
	int64_t left;
	int n;

	for (;;) {
		if (flow_aborted(s))
			return DATA_ABORTED;
		p[0] = (struct pollfd){ fd, events, 0 };
		p[1] = (struct pollfd){ control_wants_input(&s->control) ?
		    s->control.in.fd : -1, POLLIN, 0 };
		left = until - clock_ms();
		n = poll(p, 2, left > 0 ? (int)left : 0);
		if (n == -1 && errno != EINTR)
			return DATA_BROKEN;
		if (n == 0 && left <= 0)
			return DATA_LATE;
		if (n > 0 && p[1].revents != 0)
			hear(s);
		else if (n > 0)
			return DATA_OK;
	}
}

enum outcome
data_wait(struct session *s, short events)
{
	return flow_wait(s, s->data.fd, events,
	    clock_ms() + s->settings.stall_seconds * 1000L);
}

enum outcome
data_send(struct session *s, const void *octets, size_t n)
{
	const char *p = octets;
	enum outcome went;
	ssize_t put;

	while (n > 0) {
		went = data_wait(s, POLLOUT);
		if (went != DATA_OK)
			return went;
		put = send(s->data.fd, p, n, MSG_NOSIGNAL);
		if (put == -1 && errno != EAGAIN && errno != EINTR)
			return DATA_BROKEN;
		if (put > 0) {
			p += put;
			n -= (size_t)put;
			s->data.octets += put;
		}
	}
	return DATA_OK;
}

/*
 * Octets of data on their way to the other machine, 0 once it has them all.
 * The end of the data itself is not waited for: a client that reads on takes
 * its time to acknowledge that.  (SIOCOUTQ says the same, but an ioctl is
 * more than the sandbox grants.)
 */
static unsigned long long
on_the_way(const struct data *d)
{
	struct tcp_info info = { 0 };
	socklen_t len = sizeof info;
	unsigned long long sent = (unsigned long long)d->octets;

	/* Linux counts the SYN in, if it was ours. */
	if (d->mode != DATA_PASSIVE)
		sent++;
	if (getsockopt(d->fd, IPPROTO_TCP, TCP_INFO, &info, &len) == -1 ||
	    (info.tcpi_state != FIN_WAIT_1 && info.tcpi_state != CLOSING &&
	    info.tcpi_state != LAST_ACK) || info.tcpi_bytes_acked >= sent)
		return 0;
	return sent - info.tcpi_bytes_acked;
}

enum outcome
data_end(struct session *s)
{
	int64_t stall = s->settings.stall_seconds * 1000L;
	int64_t until = clock_ms() + stall;
	unsigned long long left, before = 0;
	int error = 0, step = 1, fd = s->data.fd;
	socklen_t len = sizeof error;
	enum outcome went;

	if (shutdown(s->data.fd, SHUT_WR) == -1)
		return DATA_BROKEN;
	while ((left = on_the_way(&s->data)) > 0) {
		if (left != before)
			until = clock_ms() + stall;
		before = left;
		if (clock_ms() >= until)
			return DATA_LATE;
		went = flow_wait(s, fd, POLLRDHUP, clock_ms() + step);
		if (went == DATA_OK)	/* it is gone, or only says no more */
			fd = -1;
		else if (went != DATA_LATE)
			return went;
		if (step < 1000)
			step *= 2;
	}
	if (getsockopt(s->data.fd, SOL_SOCKET, SO_ERROR, &error, &len) == -1)
		return DATA_BROKEN;
	errno = error;
	return error == 0 ? DATA_OK : DATA_BROKEN;
}

/* The last reply goes first: the client need not wait while we tidy up. */
void
data_close(struct session *s, enum outcome went, const char *text)
{
	switch (went) {
	case DATA_OK:
		reply(s, 226, "%s", text);
		break;
	case DATA_ABORTED:
		reply(s, 426, "Transfer aborted.");
		break;
	case DATA_LATE:
		reply(s, 426, "Data connection timed out; transfer aborted.");
		break;
	case DATA_BROKEN:
		reply(s, 426, "Connection closed; transfer aborted.");
		break;
	case DATA_LOCAL:
		reply_errno(s, 451, s->data.what);
		break;
	}
	output_flush(&s->control.out);
	data_reset(&s->data);
}
