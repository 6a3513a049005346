/*
 * input.h - what comes from the client: lines, and counted octets
 *
 * A line ends at LF; a CR just before it belongs to the end.  Whoever needs
 * to know which it was looks at `crlf`.  A deadline holds for the whole line
 * (or the whole wait, for octets), so a byte a minute does not keep a session
 * alive.  Before it waits, the tied output is flushed.  Nothing here
 * allocates.
 *
 * An *exact* input never takes an octet behind the line out of the kernel:
 * what the client pipelined stays in the socket for the next owner of the
 * descriptor.  Login halves use it (service(7), "Login").
 */
#ifndef LABNET_IO_INPUT_H
#define LABNET_IO_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "io/output.h"

enum { INPUT_SIZE = 8192 };

enum input_end {
	INPUT_OK,
	INPUT_LONG,	/* over the limit; the whole line has been dropped */
	INPUT_NUL,	/* holds a NUL octet; dropped likewise */
	INPUT_EOF,	/* the client is gone; an unfinished line is dropped */
	INPUT_LATE,	/* nothing whole within the deadline */
	INPUT_FAILED	/* read(2) failed, errno says how */
};

struct input {
	int		 fd;
	int		 seconds;	/* the deadline; 0: none */
	bool		 exact;
	bool		 crlf;		/* the last line ended in CR LF */
	struct output	*out;		/* flushed first; may be NULL */
	size_t		 start, end;	/* what is held of buf */
	char		 buf[INPUT_SIZE];
};

void	input_init(struct input *, int fd, int seconds, struct output *);

/*
 * The next line without its end into line, closed by NUL; size counts that
 * NUL.  Except for INPUT_OK the text is empty.  The length is returned in
 * *len if len is not NULL.
 */
enum input_end	input_line(struct input *, char *line, size_t size,
		    size_t *len);

/*
 * At least one octet of what comes next, still owned by the input: *p and *n
 * are set, and stay good until the next call.  input_skip() says how many of
 * them were used.  INPUT_OK, INPUT_EOF, INPUT_LATE or INPUT_FAILED.
 */
enum input_end	input_peek(struct input *, const char **p, size_t *n);
void		input_skip(struct input *, size_t n);

/*
 * A text follows: have the first of it acknowledged at once.  A client that
 * writes it in two pieces is made to hold the second back until then (Nagle),
 * and the kernel, which waits for a reply of ours to put that into, takes 40
 * ms.  To be called before the wait.  Only TCP knows of it.
 */
void		input_hurry(const struct input *);

/* True if something is held that the client sent and nobody has read yet. */
bool		input_pending(const struct input *);

/* Forget what is held (at the switch to TLS: RFC 3207 4.2). */
void		input_discard(struct input *);

/* Milliseconds on the monotonic clock. */
int64_t		clock_ms(void);

#endif
