/*
 * authd - check passwords, become the user, start the session
 *
 * inetd hands it the listening socket and the right to become an account, but
 * never uid 0.  The parent only accepts, forks and reaps; a child reads one
 * record, and either answers and exits or turns into the session itself.  What
 * the parent must know of a session comes back through a pipe.
 */
#define _GNU_SOURCE	/* accept4(2), pipe2(2) */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "authd.h"
#include "throttle.h"
#include "io/fdpass.h"
#include "io/input.h"
#include "io/log.h"
#include "io/sandbox.h"

enum {
	LISTENER = 0,
	PROGRAMS = 3,
	CHILDREN_MAX = 1024,	/* requests and sessions together */
	REQUEST_SECONDS = 30	/* for the record to come and be answered */
};

static struct child {
	struct timespec	begun;
	pid_t		pid;		/* 0: free */
	struct notice	notice;		/* pid 0: not a session yet */
} children[CHILDREN_MAX];
static size_t		children_count;
static int		wake[2];	/* SIGCHLD and SIGTERM wake the poll */
static int		notices[2];

static void
on_signal(int number)
{
	unsigned char byte = (unsigned char)number;
	int saved = errno;

	if (write(wake[1], &byte, 1) == -1)
		errno = saved;	/* full: it wakes the loop all the same */
}

/* May this caller ask?  The services' users may, and the site's own user. */
static bool
may_ask(int sock)
{
	uid_t uid = unix_peer_uid(sock);

	return uid == 0 || uid == geteuid() ||
	    (uid >= SERVICE_UID_FIRST && uid <= SERVICE_UID_LAST);
}

static void
answer(int sock, enum login_answer a)
{
	char byte = (char)a;

	if (send(sock, &byte, 1, MSG_NOSIGNAL) == -1)
		log_errno("answer");
}

/* Where an account lives, for deliver: "Yuid gid home". */
static void
answer_account(int sock, const struct request *r)
{
	char text[LOGIN_RECORD_MAX];
	struct account a;
	int found = account_find(r->login.user, &a);

	if (found != 1 || strcmp(a.hash, "anonymous") == 0) {
		answer(sock, found == -1 ? LOGIN_LATER : LOGIN_NO);
		return;
	}
	snprintf(text, sizeof text, "%c%lu %lu %s", LOGIN_YES,
	    (unsigned long)a.uid, (unsigned long)a.gid, a.home);
	if (send(sock, text, strlen(text), MSG_NOSIGNAL) == -1)
		log_errno("answer");
}

/* Tell the parent. */
static void
notify(const struct request *r, enum notice_kind kind)
{
	struct notice n = { .pid = getpid(), .kind = kind };

	snprintf(n.service, sizeof n.service, "%s", r->login.service);
	snprintf(n.user, sizeof n.user, "%s", r->login.user);
	snprintf(n.ip, sizeof n.ip, "%s", r->login.ip);
	/* Less than PIPE_BUF: it comes whole, or the log lacks a line. */
	if (write(notices[1], &n, sizeof n) == -1)
		log_errno("notice");
}

static void
start(int sock, const struct request *r, const struct account *a)
{
	const struct service *s = service_find(r->login.service);
	const char yes = LOGIN_YES;

	if (s == NULL) {
		log_line("%s: no such service", r->login.service);
		answer(sock, LOGIN_LATER);
		return;
	}
	/* If the login half is gone there is nobody to hand the client on. */
	if (send(sock, &yes, 1, MSG_NOSIGNAL) == -1) {
		log_errno("answer");
		return;
	}
	alarm(0);
	notify(r, NOTICE_SESSION);
	session_start(s, r, a);
}

/*
 * Wait as long as former failures ask for.  False if the asker goes away
 * meanwhile: then the work of a hash can be spared.
 */
static bool
wait_turn(int sock, const struct request *r)
{
	struct pollfd p = { sock, POLLIN, 0 };
	int64_t now = clock_ms();
	int64_t until = now + throttle_delay(r->login.user, r->login.ip, now);

	for (; now < until; now = clock_ms())
		if (poll(&p, 1, (int)(until - now)) > 0)
			return false;
	return true;
}

