/* io_fdpass.c - descriptors over sockets; above all: nothing leaks */

#define _GNU_SOURCE	/* SOCK_CLOEXEC */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "check.h"
#include "io/fdpass.h"
#include "site.h"

static int	a, b;		/* the two ends */

static void
begin(int type)
{
	int fd[2];

	if (socketpair(AF_UNIX, type, 0, fd) == -1)
		abort();
	a = fd[0];
	b = fd[1];
}

static void
end(void)
{
	close(a);
	close(b);
}

/* How many descriptors this process has open. */
static int
open_count(void)
{
	DIR *d = opendir("/proc/self/fd");
	int n = 0;

	if (d == NULL)
		abort();
	while (readdir(d) != NULL)
		n++;
	closedir(d);
	return n;
}

/* n descriptors of the null device. */
static void
open_many(int *fds, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if ((fds[i] = open("/dev/null", O_RDONLY | O_CLOEXEC)) == -1)
			abort();
}

static void
close_many(const int *fds, size_t n)
{
	while (n > 0)
		close(fds[--n]);
}

static void
test_text_only(int type)
{
	int before, fds[2];
	char text[16];
	size_t n;

	begin(type);
	before = open_count();
	CHECK(fd_send(a, "hello", 5, NULL, 0) == 0);
	CHECK(fd_receive(b, text, sizeof text, fds, 2, &n) == 5 && n == 0);
	CHECK(memcmp(text, "hello", 5) == 0);
	CHECK(fd_send(a, "hi", 2, NULL, 0) == 0);
	CHECK(fd_receive(b, text, sizeof text, NULL, 0, &n) == 2 && n == 0);
	CHECK(open_count() == before);
	close(a);
	CHECK(fd_receive(b, text, sizeof text, fds, 2, &n) == 0 && n == 0);
	CHECK(fd_send(b, "x", 1, NULL, 0) == -1 && errno == EPIPE);
	close(b);
}

/* What is written into the one end of a pipe comes out of the passed one. */
static void
test_one(int type)
{
	int p[2], fd = -1, before;
	char text[16];
	size_t n;

	begin(type);
	if (pipe(p) == -1)
		abort();
	before = open_count();
	CHECK(fd_send(a, "take", 4, p, 1) == 0);
	CHECK(fd_receive(b, text, sizeof text, &fd, 1, &n) == 4 && n == 1);
	CHECK(fd != -1 && fd != p[0]);
	CHECK((fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
	CHECK(open_count() == before + 1);
	CHECK(write(p[1], "x", 1) == 1 && read(fd, text, 1) == 1 &&
	    *text == 'x');
	close(fd);
	close(p[0]);
	close(p[1]);
	end();
}

/* Of every number up to the most, with fewer or more asked for. */
static void
check_many(size_t sent, size_t asked)
{
	static int fds[FDPASS_MAX + 8], got[FDPASS_MAX + 8];
	char text[16];
	size_t n = 99;
	int before;

	begin(SOCK_SEQPACKET);
	open_many(fds, sent);
	CHECK(fd_send(a, "take", 4, fds, sent) == 0);
	close_many(fds, sent);
	before = open_count();
	memset(got, -1, sizeof got);
	if (sent <= asked) {
		CHECK(fd_receive(b, text, sizeof text, got, asked, &n) == 4);
		CHECK(n == sent);
		CHECK(open_count() == before + (int)sent);
		close_many(got, n);
	} else {
		CHECK(fd_receive(b, text, sizeof text, got, asked, &n) == -1);
		CHECK(errno == EMSGSIZE && n == 0);
	}
	CHECK(got[asked] == -1);
	CHECK(open_count() == before);
	end();
}

/* More in one message than our own side ever sends. */
static void
test_too_many(void)
{
	enum { MOST = 252 };	/* what musl's sendmsg(2) takes; Linux: 253 */
	union { struct cmsghdr head; char room[CMSG_SPACE(MOST *
	    sizeof(int))]; } control = { .room = { 0 } };
	char octet = 'x';
	struct iovec iov = { &octet, 1 };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1,
	    .msg_control = &control, .msg_controllen = sizeof control };
	int fds[MOST], got[FDPASS_MAX], before;
	char text[16];
	size_t n;

	begin(SOCK_SEQPACKET);
	open_many(fds, MOST);
	CHECK(fd_send(a, "x", 1, fds, FDPASS_MAX + 1) == -1 &&
	    errno == EINVAL);
	control.head.cmsg_level = SOL_SOCKET;
	control.head.cmsg_type = SCM_RIGHTS;
	control.head.cmsg_len = CMSG_LEN(sizeof fds);
	memcpy(CMSG_DATA(&control.head), fds, sizeof fds);
	CHECK(sendmsg(a, &m, 0) == 1);
	close_many(fds, MOST);
	before = open_count();
	CHECK(fd_receive(b, text, sizeof text, got, FDPASS_MAX, &n) == -1);
	CHECK(errno == EMSGSIZE && n == 0);
	CHECK(open_count() == before);
	end();
}

/* Text that does not fit takes its descriptors away with it. */
static void
test_cut_text(void)
{
	int fds[2], got[2], before;
	char text[4];
	size_t n;

	begin(SOCK_SEQPACKET);
	open_many(fds, 2);
	before = open_count();
	CHECK(fd_send(a, "12345", 5, fds, 2) == 0);
	CHECK(fd_receive(b, text, sizeof text, got, 2, &n) == -1);
	CHECK(errno == EMSGSIZE && n == 0 && open_count() == before);
	CHECK(fd_send(a, "1234", 4, NULL, 0) == 0);
	CHECK(fd_receive(b, text, sizeof text, got, 2, &n) == 4);
	close_many(fds, 2);
	end();
}

/* A record of no octets that carries a descriptor all the same. */
static void
test_empty_record(void)
{
	union { struct cmsghdr head; char room[CMSG_SPACE(sizeof(int))]; }
	    control = { .room = { 0 } };
	struct msghdr m = { .msg_control = &control,
	    .msg_controllen = sizeof control };
	int fds[1], got[1], before;
	char text[4];
	size_t n;

	begin(SOCK_SEQPACKET);
	open_many(fds, 1);
	control.head.cmsg_level = SOL_SOCKET;
	control.head.cmsg_type = SCM_RIGHTS;
	control.head.cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(&control.head), fds, sizeof(int));
	CHECK(sendmsg(a, &m, 0) == 0);
	before = open_count();
	CHECK(fd_receive(b, text, sizeof text, got, 1, &n) == 0 && n == 0);
	CHECK(open_count() == before);
	close_many(fds, 1);
	end();
}

