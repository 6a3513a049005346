/*
 * io_input.c - lines from pipes and sockets, however they arrive
 *
 * The other side is written to before the input reads, or is a child.
 */
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "io/input.h"

static struct input	in;
static char		line[INPUT_SIZE * 4];
static size_t		len;

/* An input over a pipe, or a socket, that holds text and then ends. */
static void
begin(bool sock, const char *text, size_t n)
{
	int fd[2];

	if ((sock ? socketpair(AF_UNIX, SOCK_STREAM, 0, fd) : pipe(fd)) == -1 ||
	    write(fd[1], text, n) != (ssize_t)n)
		abort();
	close(fd[1]);
	input_init(&in, fd[0], 5, NULL);
}

static void
end(void)
{
	close(in.fd);
}

static void
test_ends(bool sock)
{
	static const char text[] = "one\r\ntwo\n\r\n\nthr\ree\r\r\nlost";

	begin(sock, text, sizeof text - 1);
	CHECK(input_line(&in, line, 64, &len) == INPUT_OK);
	CHECK_TEXT(line, "one");
	CHECK(len == 3 && in.crlf);
	CHECK(input_line(&in, line, 64, &len) == INPUT_OK);
	CHECK_TEXT(line, "two");
	CHECK(len == 3 && !in.crlf);
	CHECK(input_line(&in, line, 64, &len) == INPUT_OK);
	CHECK(len == 0 && in.crlf && line[0] == '\0');
	CHECK(input_line(&in, line, 64, &len) == INPUT_OK);
	CHECK(len == 0 && !in.crlf);
	CHECK(input_line(&in, line, 64, NULL) == INPUT_OK);
	CHECK_TEXT(line, "thr\ree\r");
	CHECK(in.crlf && input_pending(&in));
	CHECK(input_line(&in, line, 64, &len) == INPUT_EOF);
	CHECK(len == 0 && line[0] == '\0');
	CHECK(input_line(&in, line, 64, &len) == INPUT_EOF);
	end();
}

/* At the limit, one over it, far over it; and the line behind is whole. */
static void
test_limit(void)
{
	static char text[INPUT_SIZE * 3];
	size_t n = 0;

	n += (size_t)sprintf(text + n, "1234567\r\n12345678\r\n1234567\n");
	n += (size_t)sprintf(text + n, "12345678\n1234567\r8\r\n");
	memset(text + n, 'x', INPUT_SIZE * 2);
	n += INPUT_SIZE * 2;
	n += (size_t)sprintf(text + n, "\r\nafter\r\n");
	begin(false, text, n);
	CHECK(input_line(&in, line, 8, &len) == INPUT_OK && len == 7);
	CHECK_TEXT(line, "1234567");
	line[8] = '!';
	CHECK(input_line(&in, line, 8, &len) == INPUT_LONG && len == 0);
	CHECK(line[0] == '\0' && line[8] == '!');
	CHECK(input_line(&in, line, 8, &len) == INPUT_OK && len == 7);
	CHECK(input_line(&in, line, 8, &len) == INPUT_LONG && !in.crlf);
	CHECK(input_line(&in, line, 8, &len) == INPUT_LONG && in.crlf);
	CHECK(line[8] == '!');
	CHECK(input_line(&in, line, 8, &len) == INPUT_LONG && in.crlf);
	CHECK(input_line(&in, line, 8, &len) == INPUT_OK);
	CHECK_TEXT(line, "after");
	end();
}

static void
test_smallest(void)
{
	begin(false, "\r\n\na\r\n", 6);
	line[1] = '!';
	CHECK(input_line(&in, line, 1, &len) == INPUT_OK && in.crlf);
	CHECK(input_line(&in, line, 1, &len) == INPUT_OK && !in.crlf);
	CHECK(input_line(&in, line, 1, &len) == INPUT_LONG);
	CHECK(line[0] == '\0' && line[1] == '!');
	end();
}

