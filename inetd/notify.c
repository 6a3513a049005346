/* notify.c - tell our parent how we are, as sd_notify(3) describes */

#include <sys/socket.h>
#include <sys/un.h>

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "notify.h"

void
notify(const char *state)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	size_t len = path == NULL ? 0 : strlen(path);
	struct timespec now;
	char text[128];
	int fd, n;

	if (len < 2 || len >= sizeof to.sun_path)
		return;
	memcpy(to.sun_path, path, len);
	if (to.sun_path[0] == '@')	/* an abstract name */
		to.sun_path[0] = '\0';
	clock_gettime(CLOCK_MONOTONIC, &now);
	n = snprintf(text, sizeof text, "%s\nMONOTONIC_USEC=%lld\nMAINPID=%ld",
	    state, (long long)now.tv_sec * 1000000 + now.tv_nsec / 1000,
	    (long)getpid());
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd == -1)
		return;
	sendto(fd, text, (size_t)n, MSG_DONTWAIT | MSG_NOSIGNAL,
	    (struct sockaddr *)&to,
	    (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len));
	close(fd);
}
