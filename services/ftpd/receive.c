/* receive.c - TYPE I by splice(2) once there is much of it, TYPE A by blocks */

#define _GNU_SOURCE	/* splice(2) and pipe2(2) */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "ascii.h"
#include "io/close.h"
#include "io/write.h"
#include "receive.h"
#include "session.h"

enum {
	BLOCK = 256 << 10,
	LITTLE = 32 << 10,
	PIPE = 1 << 20		/* octets, if the system grants them */
};

/* Octets have come: are they still within the quota? */
static enum outcome
count(struct session *s, ssize_t got, off_t most)
{
	s->data.octets += got;
	if (s->data.octets <= most)
		return DATA_OK;
	errno = EDQUOT;
	return DATA_LOCAL;
}

/* Up to size octets off the connection.  *n is 0 at its end. */
static enum outcome
receive_block(struct session *s, char *block, size_t size, off_t most,
    size_t *n)
{
	enum outcome went;
	ssize_t got;

	do {
		went = data_wait(s, POLLIN);
		if (went != DATA_OK)
			return went;
		got = read(s->data.fd, block, size);
	} while (got == -1 && (errno == EAGAIN || errno == EINTR));
	if (got == -1)
		return DATA_BROKEN;
	*n = (size_t)got;
	return count(s, got, most);
}

static enum outcome
decode(struct session *s, int fd, char *block, off_t most)
{
	char *text = block + BLOCK;
	enum outcome went;
	bool cr = false;
	size_t n;

	while ((went = receive_block(s, block, BLOCK, most, &n)) == DATA_OK &&
	    n > 0)
		if (write_all(fd, text, ascii_decode(text, block, n, &cr)) ==
		    -1)
			return DATA_LOCAL;
	if (went == DATA_OK && cr && write_all(fd, "\r", 1) == -1)
		return DATA_LOCAL;
	return went;
}

/* All n octets out of the pipe. */
static int
empty_pipe(int from, int to, size_t n)
{
	ssize_t put;

	while (n > 0) {
		put = splice(from, NULL, to, NULL, n, SPLICE_F_MOVE);
		if (put == 0)
			errno = EIO;
		if (put == 0 || (put == -1 && errno != EINTR))
			return -1;
		if (put > 0)
			n -= (size_t)put;
	}
	return 0;
}

/*
 * Through a pipe, which costs one copy where read and write cost two: a
 * fifth less CPU.  A large pipe is what makes the difference.
 */
static enum outcome
through_pipe(struct session *s, int fd, const int ends[2], off_t most)
{
	enum outcome went;
	ssize_t got;

	while ((went = data_wait(s, POLLIN)) == DATA_OK) {
		got = splice(s->data.fd, NULL, ends[1], NULL, PIPE,
		    SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
		if (got == 0)
			break;
		if (got == -1 && (errno == EAGAIN || errno == EINTR))
			continue;
		if (got == -1)
			return DATA_BROKEN;
		went = count(s, got, most);
		if (went != DATA_OK)
			return went;
		if (empty_pipe(ends[0], fd, (size_t)got) == -1)
			return DATA_LOCAL;
	}
	return went;
}

static enum outcome
receive_ascii(struct session *s, int fd, off_t most)
{
	char *block = malloc(2 * BLOCK + 1);
	enum outcome went;
	int saved;

	if (block == NULL)
		return DATA_LOCAL;
	went = decode(s, fd, block, most);
	saved = errno;
	free(block);
	errno = saved;
	return went;
}

static enum outcome
receive_much(struct session *s, int fd, off_t most)
{
	enum outcome went;
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) == -1)
		return DATA_LOCAL;
	(void)fcntl(ends[1], F_SETPIPE_SZ, PIPE);
	went = through_pipe(s, fd, ends, most);
	close_quietly(ends[0]);
	close_quietly(ends[1]);
	return went;
}

enum outcome
receive_file(struct session *s, int fd, off_t most)
{
	char block[LITTLE];
	enum outcome went;
	size_t n;

	if (s->ascii)
		return receive_ascii(s, fd, most);
	/* Most files end before a pipe is worth its making. */
	while (s->data.octets < LITTLE) {
		went = receive_block(s, block, sizeof block, most, &n);
		if (went != DATA_OK || n == 0)
			return went;
		if (write_all(fd, block, n) == -1)
			return DATA_LOCAL;
	}
	return receive_much(s, fd, most);
}
