/*
 * authd - check passwords, become the user, start the session
 *
 * inetd hands it the listening socket and the right to become an account, but
 * never uid 0.  The parent accepts, forks and reaps, and tells by itself where
 * an account lives, which no password has to do with; a child reads one
 * record, and either answers and exits or turns into the session itself.  What
 * the parent must know of a session comes back through a pipe.
 */
#define _GNU_SOURCE	/* accept4(2), pipe2(2) */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "authd.h"
#include "io/log.h"
#include "io/sandbox.h"
#include "mail/settings.h"

enum { LISTENER = 0, PROGRAMS = 3 };

static int	wake[2];	/* SIGCHLD and SIGTERM wake the poll */

static void
on_signal(int number)
{
	unsigned char byte = (unsigned char)number;
	int saved = errno;

	if (write(wake[1], &byte, 1) == -1)
		errno = saved;	/* full: it wakes the loop all the same */
}

/* The child's signals and descriptors are as a service expects them. */
static void
child(int sock, const sigset_t *mask)
{
	struct sigaction act = { .sa_handler = SIG_DFL };

	sigaction(SIGCHLD, &act, NULL);
	sigaction(SIGTERM, &act, NULL);
	sigaction(SIGPIPE, &act, NULL);
	sigprocmask(SIG_SETMASK, mask, NULL);
	/* The listener stays: the client must not be given its number. */
	serve(sock);
	_exit(0);
}

static void
accept_one(void)
{
	sigset_t all, mask;
	pid_t pid;
	int sock = accept4(LISTENER, NULL, NULL, SOCK_CLOEXEC);

	if (sock == -1) {
		if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED)
			log_errno("accept");
		return;
	}
	if (serve_at_once(sock)) {
		close(sock);
		return;
	}
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &mask);
	pid = fork();
	if (pid == 0)
		child(sock, &mask);
	sigprocmask(SIG_SETMASK, &mask, NULL);
	close(sock);
	if (pid == -1) {
		log_errno("fork");
		return;
	}
	children_add(pid);
}

/* Serve until told to stop.  Sessions go on without their parent. */
static int
loop(void)
{
	struct pollfd p[] = { { LISTENER, POLLIN, 0 }, { wake[0], POLLIN, 0 },
	    { children_notices(), POLLIN, 0 } };
	unsigned char byte;

	for (;;) {
		p[0].fd = children_full() ? -1 : LISTENER;
		if (poll(p, 3, -1) == -1 && errno != EINTR) {
			log_errno("poll");
			return EXIT_LATER;
		}
		if (p[2].revents != 0)
			children_read_notices();
		while (read(wake[0], &byte, 1) == 1)
			if (byte == SIGTERM)
				return 0;
			else
				children_reap();
		if (p[0].fd == LISTENER && p[0].revents != 0)
			accept_one();
	}
}

static int
prepare(void)
{
	struct sigaction act = { .sa_handler = on_signal,
	    .sa_flags = SA_RESTART };
	struct stat st;
	int flags = fcntl(LISTENER, F_GETFL);

	if (fstat(PROGRAMS, &st) == -1 || !S_ISDIR(st.st_mode)) {
		log_line("descriptor 3 is not the programs' directory: "
		    "start it from inetd, as user authd+");
		return EXIT_NEVER;
	}
	if (flags == -1 || fcntl(LISTENER, F_SETFL, flags | O_NONBLOCK) == -1 ||
	    pipe2(wake, O_CLOEXEC | O_NONBLOCK) == -1 ||
	    children_prepare() == -1 ||
	    sigaction(SIGCHLD, &act, NULL) == -1 ||
	    sigaction(SIGTERM, &act, NULL) == -1) {
		log_errno("start");
		return EXIT_LATER;
	}
	return 0;
}

int
main(int argc, char *argv[])
{
	int status;

	(void)argv;
	log_open("authd");
	if (argc != 1) {
		log_line("usage: authd, with a listening socket as 0");
		return EXIT_NEVER;
	}
	status = prepare();
	if (mail_system_accounts())
		account_use_system();
	if (status == 0 && sandbox_enter(account_has_system() ?
	    "authd-system" : "authd", NULL) == -1)
		status = EXIT_LATER;
	return status != 0 ? status : loop();
}
