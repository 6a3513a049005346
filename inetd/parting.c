/* parting.c - clients that were sent away, until they have heard it */
#include <sys/socket.h>

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "parting.h"

enum {
	PATIENCE = 1000,	/* ms */
	PIECE = 1 << 16		/* octets thrown away at a time */
};

/* The oldest first, so that its deadline is the first as well. */
static struct parting {
	int	 fd;
	int64_t	 deadline;
} kept[PARTING_MAX];
static size_t	 count;
static size_t	 polled;	/* of these; others came since */

/* Throw away what has come.  True: the client has closed, or is gone. */
static bool
drain(int fd)
{
	ssize_t n = recv(fd, NULL, PIECE, MSG_DONTWAIT | MSG_TRUNC);

	return n == 0 || (n == -1 && errno != EAGAIN && errno != EINTR);
}

void
parting_add(int fd, int64_t now)
{
	if (shutdown(fd, SHUT_WR) == -1 || drain(fd)) {
		close(fd);
		return;
	}
	if (count == PARTING_MAX) {
		close(kept[0].fd);
		memmove(kept, kept + 1, --count * sizeof *kept);
		polled -= polled > 0;
	}
	kept[count++] = (struct parting){ fd, now + PATIENCE };
}

size_t
parting_prepare(struct pollfd *p, int64_t *due)
{
	for (size_t i = 0; i < count; i++)
		p[i] = (struct pollfd){ kept[i].fd, POLLIN, 0 };
	if (count > 0 && (*due == 0 || kept[0].deadline < *due))
		*due = kept[0].deadline;
	polled = count;
	return count;
}

void
parting_serve(const struct pollfd *p, int64_t now)
{
	size_t left = 0;

	for (size_t i = 0; i < count; i++)
		if (kept[i].deadline <= now ||
		    (i < polled && p[i].revents != 0 && drain(kept[i].fd)))
			close(kept[i].fd);
		else
			kept[left++] = kept[i];
	count = left;
	polled = 0;
}
