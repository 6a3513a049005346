/* zones.c - the zones in force, and the clock */
#define _GNU_SOURCE		/* O_ASYNC */

#include <errno.h>
#include <fcntl.h>
#include <sys/inotify.h>
#include <sys/time.h>
#include <unistd.h>

#include "edns.h"
#include "io/log.h"
#include "server.h"
#include "statistics.h"

enum { START_WAIT = 12 };	/* ticks to wait for a first zones.db */

static const char	database[] = "zones.db";

volatile sig_atomic_t	server_ticked, server_changed;

static void
on_signal(int number)
{
	if (number == SIGALRM)
		server_ticked = 1;
	else
		server_changed = 1;
}

/* Take the file into use; what is in use stays if it is no good. */
static void
take(struct server *s)
{
	struct zonedb fresh;
	int fd = openat(s->spool, database, O_RDONLY | O_CLOEXEC);

	if (fd == -1) {
		log_errno("%s", database);
		return;
	}
	if (fstat(fd, &s->file) == -1 || !zonedb_map(&fresh, fd)) {
		log_errno("%s", database);
	} else {
		zonedb_unmap(&s->db);
		s->db = fresh;
		if (s->fd != -1)
			close(s->fd);
		s->fd = fd;
		return;
	}
	close(fd);
}

/* zonec renames a new file into place, so a new one is another inode. */
static void
look(struct server *s)
{
	struct stat st;

	if (fstatat(s->spool, database, &st, 0) == -1)
		return;		/* none yet; or gone, and ours still good */
	if (st.st_ino != s->file.st_ino || st.st_dev != s->file.st_dev ||
	    st.st_ctim.tv_sec != s->file.st_ctim.tv_sec ||
	    st.st_ctim.tv_nsec != s->file.st_ctim.tv_nsec)
		take(s);
}

/*
 * In a new site the first look at the zones and the first question may come
 * at the same moment: the question can wait in the socket for a while.
 */
static void
await_zones(struct server *s)
{
	const struct timespec pause = { .tv_nsec = TICK / 5 * 1000000L };

	server_tick(s);
	for (int i = 0; i < START_WAIT * 5 && s->db.map == NULL; i++) {
		nanosleep(&pause, NULL);
		server_tick(s);
	}
}

bool
server_open(struct server *s, const char *spool)
{
	s->fd = -1;
	s->spool = open(spool, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (s->spool == -1) {
		log_errno("%s", spool);
		return false;
	}
	if (!edns_secret(s)) {
		log_errno("no random octets");
		return false;
	}
	await_zones(s);
	return true;
}

void
server_tick(struct server *s)
{
	server_ticked = 0;
	s->now = time(NULL);
	statistics_flush();
	look(s);
}

void
server_change(struct server *s)
{
	char events[1024];

	server_changed = 0;
	while (s->watch != -1 && read(s->watch, events, sizeof events) > 0)
		;
	look(s);
}

/*
 * SIGIO when a file comes under a new name in the spool.  Where that cannot
 * be had, the look at every tick finds it.
 */
static void
watch(struct server *s, const char *spool)
{
	int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);

	s->watch = fd;
	if (fd != -1 && (inotify_add_watch(fd, spool, IN_MOVED_TO) == -1 ||
	    fcntl(fd, F_SETOWN, getpid()) == -1 ||
	    fcntl(fd, F_SETFL, O_NONBLOCK | O_ASYNC) == -1)) {
		close(fd);
		s->watch = -1;
	}
}

bool
server_start_clock(struct server *s, const char *spool)
{
	struct sigaction act = { .sa_handler = on_signal };
	struct itimerval every = { { 0, TICK * 1000L },
	    { 0, TICK * 1000L } };

	sigemptyset(&act.sa_mask);
	if (sigaction(SIGALRM, &act, NULL) == -1 ||
	    sigaction(SIGIO, &act, NULL) == -1 ||
	    setitimer(ITIMER_REAL, &every, NULL) == -1) {
		log_errno("clock");
		return false;
	}
	watch(s, spool);
	server_change(s);	/* it may have come just before */
	return true;
}
