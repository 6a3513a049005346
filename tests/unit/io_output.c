/*
 * io_output.c - what leaves, and what happens when nobody takes it
 *
 * Sockets have small buffers here, so that every write is a short one.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "io/input.h"
#include "io/log.h"
#include "io/output.h"

enum { BIG = 3 << 20 };

static struct output	out;

/* The n-th octet of everything that is sent here. */
static char
octet(size_t n)
{
	return (char)(n * 7 + n / 251);
}

static void
narrow_pair(int fd[2])
{
	int size = 4096;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, fd) == -1 ||
	    setsockopt(fd[0], SOL_SOCKET, SO_SNDBUF, &size, sizeof size) == -1)
		abort();
}

/* A file of len octets, already without a name. */
static int
make_file(size_t len)
{
	char name[] = "/tmp/io_output.XXXXXX";
	int fd = mkstemp(name);
	char *text = malloc(len + 1);

	for (size_t i = 0; i < len; i++)
		text[i] = octet(i);
	if (fd == -1 || write(fd, text, len) != (ssize_t)len)
		abort();
	unlink(name);
	free(text);
	return fd;
}

/*
 * A child that reads to the end and exits 0 if it was the len octets from
 * octet number first on.
 */
static pid_t
reader(int mine, int other, size_t first, size_t len)
{
	char block[5000];
	size_t at = first;
	ssize_t n;
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	close(other);
	while ((n = read(mine, block, sizeof block)) > 0)
		for (ssize_t i = 0; i < n; i++)
			if (block[i] != octet(at++))
				_exit(1);
	_exit(n == 0 && at == first + len ? 0 : 2);
}

static int
exit_of(pid_t pid)
{
	int status;

	return waitpid(pid, &status, 0) == pid && WIFEXITED(status) ?
	    WEXITSTATUS(status) : -1;
}

static void
test_gathered(void)
{
	char got[64];
	int fd[2];

	if (pipe(fd) == -1 || fcntl(fd[0], F_SETFL, O_NONBLOCK) == -1)
		abort();
	output_init(&out, fd[1], 5);
	output_text(&out, "250 ");
	output_bytes(&out, "a\0b", 3);
	output_format(&out, "%s %d%s", "x", 7, "\r\n");
	CHECK(read(fd[0], got, sizeof got) == -1 && errno == EAGAIN);
	CHECK(output_flush(&out) == 0);
	CHECK(read(fd[0], got, sizeof got) == 12);
	CHECK(memcmp(got, "250 a\0bx 7\r\n", 12) == 0);
	CHECK(output_flush(&out) == 0);
	CHECK(read(fd[0], got, sizeof got) == -1 && errno == EAGAIN);
	close(fd[0]);
	close(fd[1]);
}