/* A stream whose buffer is narrower than the text: all of it arrives. */
static void
test_long_stream(void)
{
	enum { LEN = 300000 };
	static char out[LEN], in[LEN];
	int fds[1], got[1], size = 4096;
	size_t n, at = 0;
	ssize_t more;

	memset(out, 'z', LEN);
	begin(SOCK_STREAM);
	setsockopt(a, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
	open_many(fds, 1);
	if (fork() == 0)
		_exit(fd_send(a, out, LEN, fds, 1) == 0 ? 0 : 1);
	close(a);
	more = fd_receive(b, in, LEN, got, 1, &n);
	CHECK(more > 0 && n == 1);
	for (at = more < 0 ? 0 : (size_t)more; at < LEN; at += (size_t)more)
		if ((more = read(b, in + at, LEN - at)) <= 0)
			break;
	CHECK(at == LEN && memcmp(in, out, LEN) == 0);
	close(got[0]);
	close(fds[0]);
	close(b);
}

static void
test_connect(void)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	char path[sizeof sun.sun_path + 1];
	int listener = socket(AF_UNIX, SOCK_SEQPACKET, 0), fd, before;

	strcpy(sun.sun_path, "etc/sock");
	if (listener == -1 || bind(listener, (struct sockaddr *)&sun,
	    sizeof sun) == -1 || listen(listener, 5) == -1)
		abort();
	fd = unix_connect("etc/sock", SOCK_SEQPACKET);
	CHECK(fd != -1 && (fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
	CHECK(unix_peer_uid(fd) == geteuid());
	close(fd);
	before = open_count();
	CHECK(unix_connect("etc/sock", SOCK_STREAM) == -1);
	CHECK(unix_connect("etc/none", SOCK_SEQPACKET) == -1 &&
	    errno == ENOENT);
	close(listener);
	CHECK(unix_connect("etc/sock", SOCK_SEQPACKET) == -1 &&
	    errno == ECONNREFUSED);
	memset(path, 'p', sizeof path);
	path[sizeof path - 1] = '\0';
	CHECK(unix_connect(path, SOCK_SEQPACKET) == -1 &&
	    errno == ENAMETOOLONG);
	CHECK(open_count() == before - 1);
	CHECK(unix_peer_uid(-1) == (uid_t)-1);
}

int
main(void)
{
	static const char *const files[] = { "etc/sock", NULL };

	alarm(30);		/* for a receiver that waits in vain */
	site_begin();
	test_text_only(SOCK_SEQPACKET);
	test_text_only(SOCK_STREAM);
	test_one(SOCK_SEQPACKET);
	test_one(SOCK_STREAM);
	check_many(1, 0);
	check_many(2, 1);
	check_many(3, 3);
	check_many(3, 7);
	check_many(FDPASS_MAX, 1);
	check_many(FDPASS_MAX, FDPASS_MAX - 1);
	check_many(FDPASS_MAX, FDPASS_MAX);
	test_too_many();
	test_cut_text();
	test_empty_record();
	test_long_stream();
	test_connect();
	site_end(files);
	return check_end("io_fdpass");
}
