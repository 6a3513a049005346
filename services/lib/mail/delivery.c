/* delivery.c - the asking side of deliver's socket */

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "io/fdpass.h"
#include "mail/delivery.h"

/*
 * A sync of much to a slow disk takes long, and what is given up is kept all
 * the same: nearly as long as a client waits (RFC 5321 4.5.3.2.6).
 */
enum { ANSWER_MS = 60 * 1000, COMMIT_MS = 9 * 60 * 1000 };

int
delivery_open(void)
{
	return unix_connect(DELIVERY_SOCKET, SOCK_SEQPACKET);
}

int
delivery_tell(int sock, const char *verb, const char *argument)
{
	char request[DELIVERY_RECORD_MAX];
	/* Never cut: an argument that is longer than a record is refused. */
	int len = snprintf(request, sizeof request, "%s %s", verb, argument);

	if (len < 0 || len >= DELIVERY_RECORD_MAX) {
		errno = EMSGSIZE;
		return -1;
	}
	return fd_send(sock, request, (size_t)len, NULL, 0);
}

/* The reply to what has been said. */
static int
hear(int sock, int ms, char *reply, int *fds, size_t max, size_t *n)
{
	struct pollfd p = { sock, POLLIN, 0 };
	ssize_t got;
	int ready, code;

	do
		ready = poll(&p, 1, ms);
	while (ready == -1 && errno == EINTR);
	if (ready != 1) {
		errno = ready == 0 ? ETIMEDOUT : errno;
		return -1;
	}
	got = fd_receive(sock, reply, DELIVERY_RECORD_MAX - 1, fds, max, n);
	if (got <= 0) {
		errno = got == 0 ? EPIPE : errno;
		return -1;
	}
	reply[got] = '\0';
	code = atoi(reply);
	if (code >= 200 && code <= 599)
		return code;
	errno = EPROTO;
	return -1;
}

int
delivery_ask(int sock, const char *verb, const char *argument,
    char reply[DELIVERY_RECORD_MAX])
{
	int ms = strcmp(verb, "COMMIT") == 0 ? COMMIT_MS : ANSWER_MS;
	size_t none;

	if (delivery_tell(sock, verb, argument) == -1)
		return -1;
	return hear(sock, ms, reply, NULL, 0, &none);
}

int
delivery_places(int sock, int fds[DELIVERY_PLACES_MAX], size_t *n,
    char reply[DELIVERY_RECORD_MAX])
{
	*n = 0;
	if (delivery_tell(sock, "DATA", "") == -1)
		return -1;
	return hear(sock, ANSWER_MS, reply, fds, DELIVERY_PLACES_MAX, n);
}
