/*
 * inetctl - talk to the running inetd
 *
 *	inetctl [-C site] status [--json | --prometheus]
 *	inetctl [-C site] reload | stop
 *	inetctl [-C site] pause | resume NAME
 *	inetctl [-C site] trace NAME on | off
 *	inetctl [-C site] counters
 *
 * Exit status: 0 done, 100 wrongly called or inetd says no, 111 there is no
 * inetd to be asked.
 */
#include <sys/socket.h>
#include <sys/un.h>

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "tally.h"
#include "traffic.h"

enum { ANSWER_SIZE = 128 * 1024, DEADLINE = 5 };

/* The fields of a service's line of status (control.h), and two of ours. */
enum { NAME = 1, KIND, PROTOCOL, COLUMN, ADDRESSES, STATE, NOW, MOST, STARTED,
	REFUSED, FAILED, LONGEST, CPU, FIELDS, RECEIVED = FIELDS, SENT, ALL };

static const char path[] = "spool/run/inetd";
static bool	 has_traffic;		/* the kernel tells of bytes */

/* What --json and --prometheus call the numbers. */
static const struct {
	int		 field;
	const char	*name;
	const char	*type;
	const char	*help;
} numbers[] = {
	{ NOW,		"sessions",		"gauge",
	    "Sessions now." },
	{ MOST,		"sessions_max",		"gauge",
	    "Sessions there may be at once, 0 where that has no meaning." },
	{ STARTED,	"started_total",	"counter",
	    "Sessions started." },
	{ REFUSED,	"refused_total",	"counter",
	    "Clients refused." },
	{ FAILED,	"failed_total",		"counter",
	    "Sessions that failed." },
	{ LONGEST,	"longest_milliseconds",	"gauge",
	    "The longest session." },
	{ CPU,		"cpu_milliseconds_total", "counter",
	    "Processor time of the sessions that have ended." },
	{ RECEIVED,	"received_bytes",	"gauge",
	    "Bytes received on the connections that are open." },
	{ SENT,		"sent_bytes",		"gauge",
	    "Bytes sent on the connections that are open." },
};

enum { NUMBERS = sizeof numbers / sizeof numbers[0] };

/* Ask inetd; its answer, NUL-terminated, goes to answer. */
static bool
ask(const char *request, char answer[ANSWER_SIZE])
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	struct sockaddr_un us = { .sun_family = AF_UNIX };
	struct timeval deadline = { .tv_sec = DEADLINE };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	ssize_t len;

	memcpy(to.sun_path, path, sizeof path);
	/* A name of the kernel's choice, so that inetd can answer. */
	if (fd == -1 || bind(fd, (struct sockaddr *)&us,
	    sizeof us.sun_family) == -1 ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &deadline,
	    sizeof deadline) == -1 ||
	    connect(fd, (struct sockaddr *)&to, sizeof to) == -1 ||
	    send(fd, request, strlen(request), MSG_NOSIGNAL) == -1)
		return false;
	len = recv(fd, answer, ANSWER_SIZE - 1, 0);
	if (len == -1)
		return false;
	answer[len] = '\0';
	close(fd);
	return true;
}

/* Cut a line into its fields; false if it is not a service's. */
static bool
split(char *line, char *field[ALL])
{
	for (int i = 0; i < FIELDS; i++) {
		field[i] = line;
		line += strcspn(line, "\t");
		if (*line == '\0')
			return i == FIELDS - 1;
		*line++ = '\0';
	}
	return false;
}

/* Numbers to the fields of ours, or nothing where they are not known. */
static void
add_traffic(char *field[ALL], char text[2][32])
{
	char addresses[4096];
	struct traffic t;

	field[RECEIVED] = text[0];
	field[SENT] = text[1];
	text[0][0] = text[1][0] = '\0';
	if (!has_traffic || strcmp(field[PROTOCOL], "tcp") != 0)
		return;
	snprintf(addresses, sizeof addresses, "%s", field[ADDRESSES]);
	t = traffic_of(addresses);
	snprintf(text[0], 32, "%llu", (unsigned long long)t.received);
	snprintf(text[1], 32, "%llu", (unsigned long long)t.sent);
}

static const char *
or(const char *text, const char *otherwise)
{
	return *text != '\0' ? text : otherwise;
}

static void
print_table(char *field[ALL], bool first)
{
	(void)first;
	printf("%-12s %-28s %-9s %6s %5s %9s %8s %7s %9.1f %9.2f %9s %9s\n",
	    field[NAME], field[ADDRESSES], field[STATE], field[NOW],
	    strcmp(field[MOST], "0") == 0 ? "-" : field[MOST],
	    field[STARTED], field[REFUSED], field[FAILED],
	    strtod(field[LONGEST], NULL) / 1000,
	    strtod(field[CPU], NULL) / 1000, or(field[RECEIVED], "-"),
	    or(field[SENT], "-"));
}

/* Between quotes, escaped for JSON and Prometheus alike. */
static void
print_quoted(const char *text)
{
	putchar('"');
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\')
			putchar('\\');
		putchar(*text);
	}
	putchar('"');
}

static void
print_json(char *field[ALL], bool first)
{
	static const struct {
		int		 field;
		const char	*name;
	} texts[] = { { NAME, "name" }, { KIND, "kind" },
	    { PROTOCOL, "protocol" }, { COLUMN, "service" },
	    { ADDRESSES, "addresses" },
	    { STATE, "state" } };

	printf(first ? "\n  {" : ",\n  {");
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		printf("\"%s\": ", texts[i].name);
		print_quoted(field[texts[i].field]);
		printf(", ");
	}
	for (int i = 0; i < NUMBERS; i++)
		printf("\"%s\": %s%s", numbers[i].name,
		    or(field[numbers[i].field], "null"),
		    i + 1 < NUMBERS ? ", " : "}");
}