static void
test_nul(void)
{
	begin(true, "a\0b\r\n\0\n\0\r\nc\n\0", 13);
	CHECK(input_line(&in, line, 64, &len) == INPUT_NUL && line[0] == '\0');
	CHECK(len == 0);
	CHECK(input_line(&in, line, 64, &len) == INPUT_NUL);
	CHECK(input_line(&in, line, 64, &len) == INPUT_NUL);
	CHECK(input_line(&in, line, 64, &len) == INPUT_OK);
	CHECK_TEXT(line, "c");
	CHECK(input_line(&in, line, 64, &len) == INPUT_EOF);
	end();
}

/* The end of a line at, before and behind the end of the buffer. */
static void
test_buffer_edges(void)
{
	static char text[INPUT_SIZE + 16];

	for (size_t n = INPUT_SIZE - 4; n < INPUT_SIZE + 4; n++) {
		memset(text, 'x', n);
		memcpy(text + n, "\r\nz\r\n", 5);
		begin(false, text, n + 5);
		CHECK(input_line(&in, line, sizeof line, &len) == INPUT_OK);
		CHECK(len == n && in.crlf && strlen(line) == n);
		CHECK(input_line(&in, line, sizeof line, &len) == INPUT_OK);
		CHECK_TEXT(line, "z");
		end();
	}
}

/* A child that sends text octet by octet, each when the one before is read. */
static pid_t
drip(int fd[2], const char *text, size_t n)
{
	char go;
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	close(fd[0]);
	for (size_t i = 0; i < n; i++)
		if (read(fd[1], &go, 1) != 1 || write(fd[1], text + i, 1) != 1)
			_exit(1);
	_exit(0);
}

static void
test_octet_by_octet(bool exact)
{
	static const char text[] = "abc\r\n\r\nd\r\re\n";
	char go[sizeof text] = { 0 };
	int fd[2], status;
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, fd) == -1)
		abort();
	pid = drip(fd, text, sizeof text - 1);
	close(fd[1]);
	CHECK(write(fd[0], go, sizeof text - 1) == sizeof text - 1);
	input_init(&in, fd[0], 5, NULL);
	in.exact = exact;
	CHECK(input_line(&in, line, 64, &len) == INPUT_OK && in.crlf);
	CHECK_TEXT(line, "abc");
	CHECK(input_line(&in, line, 64, &len) == INPUT_OK && in.crlf);
	CHECK(len == 0);
	CHECK(input_line(&in, line, 64, &len) == INPUT_OK && !in.crlf);
	CHECK_TEXT(line, "d\r\re");
	CHECK(input_line(&in, line, 64, &len) == INPUT_EOF);
	end();
	CHECK(waitpid(pid, &status, 0) == pid && status == 0);
}

/* What is behind the line stays in the kernel for the next owner. */
static void
test_exact(bool sock)
{
	static const char text[] = "one\r\ntwo\nthree";
	char rest[32];

	begin(sock, text, sizeof text - 1);
	in.exact = true;
	CHECK(input_line(&in, line, 64, &len) == INPUT_OK);
	CHECK_TEXT(line, "one");
	CHECK(!input_pending(&in));
	CHECK(input_line(&in, line, 64, &len) == INPUT_OK);
	CHECK_TEXT(line, "two");
	CHECK(!input_pending(&in));
	CHECK(read(in.fd, rest, sizeof rest) == 5);
	CHECK(memcmp(rest, "three", 5) == 0);
	end();
}

/* Refused lines too are read to their end and no further. */
static void
test_exact_refused(bool sock)
{
	static char text[INPUT_SIZE + 100];
	char rest[32];
	size_t n = INPUT_SIZE + 10;

	memset(text, 'y', n);
	memcpy(text + n, "\r\na\0b\r\nNEXT", 11);
	begin(sock, text, n + 11);
	in.exact = true;
	CHECK(input_line(&in, line, 64, &len) == INPUT_LONG);
	CHECK(input_line(&in, line, 64, &len) == INPUT_NUL);
	CHECK(read(in.fd, rest, sizeof rest) == 4);
	CHECK(memcmp(rest, "NEXT", 4) == 0);
	end();
}

