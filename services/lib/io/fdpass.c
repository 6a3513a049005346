/* fdpass.c - SCM_RIGHTS, both ways, and the sockets it runs over */

#define _GNU_SOURCE	/* struct ucred, MSG_CMSG_CLOEXEC and SOCK_CLOEXEC */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "io/close.h"
#include "io/fdpass.h"

/* Room for the most descriptors of one message, aligned for a cmsghdr. */
union control {
	struct cmsghdr	head;
	char		room[CMSG_SPACE(FDPASS_MAX * sizeof(int))];
};

int
fd_send(int sock, const void *text, size_t len, const int *fds, size_t n)
{
	union control control;
	struct iovec iov = { (void *)(size_t)text, len };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1 };
	struct cmsghdr *c;
	ssize_t put;

	if (n > FDPASS_MAX) {
		errno = EINVAL;
		return -1;
	}
	if (n > 0) {
		memset(&control, 0, sizeof control);
		m.msg_control = &control;
		m.msg_controllen = (socklen_t)CMSG_SPACE(n * sizeof(int));
		c = &control.head;
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = (socklen_t)CMSG_LEN(n * sizeof(int));
		memcpy(CMSG_DATA(c), fds, n * sizeof(int));
	}
	do
		put = sendmsg(sock, &m, MSG_NOSIGNAL);
	while (put == -1 && errno == EINTR);
	if (put == -1)
		return -1;
	/* The descriptors went with the first octet; the rest may follow. */
	while ((size_t)put < len) {
		ssize_t more = send(sock, (const char *)text + put,
		    len - (size_t)put, MSG_NOSIGNAL);

		if (more == -1 && errno != EINTR)
			return -1;
		put += more == -1 ? 0 : more;
	}
	return 0;
}

/* Take the descriptors out of a control message; returns how many came. */
static size_t
collect(const struct cmsghdr *c, int *fds, size_t room)
{
	size_t n, count = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
	int fd;

	for (n = 0; n < count; n++) {
		memcpy(&fd, CMSG_DATA(c) + n * sizeof fd, sizeof fd);
		if (n < room)
			fds[n] = fd;
		else
			close(fd);
	}
	return count;
}

ssize_t
fd_receive(int sock, void *text, size_t size, int *fds, size_t max, size_t *n)
{
	union control control;
	struct iovec iov = { text, size };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1,
	    .msg_control = &control, .msg_controllen = sizeof control };
	struct cmsghdr *c;
	ssize_t got;

	*n = 0;
	do
		got = recvmsg(sock, &m, MSG_CMSG_CLOEXEC);
	while (got == -1 && errno == EINTR);
	if (got == -1)
		return -1;
	/* Without SO_PASSCRED there is no other control message than this. */
	c = CMSG_FIRSTHDR(&m);
	if (c != NULL && c->cmsg_level == SOL_SOCKET &&
	    c->cmsg_type == SCM_RIGHTS)
		*n = collect(c, fds, max);
	if (got > 0 && (m.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) == 0 &&
	    *n <= max)
		return got;
	while (*n > 0)
		if (--*n < max)
			close(fds[*n]);
	if (got == 0)		/* an empty record can carry some too */
		return 0;
	errno = EMSGSIZE;
	return -1;
}

int
unix_connect(const char *path, int type)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd;

	if (strlen(path) >= sizeof a.sun_path) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(a.sun_path, path, strlen(path) + 1);
	fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
	if (fd == -1)
		return -1;
	if (connect(fd, (struct sockaddr *)&a, sizeof a) == -1) {
		close_quietly(fd);
		return -1;
	}
	return fd;
}

uid_t
unix_peer_uid(int sock)
{
	struct ucred peer;
	socklen_t len = sizeof peer;

	if (getsockopt(sock, SOL_SOCKET, SO_PEERCRED, &peer, &len) == -1)
		return (uid_t)-1;
	return peer.uid;
}
