/*
 * listen.c - a process for each client, born before the client comes
 *
 * An exec a client would cost more than all that a message needs beside its
 * syncs, and a fork would be waited for.  So there is always a child that waits
 * for the next client.  Once it serves one, or is dead, its end of a pipe is
 * closed, and the parent has another.  The parent reads nothing else and
 * becomes nobody; what a client may make of its process ends with it.
 */
#define _GNU_SOURCE	/* accept4(2), pipe2(2) */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "deliver.h"
#include "io/close.h"
#include "io/log.h"

enum {
	CHILDREN_MAX = 1024,
	PAUSE_MS = 1000		/* nobody stays dead for longer */
};

static unsigned	children;
/* Between the parent and the last child: it ends when the child is busy. */
static int	pipe_end;

bool
is_listening(int fd)
{
	int yes = 0;
	socklen_t len = sizeof yes;

	return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &yes, &len) == 0 &&
	    yes != 0;
}

/* Those that have ended; or, if there is room for no more, wait for one. */
static void
reap(void)
{
	while (children > 0 && waitpid(-1, NULL, children == CHILDREN_MAX ? 0 :
	    WNOHANG) > 0)
		children--;
}

/*
 * The next client, or -1.  Once nobody reads our pipe the parent is gone, and
 * who comes after it will want the listener for himself.
 */
static int
next_client(int listener)
{
	struct pollfd p[] = { { listener, POLLIN, 0 }, { pipe_end, 0, 0 } };
	int client;

	for (;;) {
		client = -1;
		if (poll(p, 2, -1) != -1) {
			if (p[1].revents != 0)
				return -1;
			client = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
		}
		if (client != -1)
			return client;
		if (errno != EINTR && errno != EAGAIN &&
		    errno != ECONNABORTED) {
			log_errno("accept");
			return -1;
		}
	}
}

/* All that a child does until it has a client in the place of the listener. */
static void
take_client(int listener)
{
	int client = next_client(listener);

	if (client == -1)	/* the next one would fare no better */
		_exit(write(pipe_end, "", 1) == 1 ? EXIT_LATER : 0);
	if (dup2(client, listener) == -1) {
		log_errno("dup2");
		_exit(EXIT_LATER);
	}
	close(client);
}

void
let_others_in(void)
{
	close(pipe_end);
}

/* 1 in the child, once it has a client; 0 in the parent; or -1. */
static int
start(int listener)
{
	int ends[2];
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) == -1)
		return -1;
	pid = fork();
	pipe_end = ends[pid == 0];
	close_quietly(ends[pid != 0]);
	if (pid == 0) {
		take_client(listener);
		return 1;
	}
	if (pid == -1) {
		close_quietly(pipe_end);
		return -1;
	}
	children++;
	return 0;
}

/* Wait until the child is busy.  False if it never will be. */
static bool
watch(void)
{
	struct pollfd p = { pipe_end, POLLIN, 0 };
	int ready;
	char octet;

	do {
		reap();
		ready = poll(&p, 1, children > 1 ? PAUSE_MS : -1);
	} while (ready == 0 || (ready == -1 && errno == EINTR));
	ready = ready == 1 && read(pipe_end, &octet, 1) == 0;
	close(pipe_end);
	return ready;
}

void
wait_for_client(int listener)
{
	int begun;

	for (;;) {
		begun = start(listener);
		if (begun == 1)
			return;
		if (begun == -1)
			log_errno("fork");
		if (begun == -1 || !watch())
			poll(NULL, 0, PAUSE_MS);
	}
}