/* The whole life of a child that does not become a session. */
static void
serve(int sock)
{
	struct request r;
	struct account a;
	enum login_answer verdict;
	const char *wrong;

	alarm(REQUEST_SECONDS);
	if (!may_ask(sock)) {
		log_line("uid %lu may not ask", (unsigned long)
		    unix_peer_uid(sock));
		return;
	}
	wrong = request_receive(sock, &r);
	if (wrong != NULL) {
		log_line("request: %s", wrong);
		return;
	}
	if (r.kind == LOGIN_KIND_ACCOUNT) {
		answer_account(sock, &r);
		return;
	}
	if (!wait_turn(sock, &r))
		return;
	verdict = password_check(&r, &a);
	if (verdict != LOGIN_LATER)
		notify(&r, verdict == LOGIN_YES ? NOTICE_GOOD :
		    NOTICE_REFUSED);
	if (verdict != LOGIN_YES)
		log_line("%s: login of %s from %s %s", r.login.service,
		    r.login.user, r.login.ip[0] ? r.login.ip : "local",
		    verdict == LOGIN_NO ? "refused" : "not possible now");
	if (verdict == LOGIN_YES && r.kind == LOGIN_KIND_START)
		start(sock, &r, &a);
	else
		answer(sock, verdict);
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
	size_t i = 0;
	pid_t pid;
	int sock = accept4(LISTENER, NULL, NULL, SOCK_CLOEXEC);

	if (sock == -1) {
		if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED)
			log_errno("accept");
		return;
	}
	while (children[i].pid != 0)
		i++;
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
	children[i].pid = pid;
	children[i].notice.pid = 0;
	clock_gettime(CLOCK_MONOTONIC, &children[i].begun);
	children_count++;
}

static struct child *
child_of(pid_t pid)
{
	for (size_t i = 0; i < CHILDREN_MAX; i++)
		if (children[i].pid == pid)
			return &children[i];
	return NULL;
}

static void
read_notices(void)
{
	struct notice n;
	struct child *c;

	while (read(notices[0], &n, sizeof n) == (ssize_t)sizeof n) {
		if (n.kind != NOTICE_SESSION)
			throttle_note(n.user, n.ip, n.kind == NOTICE_GOOD,
			    clock_ms());
		else if ((c = child_of(n.pid)) != NULL)
			c->notice = n;
	}
}

static double
seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

static void
log_session(const struct child *c, int status, const struct rusage *used)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	log_line("session %s user %s peer %s pid %ld wall %.3f cpu %.3f %s %d",
	    c->notice.service, c->notice.user, c->notice.ip[0] == '\0' ?
	    "local" : c->notice.ip, (long)c->pid,
	    (double)(now.tv_sec - c->begun.tv_sec) +
	    (double)(now.tv_nsec - c->begun.tv_nsec) / 1e9,
	    seconds(used->ru_utime) + seconds(used->ru_stime),
	    WIFSIGNALED(status) ? "signal" : "exit",
	    WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
}

static void
reap(void)
{
	struct rusage used;
	struct child *c;
	pid_t pid;
	int status;

	read_notices();
	while ((pid = wait4(-1, &status, WNOHANG, &used)) > 0) {
		c = child_of(pid);
		if (c == NULL)
			continue;
		if (c->notice.pid != 0)
			log_session(c, status, &used);
		c->pid = 0;
		children_count--;
	}
}

/* Serve until told to stop.  Sessions go on without their parent. */
static int
loop(void)
{
	struct pollfd p[] = { { LISTENER, POLLIN, 0 }, { wake[0], POLLIN, 0 },
	    { notices[0], POLLIN, 0 } };
	unsigned char byte;

	for (;;) {
		p[0].fd = children_count < CHILDREN_MAX ? LISTENER : -1;
		if (poll(p, 3, -1) == -1 && errno != EINTR) {
			log_errno("poll");
			return EXIT_LATER;
		}
		if (p[2].revents != 0)
			read_notices();
		while (read(wake[0], &byte, 1) == 1)
			if (byte == SIGTERM)
				return 0;
			else
				reap();
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
	    pipe2(notices, O_CLOEXEC | O_NONBLOCK) == -1 ||
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
	if (status == 0 && sandbox_enter("authd", NULL) == -1)
		status = EXIT_LATER;
	return status != 0 ? status : loop();
}
