/* io_log.c - log lines: their form, what they hide, where they are cut */

#define _GNU_SOURCE	/* pipe2(2) */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "check.h"
#include "io/log.h"

static int	log_pipe[2];
static char	got[4 * LOG_LINE_MAX];
static char	line[LOG_LINE_MAX + 1];	/* got without its stamp */

/* Take what was logged since; returns its octets. */
static size_t
take(void)
{
	ssize_t n = read(log_pipe[0], got, sizeof got - 1);
	const char *text;

	got[n < 0 ? 0 : n] = '\0';
	text = strstr(got, "]: ");
	snprintf(line, sizeof line, "%s", text == NULL ? "" : text + 3);
	return n < 0 ? 0 : (size_t)n;
}

/* "2026-11-22T02:51:11.042Z name[4711]: text\n" */
static void
test_form(void)
{
	static const char form[] = "dddd-dd-ddTdd:dd:dd.dddZ unit[";
	char end[64];

	log_open("unit");
	log_line("%s %d", "hello", 42);
	CHECK(take() == strlen(got));
	for (size_t i = 0; i < sizeof form - 1; i++)
		CHECK(form[i] == 'd' ? got[i] >= '0' && got[i] <= '9' :
		    got[i] == form[i]);
	snprintf(end, sizeof end, "[%ld]: hello 42\n", (long)getpid());
	CHECK_TEXT(strchr(got, '['), end);
}

static void
test_escape(void)
{
	log_line("%s", "a\nb\r\n2026 forged[1]: x");
	take();
	CHECK_TEXT(line, "a\\x0ab\\x0d\\x0a2026 forged[1]: x\n");
	log_line("%s", "\x1b[2J\t\x7f\x80\xff\xc3\xa4 ~!");
	take();
	CHECK_TEXT(line, "\\x1b[2J\\x09\\x7f\\x80\\xff\\xc3\\xa4 ~!\n");
	log_line("%s", "\\n\\x0a\\");
	take();
	CHECK_TEXT(line, "\\\\n\\\\x0a\\\\\n");
	log_line("%s", "");
	take();
	CHECK_TEXT(line, "\n");
	log_line("%%s %s", "%n%s%d");
	take();
	CHECK_TEXT(line, "%s %n%s%d\n");
}

static void
test_errno(void)
{
	errno = ENOENT;
	log_errno("etc/%s", "passwd");
	CHECK(errno == ENOENT);
	take();
	CHECK(strncmp(line, "etc/passwd: ", 12) == 0);
	CHECK(strstr(line, strerror(ENOENT)) != NULL);
	errno = EDOM;
	log_line("x");
	CHECK(errno == EDOM);
	take();
}

/* As many octets as fit, and not one octet more. */
static void
test_cut(void)
{
	char text[2 * LOG_LINE_MAX];
	size_t stamp, room;

	log_line("%s", "");
	stamp = take() - 1;
	room = LOG_LINE_MAX - stamp - 1;
	memset(text, 'x', sizeof text);
	for (size_t n = room - 4; n <= room; n++) {
		log_line("%.*s", (int)n, text);
		CHECK(take() == stamp + n + 1);
		CHECK(line[n] == '\n' && line[n - 1] == 'x');
	}
	for (size_t n = room + 1; n < sizeof text; n += 97) {
		log_line("%.*s", (int)n, text);
		CHECK(take() == LOG_LINE_MAX);
		CHECK(strcmp(line + room - 4, "x...\n") == 0);
	}
	errno = EPIPE;
	log_errno("%.*s", (int)sizeof text, text);
	CHECK(take() == LOG_LINE_MAX);
	CHECK(strcmp(line + room - 4, "x...\n") == 0);
}

/* An escape is never cut in two: what is before the dots stays readable. */
static void
test_cut_escapes(void)
{
	char text[LOG_LINE_MAX];
	size_t n, i;

	for (size_t shift = 0; shift < 4; shift++) {
		memset(text, 'x', shift);
		memset(text + shift, '\n', sizeof text - shift);
		log_line("%.*s", (int)sizeof text, text);
		CHECK(take() <= LOG_LINE_MAX && strchr(got, '\n') ==
		    got + strlen(got) - 1);
		n = strlen(line);
		CHECK(n > 4 && strcmp(line + n - 4, "...\n") == 0);
		CHECK((n - 4 - shift) % 4 == 0);
		for (i = shift; i + 8 <= n; i += 4)
			CHECK(memcmp(line + i, "\\x0a", 4) == 0);
	}
	memset(text, '\\', sizeof text);
	log_line("%.*s", (int)sizeof text, text);
	take();
	n = strlen(line);
	CHECK(n > 4 && (n - 4) % 2 == 0 && line[n - 5] == '\\');
}

/* A name that is too long does not break the line. */
static void
test_name(void)
{
	log_open("a-program-of-a-name-that-nobody-would-give-it");
	log_line("x");
	CHECK(take() > 0 && strcmp(line, "x\n") == 0);
	log_open("unit");
}

/* A log that is gone, full or closed stops nobody. */
static void
test_gone(void)
{
	int fd[2];

	if (pipe(fd) == -1 || dup2(fd[1], STDERR_FILENO) == -1)
		abort();
	close(fd[1]);
	close(fd[0]);
	errno = EDOM;
	log_line("nobody reads this");
	CHECK(errno == EDOM);
	if (pipe2(fd, O_NONBLOCK) == -1 || dup2(fd[1], STDERR_FILENO) == -1)
		abort();
	for (int i = 0; i < 10000; i++)
		log_line("%0512d", i);
	CHECK(errno == EDOM);
	close(STDERR_FILENO);
	log_line("nor this");
	CHECK(errno == EDOM);
}

int
main(void)
{
	if (pipe(log_pipe) == -1 || dup2(log_pipe[1], STDERR_FILENO) == -1)
		return 1;
	test_form();
	test_escape();
	test_errno();
	test_cut();
	test_cut_escapes();
	test_name();
	test_gone();
	return check_end("io_log");
}