/* Call print for each service of a status. */
static void
print_each(const char *status, void (*print)(char *[ALL], bool))
{
	char line[4096], text[2][32], *field[ALL];
	bool first = true;

	for (; *status != '\0'; status += *status != '\0') {
		size_t len = strcspn(status, "\n");

		snprintf(line, sizeof line, "%.*s", (int)len, status);
		status += len;
		if (strncmp(line, "service\t", 8) != 0 || !split(line, field))
			continue;
		add_traffic(field, text);
		print(field, first);
		first = false;
	}
}

/* Prometheus wants each number of all services together. */
static int	number;

static void
print_sample(char *field[ALL], bool first)
{
	if (first)
		printf("# HELP inetd_%s %s\n# TYPE inetd_%s %s\n",
		    numbers[number].name, numbers[number].help,
		    numbers[number].name, numbers[number].type);
	if (*field[numbers[number].field] == '\0')
		return;
	printf("inetd_%s{name=", numbers[number].name);
	print_quoted(field[NAME]);
	printf(",service=");
	print_quoted(field[COLUMN]);
	printf(",protocol=\"%s\",kind=\"%s\"} %s\n", field[PROTOCOL],
	    field[KIND],
	    field[numbers[number].field]);
}

static void
print_status(const char *status, const char *how)
{
	long pid = 0, seconds = 0;

	has_traffic = traffic_read();
	sscanf(status, "inetd\t%ld\t%ld", &pid, &seconds);
	if (how == NULL) {
		printf("inetd %ld, up %ld:%02ld:%02ld\n\n", pid, seconds / 3600,
		    seconds / 60 % 60, seconds % 60);
		printf("%-12s %-28s %-9s %6s %5s %9s %8s %7s %9s %9s %9s %9s"
		    "\n",
		    "service", "listening", "state", "now", "max", "started",
		    "refused", "failed", "longest s", "cpu s",
		    "received", "sent");
		print_each(status, print_table);
	} else if (strcmp(how, "--json") == 0) {
		printf("{\"pid\": %ld, \"seconds\": %ld, \"services\": [", pid,
		    seconds);
		print_each(status, print_json);
		printf("\n]}\n");
	} else {
		printf("# HELP inetd_up_seconds How long inetd has run.\n"
		    "# TYPE inetd_up_seconds gauge\ninetd_up_seconds %ld\n",
		    seconds);
		for (number = 0; number < NUMBERS; number++)
			print_each(status, print_sample);
	}
}

static int
usage(void)
{
	fputs("usage: inetctl [-C site] status [--json | --prometheus]\n"
	    "       inetctl [-C site] reload | stop\n"
	    "       inetctl [-C site] pause | resume NAME\n"
	    "       inetctl [-C site] trace NAME on | off\n"
	    "       inetctl [-C site] counters\n", stderr);
	return 100;
}

/* Make the request out of the words; false if they are none. */
static bool
compose(char *request, size_t size, int n, char *word[])
{
	static const struct {
		const char	*verb;
		int		 words;
	} forms[] = { { "status", 1 }, { "status", 2 }, { "reload", 1 },
	    { "stop", 1 }, { "pause", 2 }, { "resume", 2 }, { "trace", 3 } };
	size_t i = 0;
	int len;

	while (i < sizeof forms / sizeof forms[0] &&
	    (n != forms[i].words || strcmp(word[0], forms[i].verb) != 0))
		i++;
	if (i == sizeof forms / sizeof forms[0])
		return false;
	if (strcmp(word[0], "status") == 0)
		return snprintf(request, size, "status") > 0 && (n == 1 ||
		    strcmp(word[1], "--json") == 0 ||
		    strcmp(word[1], "--prometheus") == 0);
	if (n == 3)	/* "trace NAME on" is the request "trace-on NAME" */
		len = strcmp(word[2], "on") != 0 && strcmp(word[2], "off") != 0
		    ? -1 : snprintf(request, size, "trace-%s %s", word[2],
		    word[1]);
	else
		len = snprintf(request, size, "%s%s%s", word[0],
		    n == 2 ? " " : "", n == 2 ? word[1] : "");
	return len > 0 && (size_t)len < size;
}

int
main(int argc, char *argv[])
{
	static char answer[ANSWER_SIZE];
	char request[512], *rest;
	int option;

	/* The + of the GNU libc: options end at the first word. */
	while ((option = getopt(argc, argv, "+C:")) != -1)
		if (option != 'C')
			return usage();
		else if (chdir(optarg) == -1) {
			perror(optarg);
			return 100;
		}
	argc -= optind;
	argv += optind;
	/* The one thing that inetd need not be asked. */
	if (argc == 1 && strcmp(argv[0], "counters") == 0)
		return tally_print() && fflush(stdout) == 0 ? 0 : 111;
	if (argc == 0 || !compose(request, sizeof request, argc, argv))
		return usage();
	if (!ask(request, answer)) {
		bool nobody = errno == ENOENT || errno == ECONNREFUSED;

		fprintf(stderr, "inetctl: %s: %s%s\n", path, strerror(errno),
		    nobody ? ": no inetd runs in this site (-C site)" : "");
		return 111;
	}
	rest = answer + strcspn(answer, "\n");
	rest += *rest == '\n';
	if (strncmp(answer, "ok", 2) != 0) {
		fputs(rest, stderr);
		return 100;
	}
	if (strcmp(argv[0], "status") == 0)
		print_status(rest, argc == 2 ? argv[1] : NULL);
	return fflush(stdout) == EOF ? 111 : 0;
}
