/* descriptor.c - where inetd's descriptors are */

#include <fcntl.h>
#include <unistd.h>

#include "descriptor.h"

enum { CROWD = 64 };		/* what a process has room for by itself: from
				   there on, copies cost more than sharing */

static int	 highest;

int
descriptor_move(int fd, int least)
{
	int moved = fd == -1 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, least);

	if (moved > highest)
		highest = moved;
	if (moved == -1)
		return fd;
	close(fd);
	return moved;
}

bool
descriptor_crowded(void)
{
	return highest >= CROWD;
}
