/*
 * relay - carry mail to other sites
 *
 * Woken by datagrams on descriptor 0: the name of a new or changed file of
 * the queue, or anything else for all of it.  Without a socket there it does
 * what is due and ends, which is for the timer and for hands.  All that it
 * knows is in the queue's files.
 */
#define _GNU_SOURCE	/* ppoll(2) */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "io/log.h"
#include "io/sandbox.h"
#include "mail/maildir.h"
#include "relay.h"

enum {
	SOCKET = 0,
	IDLE_SECONDS = 30,	/* with an empty queue, then it ends */
	LOOK_SECONDS = 300,	/* now and then all is looked at anyway ... */
	REAP_SECONDS = 5,	/* ... and after jobs that may have ended */
	/* A socket that held so many may have been full, and lost some. */
	DATAGRAMS_FULL = 8,
	STALE_SECONDS = 36 * 3600	/* of a file in tmp that nobody owns */
};

static struct site	site;

static void
wake_up(int sig)
{
	(void)sig;	/* it is enough that ppoll(2) comes back */
}

/* SIGCHLD comes only while ppoll(2) waits. */
static int
catch_children(sigset_t *while_waiting)
{
	struct sigaction sa = { .sa_handler = wake_up };
	sigset_t child;

	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	if (sigprocmask(SIG_BLOCK, &child, while_waiting) == -1)
		return -1;
	sigdelset(while_waiting, SIGCHLD);
	return sigaction(SIGCHLD, &sa, NULL);
}

static bool
is_socket(void)
{
	struct stat st;

	return fstat(SOCKET, &st) == 0 && S_ISSOCK(st.st_mode);
}

/*
 * Jobs inherit the lock, so that the next relay waits until those of one
 * that was killed have ended.  False if there is nothing to do here.
 */
static bool
take_queue(bool wait)
{
	int lock = open(QUEUE_DIR, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int status;

	site.new = open(QUEUE_NEW, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	site.bad = open(QUEUE_BAD, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (lock == -1 || site.new == -1 || site.bad == -1) {
		log_errno("%s", QUEUE_DIR);
		exit(EXIT_LATER);
	}
	do
		status = flock(lock, wait ? LOCK_EX : LOCK_EX | LOCK_NB);
	while (status == -1 && errno == EINTR);
	if (status == 0)
		return true;
	if (errno == EWOULDBLOCK)
		return false;
	log_errno("%s", QUEUE_DIR);
	exit(EXIT_LATER);
}

/* Files that deliver did not live to finish. */
static void
clean_tmp(void)
{
	int tmp = open(QUEUE_TMP, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	time_t now = time(NULL);
	struct dirent *e;
	struct stat st;
	DIR *dir = tmp == -1 ? NULL : fdopendir(tmp);

	while (dir != NULL && (e = readdir(dir)) != NULL)
		if (fstatat(tmp, e->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
		    S_ISREG(st.st_mode) && now - st.st_mtime > STALE_SECONDS)
			unlinkat(tmp, e->d_name, 0);
	if (dir != NULL)
		closedir(dir);
}

/* Take all datagrams.  False if none had come. */
static bool
hear(void)
{
	char name[MAILDIR_NAME_SIZE];
	unsigned count = 0;
	bool all = false;
	ssize_t n;

	while ((n = recv(SOCKET, name, sizeof name - 1, MSG_DONTWAIT)) >= 0) {
		name[n] = '\0';
		count++;
		if (n > 0 && name[0] != '*' && strlen(name) == (size_t)n)
			schedule_look(&site, name);
		else
			all = true;
	}
	if (all) {
		schedule_forgive(&site);
		schedule_look_at_all(&site);
	} else if (count >= DATAGRAMS_FULL) {
		schedule_look_at_new(&site);
	}
	return count > 0;
}

static int
serve(bool from_socket, const sigset_t *while_waiting)
{
	struct pollfd p = { from_socket ? SOCKET : -1, POLLIN, 0 };
	int64_t looked = clock_ms(), idle = looked, next, wait;

	for (;;) {
		schedule_reap(&site);
		schedule_start(&site);
		next = schedule_next();
		if (next >= 0 || schedule_is_busy())
			idle = clock_ms();
		if (!schedule_is_busy() && (!from_socket || clock_ms() -
		    idle >= IDLE_SECONDS * 1000L))
			return 0;
		wait = next < 0 ? IDLE_SECONDS * 1000L : next + 1;
		if (wait > LOOK_SECONDS * 1000L)
			wait = LOOK_SECONDS * 1000L;
		if (schedule_is_busy() && wait > REAP_SECONDS * 1000L)
			wait = REAP_SECONDS * 1000L;
		if (ppoll(&p, 1, &(struct timespec){ .tv_sec = wait / 1000,
		    .tv_nsec = wait % 1000 * 1000000 }, while_waiting) ==
		    -1 && errno != EINTR) {
			log_errno("poll");
			return EXIT_LATER;
		}
		if (from_socket && hear())
			idle = clock_ms();
		if (clock_ms() - looked >= LOOK_SECONDS * 1000L) {
			schedule_look_at_all(&site);
			looked = clock_ms();
		}
	}
}

int
main(int argc, char *argv[])
{
	bool from_socket = is_socket();
	sigset_t while_waiting;

	(void)argv;
	log_open("relay");
	if (argc != 1) {
		log_line("usage: relay, with a datagram socket as 0 or none");
		return EXIT_NEVER;
	}
	if (mail_settings_read(&site.settings) == -1)
		return EXIT_LATER;
	if (site.settings.relay_passwords[0] != '\0' &&
	    auth_read(&site.passwords, site.settings.relay_passwords) == -1)
		return EXIT_LATER;
	if (stub_open(&site.stub, site.settings.nameserver) == -1) {
		log_line("%s: nameserver: not an address", MAIL_CONF);
		return EXIT_LATER;
	}
	if (site.stub.seconds > (unsigned)site.settings.relay_timeout)
		site.stub.seconds = (unsigned)site.settings.relay_timeout;
	snprintf(site.double_bounce, sizeof site.double_bounce,
	    "double-bounce@%.255s", site.settings.hostname);
	if (sandbox_enter("relay", NULL) == -1 ||
	    catch_children(&while_waiting) == -1)
		return EXIT_LATER;
	if (!take_queue(from_socket))
		return 0;
	clean_tmp();
	schedule_look_at_all(&site);
	return serve(from_socket, &while_waiting);
}
