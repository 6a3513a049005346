/* children.c - what the parent knows of those it has started */

#define _GNU_SOURCE	/* pipe2(2), memfd_create(2) */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "authd.h"
#include "throttle.h"
#include "io/input.h"
#include "io/log.h"

enum {
	CHILDREN_MAX = 1024,	/* requests and sessions together */
	USER_MAX = 256,		/* sessions of one user: others get in */
	HASHING_MAX = 16	/* yescrypt has 16 MiB for each */
};

static struct child {
	struct timespec	begun;
	pid_t		pid;		/* 0: free */
	struct notice	notice;		/* pid 0: not a session yet */
} children[CHILDREN_MAX];
static size_t	children_count;
static int	notices[2];
static int	turns;		/* a file of nothing but locks */

int
children_prepare(void)
{
	turns = memfd_create("turns", MFD_CLOEXEC);
	return turns == -1 ? -1 : pipe2(notices, O_CLOEXEC | O_NONBLOCK);
}

int
children_notices(void)
{
	return notices[0];
}

bool
children_full(void)
{
	return children_count == CHILDREN_MAX;
}

void
children_add(pid_t pid)
{
	struct child *c = children;

	while (c->pid != 0)
		c++;
	c->pid = pid;
	c->notice.pid = 0;
	clock_gettime(CLOCK_MONOTONIC, &c->begun);
	children_count++;
}

/* Tell the parent. */
void
children_notify(const struct request *r, enum notice_kind kind)
{
	struct notice n = { .pid = getpid(), .kind = kind };

	snprintf(n.service, sizeof n.service, "%s", r->login.service);
	snprintf(n.user, sizeof n.user, "%s", r->login.user);
	snprintf(n.ip, sizeof n.ip, "%s", r->login.ip);
	/* Less than PIPE_BUF: it comes whole, or the log lacks a line. */
	if (write(notices[1], &n, sizeof n) == -1)
		log_errno("notice");
}

bool
children_has_many(const char *user)
{
	const struct notice *n;
	int sessions = 0;

	for (size_t i = 0; i < CHILDREN_MAX; i++) {
		n = &children[i].notice;
		sessions += children[i].pid != 0 && n->pid != 0 &&
		    strcmp(n->user, user) == 0;
	}
	return sessions >= USER_MAX;
}

/* A lock goes with its owner, whatever ends that. */
static void
turn(short kind)
{
	struct flock l = { .l_type = kind, .l_whence = SEEK_SET,
	    .l_start = getpid() % HASHING_MAX, .l_len = 1 };

	if (fcntl(turns, F_SETLKW, &l) == -1)
		log_errno("turn");
}

void
children_take_turn(void)
{
	turn(F_WRLCK);
}

void
children_end_turn(void)
{
	turn(F_UNLCK);
}

static struct child *
child_of(pid_t pid)
{
	for (size_t i = 0; i < CHILDREN_MAX; i++)
		if (children[i].pid == pid)
			return &children[i];
	return NULL;
}

void
children_read_notices(void)
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

void
children_reap(void)
{
	struct rusage used;
	struct child *c;
	pid_t pid;
	int status;

	children_read_notices();
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