/* Pieces of every size around the buffer's, through a narrow socket. */
static void
test_pieces(void)
{
	static const size_t sizes[] = { 1, OUTPUT_SIZE - 1, OUTPUT_SIZE,
	    OUTPUT_SIZE + 1, 3, OUTPUT_SIZE - 3, 1, 2 * OUTPUT_SIZE, 100000,
	    5 };
	static char all[400000];
	size_t at = 0, i;
	int fd[2];
	pid_t pid;

	for (i = 0; i < sizeof all; i++)
		all[i] = octet(i);
	narrow_pair(fd);
	for (at = 0, i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
		at += sizes[i];
	pid = reader(fd[1], fd[0], 0, at);
	close(fd[1]);
	output_init(&out, fd[0], 5);
	for (at = 0, i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		output_bytes(&out, all + at, sizes[i]);
		at += sizes[i];
		CHECK(out.len <= OUTPUT_SIZE);
	}
	CHECK(output_flush(&out) == 0);
	close(fd[0]);
	CHECK(exit_of(pid) == 0);
}

/* A format that does not fit behind what is held, up to the largest. */
static void
test_format_edges(void)
{
	static char got[2 * OUTPUT_SIZE];
	int fd[2];

	for (int held = OUTPUT_SIZE - 12; held <= OUTPUT_SIZE; held++) {
		if (pipe(fd) == -1)
			abort();
		output_init(&out, fd[1], 5);
		output_format(&out, "%0*d", held == OUTPUT_SIZE ? held - 1 :
		    held, 0);
		if (held == OUTPUT_SIZE)
			output_bytes(&out, "0", 1);
		output_format(&out, "%s", "0123456789");
		CHECK(output_flush(&out) == 0);
		CHECK(read(fd[0], got, sizeof got) == held + 10);
		CHECK(memcmp(got + held, "0123456789", 10) == 0);
		close(fd[0]);
		close(fd[1]);
	}
}

/* The first failure stays, whatever comes behind it. */
static void
test_gone(bool sock)
{
	int fd[2], file = make_file(1000);

	if ((sock ? socketpair(AF_UNIX, SOCK_STREAM, 0, fd) : pipe(fd)) == -1)
		abort();
	close(fd[0]);
	output_init(&out, fd[1], 5);
	output_text(&out, "hello");
	CHECK(output_flush(&out) == -1 && errno == EPIPE);
	CHECK(out.len == 0 && out.error == EPIPE);
	errno = 0;
	CHECK(output_flush(&out) == -1 && errno == EPIPE);
	for (int i = 0; i < 3 * OUTPUT_SIZE; i++)
		output_bytes(&out, "x", 1);
	output_format(&out, "%d", 1);
	CHECK(out.len <= OUTPUT_SIZE);
	CHECK(output_flush(&out) == -1 && out.error == EPIPE);
	CHECK(output_file(&out, file, 0, 1000) == -1 && errno == EPIPE);
	/* A file alone is refused in the same way. */
	output_init(&out, fd[1], 5);
	CHECK(output_file(&out, file, 0, 1000) == -1 && errno == EPIPE);
	close(fd[1]);
	close(file);
}

/* Who takes nothing for the time given is gone: in text and in a file. */
static void
test_late(bool file)
{
	int64_t before = clock_ms();
	int fd[2], from = make_file(BIG);

	narrow_pair(fd);
	output_init(&out, fd[0], 1);
	/* A deadline that does not hold ends the test, not the machine. */
	alarm(20);
	if (file) {
		CHECK(output_file(&out, from, 0, BIG) == -1);
	} else {
		for (int i = 0; i < 1000; i++)
			output_format(&out, "%0*d", 1000, 0);
		CHECK(output_flush(&out) == -1);
	}
	alarm(0);
	CHECK(errno == ETIMEDOUT && out.error == ETIMEDOUT);
	CHECK(clock_ms() - before >= 1000 && clock_ms() - before < 5000);
	/* The socket itself blocks as before for its next owner. */
	CHECK((fcntl(fd[0], F_GETFL) & O_NONBLOCK) == 0);
	close(fd[0]);
	close(fd[1]);
	close(from);
}

/* A stretch of a file behind text, to whatever the output is. */
static void
send_file(int to, int file, off_t offset, off_t len)
{
	output_init(&out, to, 5);
	for (off_t i = 0; i < 10; i++)
		output_bytes(&out, (char[]){ octet((size_t)(offset - 10 + i)) },
		    1);
	CHECK(output_file(&out, file, offset, len) == 0);
	for (off_t i = 0; i < 3; i++)
		output_bytes(&out, (char[]){ octet((size_t)(offset + len +
		    i)) }, 1);
	CHECK(output_flush(&out) == 0);
}

static void
test_file_to_stream(bool sock)
{
	int fd[2], file = make_file(BIG);
	pid_t pid;

	if (sock)
		narrow_pair(fd);
	else if (pipe(fd) == -1)
		abort();
	pid = reader(fd[sock ? 1 : 0], fd[sock ? 0 : 1], 90, BIG - 100 + 13);
	close(fd[sock ? 1 : 0]);
	send_file(fd[sock ? 0 : 1], file, 100, BIG - 100);
	close(fd[sock ? 0 : 1]);
	CHECK(exit_of(pid) == 0);
	close(file);
}

/* sendfile(2) refuses a file that is written at its end. */
static void
test_file_to_file(int flags)
{
	char name[] = "/tmp/io_output.XXXXXX", path[64];
	int file = make_file(50000), made = mkstemp(name), to;

	snprintf(path, sizeof path, "/proc/self/fd/%d", made);
	to = open(path, O_WRONLY | flags);
	if (made == -1 || to == -1)
		abort();
	unlink(name);
	send_file(to, file, 100, 49900);
	CHECK(lseek(made, 0, SEEK_END) == 49913);
	CHECK(lseek(made, 0, SEEK_SET) == 0);
	close(to);
	CHECK(exit_of(reader(made, -1, 90, 49913)) == 0);
	close(made);
	close(file);
}

static void
test_file_too_short(void)
{
	int fd[2], file = make_file(1000);

	if (pipe(fd) == -1)
		abort();
	output_init(&out, fd[1], 5);
	CHECK(output_file(&out, file, 0, 0) == 0);
	CHECK(output_file(&out, file, 500, 501) == -1 && errno == EIO);
	CHECK(output_flush(&out) == -1 && errno == EIO);
	output_init(&out, fd[1], 5);
	CHECK(output_file(&out, -1, 0, 1) == -1 && errno == EBADF);
	output_init(&out, -1, 5);
	CHECK(output_file(&out, file, 0, 1) == -1 && errno == EBADF);
	close(fd[0]);
	close(fd[1]);
	close(file);
}

int
main(void)
{
	log_open("io_output");
	test_gathered();
	test_pieces();
	test_format_edges();
	for (int i = 0; i < 2; i++) {
		test_gone(i);
		test_late(i);
		test_file_to_stream(i);
	}
	test_file_to_file(0);
	test_file_to_file(O_APPEND);
	test_file_too_short();
	return check_end("io_output");
}
