/*
 * mailq - show the queue, and change it
 *
 * For root and relay's own user.  Exit status: 0 done, 1 something was not
 * there or could not be changed, 100 wrongly called.
 */
#define _GNU_SOURCE	/* versionsort: names begin with the time, in numbers of
			   as many digits as they need */
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "io/log.h"
#include "mail/queue.h"

enum { FAILED = 1 };

static int	queue;		/* spool/queue/new */

/* What is done with one open message.  False if it cannot be. */
typedef bool	action(const char *name, int fd, struct queue_message *);

static void
moment(char text[32], int64_t when)
{
	time_t t = (time_t)when;
	struct tm tm;

	if (gmtime_r(&t, &tm) == NULL)
		memset(&tm, 0, sizeof tm);
	strftime(text, 32, "%Y-%m-%dT%H:%M:%SZ", &tm);
}

static const char *
state_of(const struct queue_recipient *r)
{
	switch (r->state) {
	case QUEUE_WAITING:
		return "waiting";
	case QUEUE_FAILED:
		return "failed";
	case QUEUE_RELAYED:
		return "relayed";
	case QUEUE_DELIVERED:
		return "delivered";
	case QUEUE_EXPANDED:
		return "expanded";
	default:
		return "done";
	}
}

static bool
show(const char *name, int fd, struct queue_message *m)
{
	struct stat st;
	char when[32];

	if (fstat(fd, &st) == -1)
		return false;
	moment(when, m->arrived);
	printf("%s %lld %s <%s>%s\n", name, (long long)(st.st_size - m->body),
	    when, m->from, m->held ? " held" : "");
	for (size_t i = 0; i < m->n; i++) {
		const struct queue_recipient *r = &m->to[i];

		if (r->state == QUEUE_DONE)
			continue;
		moment(when, r->next);
		printf("\t<%s> %s, attempts %u, next %s%s%s\n", r->path,
		    state_of(r), r->attempts, when, r->reason[0] == '\0' ?
		    "" : ": ", r->reason);
	}
	return true;
}

/* As a string of JSON; what we keep is UTF-8 without controls. */
static void
put_string(const char *key, const char *text)
{
	printf("\"%s\":\"", key);
	for (; *text != '\0'; text++)
		if ((unsigned char)*text < ' ')
			printf("\\u%04x", (unsigned char)*text);
		else
			printf("%s%c", *text == '"' || *text == '\\' ? "\\" :
			    "", *text);
	putchar('"');
}

static bool
show_json(const char *name, int fd, struct queue_message *m)
{
	static unsigned count;
	struct stat st;

	if (fstat(fd, &st) == -1)
		return false;
	printf(count++ == 0 ? "\n{" : ",\n{");
	put_string("name", name);
	printf(",\"size\":%lld,\"arrived\":%lld,\"held\":%s,",
	    (long long)(st.st_size - m->body), (long long)m->arrived,
	    m->held ? "true" : "false");
	put_string("from", m->from);
	printf(",\"recipients\":[");
	for (size_t i = 0; i < m->n; i++) {
		printf(i == 0 ? "{" : ",{");
		put_string("to", m->to[i].path);
		putchar(',');
		put_string("state", state_of(&m->to[i]));
		printf(",\"attempts\":%u,\"next\":%lld,", m->to[i].attempts,
		    (long long)m->to[i].next);
		put_string("reason", m->to[i].reason);
		putchar(',');
		put_string("server", m->to[i].server);
		printf(",\"tried\":%lld}", (long long)m->to[i].tried);
	}
	printf("]}");
	return true;
}

static bool
flush_message(const char *name, int fd, struct queue_message *m)
{
	(void)name;
	for (size_t i = 0; i < m->n; i++) {
		if (m->to[i].state != QUEUE_WAITING)
			continue;
		m->to[i].next = (int64_t)time(NULL);
		if (queue_mark(fd, &m->to[i]) == -1)
			return false;
	}
	return true;
}

