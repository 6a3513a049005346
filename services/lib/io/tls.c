/* tls.c - the service's side of UCSPI-TLS */

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "io/tls.h"

/* The open descriptor, not 0 to 2, that a variable names; -1: none. */
static int
descriptor(const char *name)
{
	const char *text = getenv(name);
	char *end;
	long n;

	if (text == NULL || *text < '0' || *text > '9')
		return -1;
	errno = 0;
	n = strtol(text, &end, 10);
	if (*end != '\0' || errno != 0 || n <= STDERR_FILENO || n > 65535 ||
	    fcntl((int)n, F_SETFD, FD_CLOEXEC) == -1)
		return -1;
	return (int)n;
}

void
tls_init(struct tls *t)
{
	const char *proto = getenv("PROTO");

	t->active = getenv("SSL_PROTOCOL") != NULL ||
	    (proto != NULL && strcmp(proto, "SSL") == 0);
	t->control = descriptor("SSLCTLFD");
	t->read = descriptor("SSLREADFD");
	t->write = descriptor("SSLWRITEFD");
	if (t->read == -1 || t->write == -1)
		t->control = -1;
}

bool
tls_is_offered(const struct tls *t)
{
	return t->control != -1 && !t->active;
}

bool
tls_is_private(const struct tls *t, const struct peer *peer)
{
	return t->active || peer_is_loopback(peer);
}

/*
 * A socket is written with a time limit whatever it is (output.c); a pipe
 * must not block for that, and no other process writes into this one.  Not
 * fstat(2) to tell them apart: glibc makes it a call that takes a path, which
 * the sandbox of a login half has not.
 */
static int
limit_pipe(int fd)
{
	int type, flags;
	socklen_t len = sizeof type;

	if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len) == 0)
		return 0;
	if (errno != ENOTSOCK)
		return -1;
	flags = fcntl(fd, F_GETFL);
	return flags == -1 ? -1 : fcntl(fd, F_SETFL, flags | O_NONBLOCK);
}

int
tls_start(struct tls *t, struct input *in, struct output *out)
{
	ssize_t put;

	if (output_flush(out) == -1)
		return -1;
	do
		put = write(t->control, "y", 1);
	while (put == -1 && errno == EINTR);
	if (put != 1 || limit_pipe(t->write) == -1 ||
	    dup2(t->read, in->fd) == -1 || dup2(t->write, out->fd) == -1)
		return -1;
	input_discard(in);
	/* Any two of them, or all, may be the same. */
	close(t->control);
	close(t->read);
	close(t->write);
	t->control = -1;
	t->active = true;
	return 0;
}
