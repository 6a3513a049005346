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

enum { PROGRAMS = 3, CHUNK = 16384 };

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

static bool
write_all(int fd, const char *bytes, size_t len)
{
	ssize_t n;

	for (; len > 0; bytes += n, len -= (size_t)n)
		if ((n = write(fd, bytes, len)) == -1) {
			if (errno != EINTR)
				return false;
			n = 0;
		}
	return true;
}

/* Copy both ways until the service is done. */
static void
copy(struct trace *t, int service)
{
	struct pollfd p[2] = { { STDIN_FILENO, POLLIN, 0 },
	    { service, POLLIN, 0 } };
	char bytes[CHUNK];
	ssize_t len;

	for (;;) {
		if (poll(p, 2, -1) == -1 && errno != EINTR)
			return;
		if (p[1].revents != 0) {
			len = read(service, bytes, sizeof bytes);
			if (len <= 0)
				return;
			trace_server(t, bytes, (size_t)len);
			if (!write_all(STDOUT_FILENO, bytes, (size_t)len))
				return;
		} else if (p[0].revents != 0) {
			len = read(STDIN_FILENO, bytes, sizeof bytes);
			if (len > 0) {
				trace_client(t, bytes, (size_t)len);
				if (write_all(service, bytes, (size_t)len))
					continue;
			}
			p[0].fd = -1;	/* the client has said all */
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