static bool
hold(const char *name, int fd, struct queue_message *m)
{
	(void)m;
	if (queue_hold(fd, true) == -1)
		return false;
	queue_wake(name);
	return true;
}

static bool
release(const char *name, int fd, struct queue_message *m)
{
	(void)m;
	if (queue_hold(fd, false) == -1)
		return false;
	queue_wake(name);
	return true;
}

static bool
delete(const char *name, int fd, struct queue_message *m)
{
	(void)fd;
	(void)m;
	return unlinkat(queue, name, 0) == 0;
}

/*
 * Open, lock if it is to be changed, do.  False after saying what failed;
 * listed: nobody asked for this one by name.
 */
static bool
run(action *act, const char *name, bool change, bool listed)
{
	static struct queue_message m;
	bool ok = false;
	int fd = strchr(name, '/') != NULL ? -1 : openat(queue, name,
	    (change ? O_RDWR : O_RDONLY) | O_NOFOLLOW | O_CLOEXEC);

	if (fd == -1) {
		/* What a listing saw may be delivered by now. */
		if (errno == ENOENT && listed)
			return true;
		warn("%s", name);
		return false;
	}
	if (change && flock(fd, LOCK_EX | LOCK_NB) == -1) {
		ok = listed;	/* what is tried just now is due anyway */
		if (!ok)
			warnx("%s: %s", name, errno == EWOULDBLOCK ?
			    "is being sent" : strerror(errno));
	} else if (queue_read(&m, fd) == -1 || !act(name, fd, &m)) {
		warn("%s", name);
	} else {
		ok = true;
	}
	close(fd);
	return ok;
}

static int
is_message(const struct dirent *e)
{
	return e->d_name[0] != '.';
}

static bool
run_all(action *act, bool change)
{
	struct dirent **list;
	int n = scandir(QUEUE_NEW, &list, is_message, versionsort);
	bool ok = true;

	if (n == -1) {
		warn("%s", QUEUE_NEW);
		return false;
	}
	for (int i = 0; i < n; i++) {
		ok = run(act, list[i]->d_name, change, true) && ok;
		free(list[i]);
	}
	free(list);
	return ok;
}

static _Noreturn void
usage(void)
{
	fprintf(stderr, "usage: mailq [-C site] [-j]\n"
	    "       mailq [-C site] -f [name ...]\n"
	    "       mailq [-C site] -d | -H | -R name ...\n");
	exit(EXIT_NEVER);
}

static const struct verb {
	action	*act;
	int	 option;
	bool	 change, needs_name;
} verbs[] = {
	{ show, 0, false, false },
	{ show_json, 'j', false, false },
	{ flush_message, 'f', true, false },
	{ hold, 'H', true, true },
	{ release, 'R', true, true },
	{ delete, 'd', true, true },
};

/* The options; the first that is no site says what to do. */
static const struct verb *
options(int argc, char *argv[])
{
	const struct verb *v = verbs;
	int option;

	while ((option = getopt(argc, argv, "C:jfHRd")) != -1) {
		if (option == 'C') {
			if (chdir(optarg) == -1)
				err(EXIT_NEVER, "%s", optarg);
			continue;
		}
		if (option == '?' || v != verbs)
			usage();
		while (v->option != option)
			v++;
	}
	if (v->needs_name ? optind == argc : !v->change && optind < argc)
		usage();
	return v;
}

int
main(int argc, char *argv[])
{
	const struct verb *v = options(argc, argv);
	bool ok = true;

	queue = open(QUEUE_NEW, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (queue == -1)
		err(FAILED, "%s", QUEUE_NEW);
	if (v->option == 'j')
		putchar('[');
	if (optind == argc)
		ok = run_all(v->act, v->change);
	for (; optind < argc; optind++)
		ok = run(v->act, argv[optind], v->change, false) && ok;
	if (v->option == 'j')
		printf("\n]\n");
	if (v->option == 'f')
		queue_wake(QUEUE_ALL);
	return fflush(stdout) == 0 && ok ? 0 : FAILED;
}
