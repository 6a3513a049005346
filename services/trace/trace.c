/*
 * trace [-k] directory program argv0 [argument...] - write a dialogue down
 *
 * Stands between a client (descriptors 0 and 1) and a service, which it
 * starts on a socket of its own, and copies what both say into a file of
 * directory.  It ends when the service's end of that socket is closed,
 * whoever has it by then, with the status of the program.  A program without
 * a slash is looked up in the directory open as descriptor 3, which the
 * program keeps with -k.
 *
 * Exit status: the program's; 100 wrongly called, 111 the system failed us.
 */
#define _GNU_SOURCE	/* O_PATH, SYS_execveat's AT_ flags */
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "trace.h"

enum {
	PROGRAMS = 3,
	CHUNK = 16384,
	PIECE = PIPE_BUF	/* a pipe that poll(2) calls ready takes it */
};

extern char	**environ;

/* DIRECTORY/20260102-030405-PID, or -1: then there is no trace. */
static int
open_file(const char *directory)
{
	char path[PATH_MAX], when[32];
	time_t now = time(NULL);
	struct tm tm;
	int fd;

	gmtime_r(&now, &tm);
	strftime(when, sizeof when, "%Y%m%d-%H%M%S", &tm);
	snprintf(path, sizeof path, "%s/%s-%ld", directory, when,
	    (long)getpid());
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd == -1)
		fprintf(stderr, "trace: %s: %s\n", path, strerror(errno));
	return fd;
}

/* Become the service.  Returns only if that fails. */
static void
run(const char *program, char *argv[], bool keep)
{
	if (strchr(program, '/') != NULL) {
		execv(program, argv);
		return;
	}
	fcntl(PROGRAMS, F_SETFD, keep ? 0 : FD_CLOEXEC);
	syscall(SYS_execveat, PROGRAMS, program, argv, environ, 0);
}

/* Start the service; its process, and our end of its socket in *fd. */
static pid_t
start(const char *program, char *argv[], bool keep, int *fd)
{
	int pair[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == -1 ||
	    (pid = fork()) == -1)
		return -1;
	if (pid == 0) {
		if (dup2(pair[1], STDIN_FILENO) != -1 &&
		    dup2(pair[1], STDOUT_FILENO) != -1)
			run(program, argv, keep);
		fprintf(stderr, "trace: %s: %s\n", program, strerror(errno));
		_exit(111);
	}
	close(pair[1]);
	*fd = pair[0];
	return pid;
}

/* One direction: what one side has said, and the other has not got yet. */
struct flow {
	int	 from, to;		/* from -1: it has said all */
	char	 bytes[CHUNK];
	size_t	 at, end;		/* of bytes, what is held */
};

/* Pass on what goes without waiting.  False if nobody is there to get it. */
static bool
pass_on(struct flow *f)
{
	size_t held = f->end - f->at;
	ssize_t n = write(f->to, f->bytes + f->at, held < PIECE ? held : PIECE);

	if (n == -1)
		return errno == EINTR || errno == EAGAIN;
	f->at += (size_t)n;
	return true;
}

/* Take what has been said.  False: no more will be. */
static bool
take(struct flow *f, struct trace *t,
    void note(struct trace *, const char *, size_t))
{
	ssize_t n = read(f->from, f->bytes, sizeof f->bytes);

	if (n == -1)
		return errno == EINTR || errno == EAGAIN;
	f->at = 0;
	f->end = (size_t)n;
	note(t, f->bytes, f->end);
	return n > 0;
}

/* What a direction waits for: to be rid of what is held, or for more. */
static struct pollfd
wish(const struct flow *f)
{
	return f->at < f->end ? (struct pollfd){ f->to, POLLOUT, 0 } :
	    (struct pollfd){ f->from, POLLIN, 0 };
}

/*
 * Copy both ways until the service is done.  Neither way waits for the other:
 * a service that says much may not listen before it is heard.
 */
static void
copy(struct trace *t, int service)
{
	static struct flow up, down;
	struct pollfd p[2];

	up.from = STDIN_FILENO;
	up.to = down.from = service;
	down.to = STDOUT_FILENO;
	for (;;) {
		p[0] = wish(&up);
		p[1] = wish(&down);
		if (poll(p, 2, -1) == -1) {
			if (errno != EINTR)
				return;
			continue;
		}
		if (p[1].revents != 0 && (down.at < down.end ?
		    !pass_on(&down) : !take(&down, t, trace_server)))
			return;
		if (p[0].revents != 0 && (up.at < up.end ?
		    !pass_on(&up) : !take(&up, t, trace_client))) {
			up.at = up.end;
			up.from = -1;	/* the client has said all */
			shutdown(service, SHUT_WR);
		}
	}
}

/* End as the program has ended. */
static int
status_of(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) == -1)
		if (errno != EINTR)
			return 111;
	if (WIFSIGNALED(status)) {
		signal(WTERMSIG(status), SIG_DFL);
		raise(WTERMSIG(status));
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 111;
}

int
main(int argc, char *argv[])
{
	struct trace t;
	bool keep = argc > 1 && strcmp(argv[1], "-k") == 0;
	int file, service = -1;
	pid_t pid;

	argc -= keep;
	argv += keep;
	if (argc < 4) {
		fprintf(stderr, "usage: trace [-k] directory program argv0 "
		    "[argument...]\n");
		return 100;
	}
	signal(SIGPIPE, SIG_IGN);
	file = open_file(argv[1]);
	trace_begin(&t, file);
	pid = start(argv[2], argv + 3, keep, &service);
	if (pid == -1) {
		fprintf(stderr, "trace: %s\n", strerror(errno));
		return 111;
	}
	copy(&t, service);
	trace_end(&t);
	close(service);
	close(STDIN_FILENO);
	close(STDOUT_FILENO);
	return status_of(pid);
}
