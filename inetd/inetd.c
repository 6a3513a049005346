/*
 * inetd - the superserver: listen, limit, start, reap, log
 *
 *	inetd [-f] [-t] [-C site] [-c file] [-o offset]
 *
 * Exit status: 0 told to stop (or -t: no error), 100 wrongly called or
 * configured, 111 the system failed us.
 */
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "child.h"
#include "conf.h"
#include "inherit.h"
#include "log.h"
#include "loop.h"
#include "notify.h"
#include "number.h"
#include "reload.h"
#include "upgrade.h"

/* Whoever started us may have left 0 to 2 closed. */
static bool
arrange_descriptors(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd == -1)
		return false;
	close(fd);
	return true;
}

/*
 * Go into the background; the parent leaves with our status once we say
 * that we are ready, or end.  Returns the descriptor to say it with.
 */
static int
background(void)
{
	int ready[2], status;
	char byte;
	pid_t pid;

	if (pipe(ready) == -1 || (pid = fork()) == -1) {
		log_line("cannot go into the background: %s", strerror(errno));
		exit(111);
	}
	if (pid == 0) {
		close(ready[0]);
		fcntl(ready[1], F_SETFD, FD_CLOEXEC);
		setsid();
		return ready[1];
	}
	close(ready[1]);
	if (read(ready[0], &byte, 1) == 1)
		_exit(0);
	if (waitpid(pid, &status, 0) == pid && WIFEXITED(status))
		_exit(WEXITSTATUS(status));
	_exit(111);
}

/* Everything is open: from here on only the log hears from us. */
static bool
detach(int ready)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null == -1 || dup2(null, STDIN_FILENO) == -1 ||
	    dup2(null, STDOUT_FILENO) == -1 || write(ready, "", 1) != 1)
		return false;
	close(null);
	close(ready);
	return true;
}

static int
serve(struct inetd *in, bool upgraded)
{
	int ready = in->log == NULL || upgraded ? -1 : background();

	if (!child_init() || !reload(in))
		return 100;
	if (!log_start(in->log)) {
		log_line("%s: %s", in->log, strerror(errno));
		return 111;
	}
	log_line("started, process %ld, %zu listeners", (long)getpid(),
	    in->conf->nlisteners);
	if (!child_is_root())
		log_line("not root: all services run as user %ld",
		    (long)geteuid());
	loop_open(in, in->log == NULL && !upgraded);
	if (ready != -1 && !detach(ready)) {
		log_line("cannot go into the background: %s", strerror(errno));
		return 111;
	}
	notify("READY=1");
	return loop(in);
}

static int
usage(void)
{
	fputs("usage: inetd [-f] [-t] [-C site] [-c file] [-o offset]\n",
	    stderr);
	return 100;
}

int
main(int argc, char *argv[])
{
	struct inetd in = {
		.path = "etc/services.conf",
		.log = "spool/log/inetd.log",
	};
	const char *site = NULL;
	bool check = false, upgraded;
	int option, status;

	if (!arrange_descriptors())
		return 111;
	inherit_begin();
	upgraded = upgrade_remember(argv);
	while ((option = getopt(argc, argv, "fC:c:o:t")) != -1)
		switch (option) {
		case 'f':
			in.log = NULL;
			break;
		case 'C':
			site = optarg;
			break;
		case 'c':
			in.path = optarg;
			break;
		case 'o':
			if (!number_parse(&in.offset, optarg, 0, 65535))
				return usage();
			break;
		case 't':
			check = true;
			break;
		default:
			return usage();
		}
	if (optind != argc)
		return usage();
	if (site != NULL && chdir(site) == -1) {
		log_line("%s: %s", site, strerror(errno));
		return 100;
	}
	if (check)
		status = reload(&in) ? 0 : 100;
	else
		status = serve(&in, upgraded);
	conf_free(in.conf);
	return status;
}
