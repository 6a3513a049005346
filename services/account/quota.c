/* quota.c - the limits of a maildir, written as its owner */

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "account.h"
#include "io/log.h"
#include "mail/become.h"
#include "mail/quota.h"

/* Octets with a unit, K to T, and then perhaps messages: "100M,5000". */
static bool
parse(const char *text, int64_t *octets, int64_t *messages)
{
	static const char units[] = "KMGT";
	const char *unit;
	char *end;

	*octets = *messages = 0;
	if (strcmp(text, "none") == 0)
		return true;
	errno = 0;
	*octets = strtoll(text, &end, 10);
	if (end == text || *text == '-' || *text == '+')
		return false;
	unit = *end == '\0' ? NULL : strchr(units, *end);
	if (unit != NULL) {
		end++;
		if (*octets > INT64_MAX >> (10 * (unit - units + 1)))
			return false;
		*octets <<= 10 * (unit - units + 1);
	}
	if (*end == ',') {
		text = end + 1;
		*messages = strtoll(text, &end, 10);
		if (end == text || *messages < 0)
			return false;
	}
	return *end == '\0' && errno == 0 && (*octets > 0 || *messages > 0);
}

/* In the child, which is the user from here on. */
static int
work(const struct account *a, const char *text)
{
	char path[ACCOUNT_FIELD_MAX];
	struct quota q;
	int64_t octets = 0, messages = 0;
	int root, status;

	if (text != NULL && !parse(text, &octets, &messages)) {
		warnx("%s: neither `none' nor octets[K|M|G|T][,messages]",
		    text);
		return 1;
	}
	snprintf(path, sizeof path, "spool/mail/%s", a->name);
	if ((geteuid() == 0 && become_forever(a->uid, a->gid) == -1) ||
	    (root = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW |
	    O_CLOEXEC)) == -1) {
		warn("%s", path);
		return EXIT_LATER;
	}
	status = text == NULL ? quota_read(root, &q) :
	    quota_set(root, octets, messages, &q);
	if (status == -1) {
		warn("%s/maildirsize", path);
		return EXIT_LATER;
	}
	if (text == NULL)
		printf("%" PRId64 " of %" PRId64 " octets, %" PRId64 " of %"
		    PRId64 " messages\n", q.octets, q.max_octets, q.messages,
		    q.max_messages);
	return fflush(stdout) == EOF ? EXIT_LATER : 0;
}

int
quota_edit(const struct account *a, const char *text)
{
	pid_t pid;
	int status;

	fflush(stdout);
	pid = fork();
	if (pid == 0)
		_exit(work(a, text));
	if (pid == -1 || waitpid(pid, &status, 0) == -1) {
		warn("quota");
		return EXIT_LATER;
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_LATER;
}
