/*
 * unread.c - what a `wait' program that has ended left in its socket
 *
 * Two datagrams may look alike, but not their times of arrival.  The kernel
 * stamps the datagram at the head when we first look at it with SO_TIMESTAMPNS
 * on, and the stamp stays when the option goes off again, as it must: the
 * program did not ask for it.
 */
#include <sys/socket.h>

#include <poll.h>
#include <string.h>

#include "unread.h"

/* The stamp of the datagram at the head; false if there is none. */
static bool
read_stamp(int fd, struct timespec *stamp)
{
	union {
		char		 room[CMSG_SPACE(sizeof *stamp) + 256];
		struct cmsghdr	 align;
	} control;
	struct msghdr m = { .msg_control = control.room,
	    .msg_controllen = sizeof control.room };
	struct cmsghdr *c;

	memset(stamp, 0, sizeof *stamp);
	if (recvmsg(fd, &m, MSG_PEEK | MSG_DONTWAIT) == -1)
		return false;
	c = CMSG_FIRSTHDR(&m);	/* the kernel puts the stamp first */
	if (c != NULL && c->cmsg_level == SOL_SOCKET &&
	    c->cmsg_type == SCM_TIMESTAMPNS)
		memcpy(stamp, CMSG_DATA(c), sizeof *stamp);
	return true;
}

static int
count_datagram(struct listener *l)
{
	int on = 1, off = 0;
	struct timespec stamp;
	bool left;

	setsockopt(l->fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
	left = read_stamp(l->fd, &stamp);
	setsockopt(l->fd, SOL_SOCKET, SO_TIMESTAMPNS, &off, sizeof off);
	if (!left || stamp.tv_sec != l->stamp.tv_sec ||
	    stamp.tv_nsec != l->stamp.tv_nsec)
		l->unread = 0;
	else
		l->unread++;
	l->stamp = stamp;
	return l->unread;
}

int
unread_count(struct listener *l)
{
	struct pollfd p = { l->fd, POLLIN, 0 };

	if (l->service->type == SOCK_DGRAM)
		return count_datagram(l);
	l->unread = poll(&p, 1, 0) == 1 ? l->unread + 1 : 0;
	return l->unread;
}

void
unread_drop(struct listener *l)
{
	recv(l->fd, NULL, 0, MSG_DONTWAIT);
	l->unread = 0;
}
