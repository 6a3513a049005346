/* retr.c - RETR: a file to the client */

#define _GNU_SOURCE	/* sendfile(2) is Linux's */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "ascii.h"
#include "commands.h"
#include "session.h"

enum {
	SEND_MOST = 1 << 20,	/* octets between two looks at the client */
	BLOCK = 128 << 10
};

/*
 * The file from its offset on, as it is.  A file that was cut meanwhile is an
 * error of ours: the client was promised size octets.
 */
static enum outcome
send_image(struct session *s, int fd, off_t size)
{
	/* A connection just made takes a first piece. */
	bool ready = true;
	enum outcome went;
	ssize_t put;

	while (s->data.octets < size) {
		went = ready ? DATA_OK : data_wait(s, POLLOUT);
		if (went != DATA_OK)
			return went;
		ready = false;
		put = sendfile(s->data.fd, fd, NULL, SEND_MOST);
		if (put > 0)
			s->data.octets += put;
		else if (put == 0)
			errno = EIO;
		if (put == 0 || (put == -1 && (errno == EIO ||
		    errno == EINVAL)))
			return DATA_LOCAL;
		if (put == -1 && errno != EAGAIN && errno != EINTR)
			return DATA_BROKEN;
	}
	return DATA_OK;
}

static enum outcome
send_ascii(struct session *s, int fd)
{
	char *block = malloc(3 * BLOCK);
	enum outcome went = DATA_OK;
	ssize_t n;

	if (block == NULL)
		return DATA_LOCAL;
	while (went == DATA_OK && (n = read(fd, block, BLOCK)) != 0) {
		if (n > 0)
			went = data_send(s, block + BLOCK,
			    ascii_encode(block + BLOCK, block, (size_t)n));
		else if (errno != EINTR)
			went = DATA_LOCAL;
	}
	free(block);
	return went;
}

static void
send_file(struct session *s, int fd, const char *path, off_t size)
{
	char text[PATH_SIZE + 128];
	time_t start = time(NULL);
	enum outcome went;

	snprintf(text, sizeof text, "Opening %s mode data connection for %s "
	    "(%lld bytes).", s->ascii ? "ASCII" : "BINARY", path,
	    (long long)size);
	if (!data_open(s, "RETR", text))
		return;
	went = s->ascii ? send_ascii(s, fd) : send_image(s, fd, size);
	if (went == DATA_OK)
		went = data_end(s);
	data_close(s, went, "Transfer complete.");
	transfer_log(s, path, 'o', (long)(time(NULL) - start),
	    went == DATA_OK);
}

void
cmd_retr(struct session *s, char *arg)
{
	char path[PATH_SIZE];
	off_t restart = s->restart;
	struct stat st;
	int fd;

	s->restart = 0;
	if (!path_for(s, arg, 550, path))
		return;
	fd = file_open(s, path, O_RDONLY, &st);
	if (fd == -1) {
		reply_errno(s, 550, arg);
		return;
	}
	if (restart > st.st_size || (restart > 0 && s->ascii))
		reply(s, 554, "Restart at %lld is not possible.",
		    (long long)restart);
	else if (restart > 0 && lseek(fd, restart, SEEK_SET) == -1)
		reply_errno(s, 550, arg);
	else
		send_file(s, fd, path, st.st_size - restart);
	close(fd);
}

/*
 * Nothing runs: either it never did, or ABOR has ended it already and its
 * 426 has gone before (RFC 959 4.1.3).
 */
void
cmd_abor(struct session *s, char *arg)
{
	(void)arg;
	data_reset(&s->data);
	reply(s, 226, "Closing data connection; no transfer in progress.");
}