static void
test_peek(void)
{
	const char *p;
	size_t n;

	begin(true, "line\r\noctets and more", 21);
	CHECK(input_line(&in, line, 64, &len) == INPUT_OK);
	CHECK(input_peek(&in, &p, &n) == INPUT_OK && n == 15);
	CHECK(memcmp(p, "octets and more", 15) == 0);
	input_skip(&in, 7);
	CHECK(input_peek(&in, &p, &n) == INPUT_OK && n == 8);
	CHECK(memcmp(p, "and more", 8) == 0);
	input_skip(&in, 0);
	CHECK(input_pending(&in));
	input_discard(&in);
	CHECK(!input_pending(&in));
	CHECK(input_peek(&in, &p, &n) == INPUT_EOF && n == 0);
	end();
}

/* One octet and then silence: the deadline is the whole line's. */
static void
test_deadline(void)
{
	const char *p;
	int64_t before = clock_ms();
	int fd[2];
	size_t n;

	if (pipe(fd) == -1 || write(fd[1], "half", 4) != 4)
		abort();
	input_init(&in, fd[0], 1, NULL);
	CHECK(input_line(&in, line, 64, &len) == INPUT_LATE);
	CHECK(line[0] == '\0' && len == 0);
	CHECK(clock_ms() - before >= 1000 && clock_ms() - before < 4000);
	CHECK(input_peek(&in, &p, &n) == INPUT_LATE && n == 0);
	close(fd[1]);
	end();
}

static void
test_failures(void)
{
	struct output out;
	int fd[2];

	input_init(&in, -1, 1, NULL);
	CHECK(input_line(&in, line, 64, &len) == INPUT_LATE);
	if (pipe(fd) == -1)
		abort();
	input_init(&in, fd[1], 1, NULL);	/* the end that is written */
	close(fd[0]);
	CHECK(input_line(&in, line, 64, &len) == INPUT_FAILED);
	end();
	/* A client that takes no reply gets no command read. */
	begin(true, "QUIT\r\n", 6);
	output_init(&out, -1, 1);
	output_text(&out, "hello");
	in.out = &out;
	CHECK(input_line(&in, line, 64, &len) == INPUT_FAILED);
	end();
}

/* The tied output leaves before a wait, and not while something is held. */
static void
test_flush(void)
{
	struct output out;
	char got[16];
	int fd[2];

	begin(true, "a\r\nb\r\n", 6);
	if (pipe(fd) == -1)
		abort();
	output_init(&out, fd[1], 1);
	in.out = &out;
	output_text(&out, "hi");
	CHECK(input_line(&in, line, 64, &len) == INPUT_OK && out.len == 0);
	output_text(&out, "ok");
	CHECK(input_line(&in, line, 64, &len) == INPUT_OK && out.len == 2);
	CHECK(input_line(&in, line, 64, &len) == INPUT_EOF && out.len == 0);
	CHECK(read(fd[0], got, sizeof got) == 4 && memcmp(got, "hiok", 4) == 0);
	close(fd[0]);
	close(fd[1]);
	end();
}

static void
on_alarm(int number)
{
	(void)number;
}

/* Signals interrupt the wait and nothing else. */
static void
test_interrupted(void)
{
	struct sigaction act = { .sa_handler = on_alarm };
	struct itimerspec often = { { 0, 20000000 }, { 0, 20000000 } };
	int64_t before = clock_ms();
	timer_t timer;
	int fd[2];

	if (pipe(fd) == -1 || sigaction(SIGALRM, &act, NULL) == -1 ||
	    timer_create(CLOCK_MONOTONIC, NULL, &timer) == -1)
		abort();
	timer_settime(timer, 0, &often, NULL);
	input_init(&in, fd[0], 1, NULL);
	CHECK(input_line(&in, line, 64, &len) == INPUT_LATE);
	CHECK(clock_ms() - before >= 1000 && clock_ms() - before < 4000);
	timer_delete(timer);
	close(fd[1]);
	end();
}

int
main(void)
{
	for (int sock = 0; sock < 2; sock++) {
		test_ends(sock);
		test_exact(sock);
		test_exact_refused(sock);
	}
	test_limit();
	test_smallest();
	test_nul();
	test_buffer_edges();
	test_octet_by_octet(false);
	test_octet_by_octet(true);
	test_peek();
	test_deadline();
	test_failures();
	test_flush();
	test_interrupted();
	return check_end("io_input");
}
