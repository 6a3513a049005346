/*
 * output.h - what goes to the client, gathered into large writes
 *
 * Nothing is sent until the buffer is full, output_flush() is called, or the
 * input that is tied to it is about to wait for the client: so replies to
 * pipelined commands leave in one piece and no handler need flush.
 *
 * An error is kept: after the first failure everything is dropped and
 * output_flush() says -1 for ever.  A client that takes no byte for
 * `seconds` counts as gone (ETIMEDOUT).  A pipe, which a tool or a test may
 * have there, is waited for as long as it takes.  Nothing here allocates.
 *
 * The program ignores SIGPIPE, as log_open() arranges: otherwise a client
 * that hangs up ends it.
 */
#ifndef LABNET_IO_OUTPUT_H
#define LABNET_IO_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * 16 KiB: large writes are cheap and so is the memory, but 64 KiB at once is
 * slow on loopback, being just over one segment.
 */
enum { OUTPUT_SIZE = 16384 };

struct output {
	int	fd;
	int	seconds;	/* how long the client may take nothing */
	int	error;		/* errno of the first failure, or 0 */
	bool	no_socket;	/* it is a pipe, as was found */
	size_t	len;
	char	buf[OUTPUT_SIZE];
};

void	output_init(struct output *, int fd, int seconds);
void	output_bytes(struct output *, const void *, size_t);
void	output_text(struct output *, const char *);
void	output_number(struct output *, uint64_t);	/* in decimal */
/* At most OUTPUT_SIZE - 1 octets; a longer text is an assertion failure. */
void	output_format(struct output *, const char *fmt, ...)
	    __attribute__((format(printf, 2, 3)));
/* Send what is held.  0, or -1 with errno set. */
int	output_flush(struct output *);
/*
 * Copy len octets of the file from, starting at offset, as they are.
 * 0, or -1 with errno set: then the client's or the file's failure has left
 * the dialogue broken off in the middle and the session must end (errno is
 * EPIPE or the like for the client, EIO for a file that ended early).
 */
int	output_file(struct output *, int from, off_t offset, off_t len);

#endif
