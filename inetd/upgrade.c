/* upgrade.c - exchange the program while services run */

#define _GNU_SOURCE	/* memfd_create, O_PATH */
#include <sys/mman.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "descriptor.h"
#include "front.h"
#include "inherit.h"
#include "internal.h"
#include "log.h"
#include "self.h"
#include "state.h"
#include "upgrade.h"

enum { WORDS_MAX = 16 };

static char	*words[WORDS_MAX + 2];	/* our argv, and room for -t */
static size_t	 nwords;
static int	 origin = -1;		/* the directory we were started in */
static FILE	*state;			/* what the old program left us */
static pid_t	 checker;
static bool	 wanted;
static size_t	 sessions;		/* that it left us */

bool
upgrade_remember(char *argv[])
{
	const char *fd = getenv("INETD_STATE");

	self_find();
	while (nwords < WORDS_MAX && argv[nwords] != NULL) {
		words[nwords] = argv[nwords];
		nwords++;
	}
	if (fd != NULL && (state = fdopen(atoi(fd), "r")) != NULL) {
		rewind(state);
		unsetenv("INETD_STATE");
		sessions = state_sockets(state);
	}
	inherit_close_others(state == NULL ? -1 : fileno(state));
	origin = descriptor_move(open(".", O_PATH | O_DIRECTORY | O_CLOEXEC),
	    PARKED);
	return state != NULL;
}

size_t
upgrade_sessions(void)
{
	return sessions;
}

void
upgrade_begin(void)
{
	static char check[] = "-t";
	sigset_t none;

	if (checker != 0 || wanted)
		return;
	log_line("upgrade: checking %s", self_path());
	words[nwords] = check;
	sigemptyset(&none);
	checker = fork();
	if (checker == 0) {
		sigprocmask(SIG_SETMASK, &none, NULL);
		if (fchdir(origin) == 0)
			execv(self_path(), words);
		_exit(111);
	}
	words[nwords] = NULL;
	if (checker == -1) {
		log_line("upgrade: %s", strerror(errno));
		checker = 0;
	}
}

bool
upgrade_checked(pid_t pid, int status)
{
	if (pid != checker || pid == 0)
		return false;
	checker = 0;
	wanted = WIFEXITED(status) && WEXITSTATUS(status) == 0;
	if (!wanted)
		log_line("upgrade: %s does not take the configuration: "
		    "nothing is changed", self_path());
	return true;
}

/* Let the listeners through the exec, or not. */
static void
let_through(const struct conf *c, int state_fd, int flags)
{
	for (size_t i = 0; i < c->nlisteners; i++)
		if (c->listeners[i].fd != -1)
			fcntl(c->listeners[i].fd, F_SETFD, flags);
	fcntl(state_fd, F_SETFD, flags);
}

void
upgrade_try(struct inetd *in)
{
	char number[16];
	int fd, site;
	FILE *f;

	if (!wanted)
		return;
	for (size_t i = 0; i < in->conf->nlisteners; i++)
		if (in->conf->listeners[i].held != -1)
			return;		/* it is served first */
	if (front_count() != 0)
		return;
	wanted = false;
	fd = memfd_create("inetd", MFD_CLOEXEC);
	if (fd == -1 || (f = fdopen(fd, "w")) == NULL) {
		log_line("upgrade: %s", strerror(errno));
		return;
	}
	internal_end_of(NULL, loop_now());
	state_save(f, in);
	site = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fflush(f) == 0 && site != -1 && fchdir(origin) == 0) {
		snprintf(number, sizeof number, "%d", fd);
		setenv("INETD_STATE", number, 1);
		let_through(in->conf, fd, 0);
		log_flush();
		execv(self_path(), words);
	}
	log_line("upgrade: %s: %s", self_path(), strerror(errno));
	unsetenv("INETD_STATE");
	let_through(in->conf, fd, FD_CLOEXEC);
	if (site == -1 || fchdir(site) == -1)
		log_line("upgrade: cannot go back to the site");
	close(site);
	fclose(f);
}

void
upgrade_end(struct inetd *in)
{
	if (state == NULL)
		return;
	state_load(state, in);
	sessions = 0;
	fclose(state);
	state = NULL;
	log_line("upgraded: process %ld goes on", (long)getpid());
}
