/* output.c - buffered writes with a deadline */

#define _GNU_SOURCE	/* sendfile(2) is Linux's */
#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "io/copy.h"
#include "io/decimal.h"
#include "io/output.h"

void
output_init(struct output *out, int fd, int seconds)
{
	out->fd = fd;
	out->seconds = seconds;
	out->error = 0;
	out->no_socket = false;
	out->len = 0;
}

/* Wait until the client takes more.  False once it is late or gone. */
static int
wait_writable(struct output *out)
{
	struct pollfd p = { out->fd, POLLOUT, 0 };
	int n;

	do
		n = poll(&p, 1, out->seconds * 1000);
	while (n == -1 && errno == EINTR);
	if (n == 0)
		errno = ETIMEDOUT;
	return n == 1;
}

/*
 * One write that does not block: send(2) can say so on each call, so the
 * socket itself stays blocking for whoever owns it next.  A pipe (a test, a
 * tool) is written as it is.
 */
static ssize_t
write_some(struct output *out, const char *p, size_t n)
{
	ssize_t put = -1;

	if (!out->no_socket) {
		put = send(out->fd, p, n, MSG_DONTWAIT | MSG_NOSIGNAL);
		out->no_socket = put == -1 && errno == ENOTSOCK;
	}
	return out->no_socket ? write(out->fd, p, n) : put;
}

/* Write all of it, or set out->error. */
static void
write_all(struct output *out, const char *p, size_t n)
{
	ssize_t put;

	while (n > 0 && out->error == 0) {
		put = write_some(out, p, n);
		if (put >= 0) {
			p += put;
			n -= (size_t)put;
		} else if (errno == EAGAIN || errno == EWOULDBLOCK) {
			if (!wait_writable(out))
				out->error = errno;
		} else if (errno != EINTR) {
			out->error = errno;
		}
	}
}

int
output_flush(struct output *out)
{
	if (out->len > 0) {
		write_all(out, out->buf, out->len);
		out->len = 0;
	}
	if (out->error == 0)
		return 0;
	errno = out->error;
	return -1;
}

void
output_bytes(struct output *out, const void *bytes, size_t n)
{
	if (n > sizeof out->buf - out->len) {
		output_flush(out);
		if (n >= sizeof out->buf) {
			write_all(out, bytes, n);
			return;
		}
	}
	copy_octets(out->buf + out->len, bytes, n);
	out->len += n;
}

void
output_text(struct output *out, const char *text)
{
	output_bytes(out, text, strlen(text));
}

void
output_number(struct output *out, uint64_t n)
{
	char digits[DECIMAL_MAX];

	output_bytes(out, digits, (size_t)(decimal_put(digits, n) - digits));
}

void
output_format(struct output *out, const char *fmt, ...)
{
	size_t room = sizeof out->buf - out->len;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(out->buf + out->len, room, fmt, ap);
	va_end(ap);
	if (n >= 0 && (size_t)n >= room) {
		output_flush(out);
		room = sizeof out->buf;
		va_start(ap, fmt);
		n = vsnprintf(out->buf, room, fmt, ap);
		va_end(ap);
	}
	assert(n >= 0 && (size_t)n < room);
	out->len += (size_t)n;
}

/* The way for a file or a client that sendfile(2) does not take. */
static void
copy_file(struct output *out, int from, off_t offset, off_t len)
{
	char block[OUTPUT_SIZE];
	ssize_t got;

	while (len > 0 && out->error == 0) {
		got = pread(from, block,
		    len < (off_t)sizeof block ? (size_t)len : sizeof block,
		    offset);
		if (got > 0) {
			write_all(out, block, (size_t)got);
			offset += got;
			len -= got;
		} else if (got == 0) {
			out->error = EIO;
		} else if (errno != EINTR) {
			out->error = errno;
		}
	}
}

/*
 * sendfile(2) has no flag for a call that does not block, so the socket gets
 * a time limit; one that sends text does not feel it (write_some).
 */
static void
limit_wait(struct output *out)
{
	struct timeval limit = { .tv_sec = out->seconds };

	if (setsockopt(out->fd, SOL_SOCKET, SO_SNDTIMEO, &limit,
	    sizeof limit) == -1 && errno != ENOTSOCK)
		out->error = errno;
}

int
output_file(struct output *out, int from, off_t offset, off_t len)
{
	ssize_t put;

	output_flush(out);
	if (len > 0 && out->error == 0)
		limit_wait(out);
	while (len > 0 && out->error == 0) {
		put = sendfile(out->fd, from, &offset,
		    len < 1 << 20 ? (size_t)len : 1 << 20);
		if (put > 0) {
			len -= put;
		} else if (put == 0) {
			out->error = EIO;
		} else if (errno == EINVAL || errno == ENOSYS) {
			copy_file(out, from, offset, len);
			break;
		} else if (errno == EAGAIN) {
			if (!wait_writable(out))
				out->error = errno;
		} else if (errno != EINTR) {
			out->error = errno;
		}
	}
	return output_flush(out);
}
