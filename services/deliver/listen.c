/*
 * listen.c - a process for each client, born of one that only accepts
 *
 * An exec a client would cost more than all that a message needs beside its
 * syncs.  The parent reads nothing and becomes nobody; what a client may make
 * of its process ends with it.
 */
#define _GNU_SOURCE	/* accept4(2) */
#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "deliver.h"
#include "io/log.h"

enum {
	CLIENTS_MAX = 1024,	/* at one time */
	REAP_MS = 1000		/* nobody stays dead for longer */
};

static unsigned	clients;

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
	while (clients > 0 && waitpid(-1, NULL, clients == CLIENTS_MAX ? 0 :
	    WNOHANG) > 0)
		clients--;
}

/* 1 in the child, 0 in the parent. */
static int
start(int listener, int client)
{
	pid_t pid = fork();

	if (pid == 0 && dup2(client, listener) == -1) {
		log_errno("dup2");
		_exit(EXIT_LATER);
	}
	if (pid == -1)
		log_errno("fork");	/* the client is hung up on: later */
	close(client);
	clients += pid > 0;
	return pid == 0;
}

int
wait_for_client(int listener)
{
	struct pollfd p = { listener, POLLIN, 0 };
	int client, ready;

	do {
		reap();
		client = -1;
		ready = poll(&p, 1, clients > 0 ? REAP_MS : -1);
		if (ready == 1)
			client = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
		if (client != -1 && start(listener, client) == 1)
			return 1;
	} while (ready == 0 || client != -1 || errno == EINTR ||
	    errno == EAGAIN || errno == ECONNABORTED);
	log_errno("accept");
	return -1;
}
