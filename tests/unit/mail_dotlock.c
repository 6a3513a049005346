/* mail_dotlock.c - whose lock may be broken */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "io/log.h"
#include "mail/dotlock.h"

#define LOCK	"list.lock"

static int dir;

/* A lock that says this, and is so old. */
static void
leave(const char *owner, int seconds)
{
	struct timespec times[2] = { { .tv_sec = time(NULL) - seconds },
	    { .tv_sec = time(NULL) - seconds } };
	int fd = openat(dir, LOCK, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	CHECK(fd != -1 && write(fd, owner, strlen(owner)) ==
	    (ssize_t)strlen(owner) && futimens(fd, times) == 0 &&
	    close(fd) == 0);
}

static const char *
named(pid_t pid, const char *host)
{
	static char owner[300];

	snprintf(owner, sizeof owner, "%ld:%s", (long)pid, host);
	return owner;
}

/* Can it be had?  Then it is given back. */
static bool
may_be_had(void)
{
	if (dotlock_take(dir, LOCK, 0) == -1) {
		CHECK(errno == ETIMEDOUT);
		return false;
	}
	dotlock_drop(dir, LOCK);
	CHECK(faccessat(dir, LOCK, F_OK, 0) == -1);
	return true;
}

static void
test_owners(void)
{
	char host[256];
	pid_t other = fork();

	if (other == 0) {
		pause();
		_exit(0);
	}
	CHECK(other > 0 && gethostname(host, sizeof host) == 0);
	CHECK(may_be_had());
	/* One that lives may take its time. */
	leave(named(other, host), 0);
	CHECK(!may_be_had());
	leave(named(other, host), 100000);
	CHECK(!may_be_had());
	leave(named(getpid(), host), 0);
	CHECK(may_be_had());
	/* Of these nothing is known. */
	leave(named(other, "elsewhere.example"), 60);
	CHECK(!may_be_had());
	leave(named(other, "elsewhere.example"), 130);
	CHECK(may_be_had());
	leave("what?", 60);
	CHECK(!may_be_had());
	leave("", 130);
	CHECK(may_be_had());
	leave(named(other, host), 0);
	CHECK(kill(other, SIGKILL) == 0);
	CHECK(waitpid(other, NULL, 0) == other);
	CHECK(may_be_had());
}

int
main(void)
{
	char name[] = "/tmp/labnet-dotlock-XXXXXX", command[80];

	log_open("mail_dotlock");
	if (mkdtemp(name) == NULL ||
	    (dir = open(name, O_RDONLY | O_DIRECTORY)) == -1 ||
	    mkdirat(dir, "tmp", 0700) == -1) {
		perror(name);
		return 1;
	}
	test_owners();
	snprintf(command, sizeof command, "rm -rf '%s'", name);
	CHECK(system(command) == 0);
	return check_end("mail_dotlock");
}
