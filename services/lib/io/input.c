/* input.c - bounded lines and octets from a client that may be hostile */

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "io/input.h"

void
input_init(struct input *in, int fd, int seconds, struct output *out)
{
	in->fd = fd;
	in->seconds = seconds;
	in->exact = false;
	in->crlf = false;
	in->out = out;
	in->start = in->end = 0;
}

int64_t
clock_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

bool
input_pending(const struct input *in)
{
	return in->start < in->end;
}

void
input_hurry(const struct input *in)
{
	const int yes = 1;
	int saved = errno;

	/* A pipe, or a Unix socket: nothing holds anything back there. */
	if (setsockopt(in->fd, IPPROTO_TCP, TCP_QUICKACK, &yes,
	    sizeof yes) == -1)
		errno = saved;
}

void
input_discard(struct input *in)
{
	in->start = in->end = 0;
}

void
input_skip(struct input *in, size_t n)
{
	in->start += n;
}

/* When the wait that begins now is to end; 0: never. */
static int64_t
deadline(const struct input *in)
{
	return in->seconds == 0 ? 0 : clock_ms() + in->seconds * 1000L;
}

/* Wait for the client until the deadline. */
static enum input_end
wait_readable(struct input *in, int64_t until)
{
	struct pollfd p = { in->fd, POLLIN, 0 };
	int64_t left = -1;
	int n;

	if (in->out != NULL && output_flush(in->out) == -1)
		return INPUT_FAILED;
	for (;;) {
		if (until != 0 && (left = until - clock_ms()) <= 0)
			return INPUT_LATE;
		n = poll(&p, 1, (int)left);
		if (n > 0)
			return INPUT_OK;
		if (n == -1 && errno != EINTR)
			return INPUT_FAILED;
	}
}

/*
 * Take up to size octets, but if the input is exact none behind the first LF.
 * A socket lets us look first; a pipe does not, so it is read one by one.
 */
static ssize_t
take(struct input *in, char *to, size_t size)
{
	const char *lf;
	ssize_t n;

	if (!in->exact)
		return read(in->fd, to, size);
	n = recv(in->fd, to, size, MSG_PEEK);
	if (n == -1 && errno == ENOTSOCK)
		return read(in->fd, to, 1);
	if (n <= 0)
		return n;
	lf = memchr(to, '\n', (size_t)n);
	return read(in->fd, to, lf == NULL ? (size_t)n : (size_t)(lf - to) + 1);
}

/* Get more octets into the buffer, which has room. */
static enum input_end
fill(struct input *in, int64_t until)
{
	enum input_end end;
	ssize_t n;

	do {
		end = wait_readable(in, until);
		if (end != INPUT_OK)
			return end;
		n = take(in, in->buf + in->end, sizeof in->buf - in->end);
	} while (n == -1 && (errno == EINTR || errno == EAGAIN));
	if (n == -1)
		return errno == ECONNRESET ? INPUT_EOF : INPUT_FAILED;
	if (n == 0)
		return INPUT_EOF;
	in->end += (size_t)n;
	return INPUT_OK;
}

enum input_end
input_peek(struct input *in, const char **p, size_t *n)
{
	enum input_end end = INPUT_OK;

	if (in->start == in->end) {
		in->start = in->end = 0;
		end = fill(in, deadline(in));
	}
	*p = in->buf + in->start;
	*n = in->end - in->start;
	return end;
}

/* What one piece of a line adds to it: text, or a reason to refuse it. */
static enum input_end
add(char *line, size_t size, size_t *used, const char *piece, size_t n)
{
	if (memchr(piece, '\0', n) != NULL)
		return INPUT_NUL;
	/* One octet more than fits may be the CR that goes away again. */
	if (n > size - *used)
		return INPUT_LONG;
	memcpy(line + *used, piece, n);
	*used += n;
	return INPUT_OK;
}

enum input_end
input_line(struct input *in, char *line, size_t size, size_t *len)
{
	enum input_end end = INPUT_OK, wrong = INPUT_OK;
	int64_t until = 0;
	size_t used = 0, n;
	const char *lf = NULL, *from;
	bool cr = false;

	while (lf == NULL) {
		if (in->start == in->end) {
			in->start = in->end = 0;
			if (until == 0)
				until = deadline(in);
			end = fill(in, until);
			if (end != INPUT_OK)
				break;
		}
		from = in->buf + in->start;
		n = in->end - in->start;
		lf = memchr(from, '\n', n);
		if (lf != NULL)
			n = (size_t)(lf - from);
		if (n > 0)
			cr = from[n - 1] == '\r';
		if (wrong == INPUT_OK)
			wrong = add(line, size, &used, from, n);
		in->start += lf == NULL ? n : n + 1;
	}
	if (end == INPUT_OK)
		end = wrong;
	in->crlf = cr;
	if (end == INPUT_OK && cr)
		used--;
	if (end == INPUT_OK && used >= size)
		end = INPUT_LONG;
	line[end == INPUT_OK ? used : 0] = '\0';
	if (len != NULL)
		*len = end == INPUT_OK ? used : 0;
	return end;
}
