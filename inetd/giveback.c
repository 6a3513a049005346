/* giveback.c - the clients of children that could not become a program */

#define _GNU_SOURCE	/* MSG_CMSG_CLOEXEC */
#include <sys/socket.h>

#include <stddef.h>
#include <string.h>

#include "descriptor.h"
#include "giveback.h"
#include "spawn.h"

enum { FIRST = 4 };	/* low, among those that children copy */

/* Room for one descriptor. */
union control {
	struct cmsghdr	 head;
	char		 room[CMSG_SPACE(sizeof(int))];
};

static int	 receiver = -1, sender = -1;
static int	 given[SPAWN_MOST];	/* and not taken yet: 0, none */

bool
giveback_init(void)
{
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, ends) == -1)
		return false;
	receiver = descriptor_move(ends[0], PARKED);
	sender = descriptor_move(ends[1], FIRST);
	return true;
}

int
giveback_fd(void)
{
	return sender;
}

SPAWNED void
giveback_send(unsigned place, int fd)
{
	union control control = { .head = {
		.cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS,
		.cmsg_len = CMSG_LEN(sizeof fd)
	} };
	struct iovec text = { &place, sizeof place };
	struct msghdr message = { .msg_iov = &text, .msg_iovlen = 1,
	    .msg_control = &control, .msg_controllen = sizeof control };

	*(int *)(void *)CMSG_DATA(&control.head) = fd;
	sendmsg(sender, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
}

/* Note who has given what.  False: there is no more. */
static bool
receive(void)
{
	union control control;
	unsigned place;
	struct iovec text = { &place, sizeof place };
	struct msghdr message = { .msg_iov = &text, .msg_iovlen = 1,
	    .msg_control = &control, .msg_controllen = sizeof control };
	const struct cmsghdr *head;

	if (recvmsg(receiver, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC) !=
	    sizeof place)
		return false;
	head = CMSG_FIRSTHDR(&message);		/* NULL: we have too many */
	if (head != NULL && place < SPAWN_MOST)
		memcpy(&given[place], CMSG_DATA(head), sizeof given[place]);
	return true;
}

int
giveback_take(unsigned place)
{
	int fd;

	while (receive())
		continue;
	fd = given[place] == 0 ? -1 : given[place];
	given[place] = 0;
	return fd;
}
