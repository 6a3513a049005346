/* descriptor.c - where inetd's descriptors are */

#include <fcntl.h>
#include <unistd.h>

#include "descriptor.h"

int
descriptor_move(int fd, int least)
{
	int moved = fd == -1 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, least);

	if (moved == -1)
		return fd;
	close(fd);
	return moved;
}
