/* dotlock.c - a lock that is a file */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "io/input.h"
#include "io/log.h"
#include "mail/dotlock.h"
#include "mail/maildir.h"

enum {
	STALE_SECONDS = 120,
	OWNER_SIZE = 256,	/* "pid:host" */
	PATH_SIZE = MAILDIR_NAME_SIZE + 8
};

static void
host_name(char host[OWNER_SIZE])
{
	if (gethostname(host, OWNER_SIZE) == -1)
		host[0] = '\0';
	host[OWNER_SIZE - 1] = '\0';
}

/* Write who we are into a file of its own.  Its name is made here. */
static int
write_owner(int dir, char file[PATH_SIZE])
{
	char owner[OWNER_SIZE + 24], host[OWNER_SIZE];
	char unique[MAILDIR_NAME_SIZE];
	int fd, n, status, saved;

	maildir_name_new(unique, -1, -1);
	snprintf(file, PATH_SIZE, "tmp/%s", unique);
	host_name(host);
	n = snprintf(owner, sizeof owner, "%ld:%s", (long)getpid(), host);
	fd = openat(dir, file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd == -1)
		return -1;
	errno = ENOSPC;		/* if write(2) is short and says nothing */
	status = write(fd, owner, (size_t)n) == n ? 0 : -1;
	saved = errno;
	close(fd);
	if (status == -1)
		unlinkat(dir, file, 0);
	errno = saved;
	return status;
}

/*
 * Make the lock.  0, or -1: EEXIST if another has it.  It comes by link(2),
 * so it never lacks its text: nobody could tell whose an empty one is.
 */
static int
make(int dir, const char *name)
{
	char file[PATH_SIZE];
	int status, saved;

	if (write_owner(dir, file) == -1)
		return -1;
	status = linkat(dir, file, dir, name, 0);
	saved = errno;
	unlinkat(dir, file, 0);
	errno = saved;
	return status;
}

/* The process that wrote the lock. */
enum owner { OWNER_DEAD, OWNER_ALIVE, OWNER_UNKNOWN };

static enum owner
owner_state(int fd)
{
	char owner[OWNER_SIZE + 24], host[OWNER_SIZE], *colon;
	ssize_t n = pread(fd, owner, sizeof owner - 1, 0);
	long pid;

	if (n <= 0)
		return OWNER_UNKNOWN;
	owner[n] = '\0';
	owner[strcspn(owner, "\n")] = '\0';
	pid = strtol(owner, &colon, 10);
	host_name(host);
	if (*colon != ':' || strcmp(colon + 1, host) != 0 || pid <= 0)
		return OWNER_UNKNOWN;
	/* We, who want it, have it not: the process of our number is gone. */
	if (pid == getpid())
		return OWNER_DEAD;
	if (kill((pid_t)pid, 0) == 0)
		return OWNER_ALIVE;
	/* One of another user may have come by the number of a dead one. */
	return errno == ESRCH ? OWNER_DEAD : OWNER_UNKNOWN;
}

static bool
is_stale(int fd, struct stat *st)
{
	if (fstat(fd, st) == -1)
		return false;
	switch (owner_state(fd)) {
	case OWNER_DEAD:
		return true;
	case OWNER_ALIVE:
		/* Its disk may be slow, or all the machine stood still. */
		return false;
	default:
		return time(NULL) - st->st_mtime > STALE_SECONDS;
	}
}

/*
 * Remove the lock if it is nobody's.  Breakers queue at flock(2) and look
 * again at what the name stands for, so that nobody removes the fresh lock
 * of whoever was faster.
 */
static void
break_stale(int dir, const char *name)
{
	int fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	int self = -1;
	struct stat old, now;

	if (fd == -1)
		return;
	if (is_stale(fd, &old) &&
	    (self = openat(dir, ".", O_RDONLY | O_CLOEXEC)) != -1 &&
	    flock(self, LOCK_EX) == 0 &&
	    fstatat(dir, name, &now, AT_SYMLINK_NOFOLLOW) == 0 &&
	    now.st_ino == old.st_ino && now.st_dev == old.st_dev &&
	    unlinkat(dir, name, 0) == 0)
		log_line("broke the stale lock %s", name);
	if (self != -1)
		close(self);
	close(fd);
}

static void
nap(unsigned turn)
{
	/* 1 ms first, 20 at most, and not in step with the others. */
	long ms = turn < 20 ? (long)turn + 1 : 20;
	struct timespec t = { 0, ms * 1000000 + getpid() % 997 * 1000L };

	nanosleep(&t, NULL);
}

int
dotlock_take(int dir, const char *name, int seconds)
{
	int64_t until = clock_ms() + seconds * INT64_C(1000);

	for (unsigned turn = 0; make(dir, name) == -1; turn++) {
		if (errno != EEXIST)
			return -1;
		if (turn % 16 == 0)
			break_stale(dir, name);
		else if (clock_ms() < until)
			nap(turn);
		else {
			errno = ETIMEDOUT;
			return -1;
		}
	}
	return 0;
}

void
dotlock_drop(int dir, const char *name)
{
	int saved = errno;

	unlinkat(dir, name, 0);
	errno = saved;
}
