/*
 * control.h - the control connection: command lines in, replies out
 *
 * It speaks Telnet as RFC 959 2.3 and RFC 1123 4.1.2.12 want it: options are
 * refused, IAC IAC is one octet 255, Synch and IP pass without a trace, and
 * CR NUL is a CR that belongs to a name (RFC 2640 3.1).  Urgent data arrives
 * in its place in the stream.
 *
 * A line that comes while a transfer runs is kept and answered after it, in
 * order; what must not wait (ABOR, STAT) is picked out by control_listen()'s
 * caller.  When the queue is full nothing more is read: the client's own
 * socket is the rest of the queue.  Nothing here allocates.
 */
#ifndef FTPD_CONTROL_H
#define FTPD_CONTROL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "io/input.h"
#include "io/output.h"

enum {
	CONTROL_LINE = 4608,	/* octets of a command: a PATH_MAX name fits */
	CONTROL_QUEUE = 2 * CONTROL_LINE,
	CONTROL_WRITE_SECONDS = 60	/* a client that reads no reply */
};

struct control {
	struct input	 in;
	struct output	 out;
	/* The line being put together. */
	enum { TELNET_TEXT, TELNET_CR, TELNET_CR_NUL, TELNET_IAC,
	    TELNET_WILL, TELNET_DO, TELNET_IGNORE, TELNET_SUB,
	    TELNET_SUB_IAC } telnet;
	enum input_end	 wrong;		/* INPUT_OK, or why it is refused */
	size_t		 len;
	char		 line[CONTROL_LINE];
	char		 current[CONTROL_LINE];	/* the one being answered */
	/* Lines that wait: each a reason octet, the text and a NUL. */
	size_t		 queued;
	char		 queue[CONTROL_QUEUE];
	enum input_end	 ended;		/* INPUT_OK until the client is gone */
};

/* exact: see input.h; the login half's way to read. */
void	control_init(struct control *, int in, int out, bool exact);

/* Forget what the client has sent so far. */
void		control_reset(struct control *);

/*
 * The next line, closed by NUL and good until the next control_line(), within
 * so many seconds.  INPUT_LONG and INPUT_NUL: a whole line, to be refused.
 */
enum input_end	control_line(struct control *, int seconds, char **line);

/* True if more can be read: poll for it, or call control_listen() at once. */
bool		control_wants_input(const struct control *);

/*
 * Take what has arrived, without waiting for more.  INPUT_OK, INPUT_LONG or
 * INPUT_NUL: a line, *line, which control_keep() may put into the queue;
 * INPUT_LATE: no whole line yet; else the client is gone.
 */
enum input_end	control_listen(struct control *, char **line);
void		control_keep(struct control *, enum input_end how);

/* True if a line that waits has the given verb. */
bool		control_waits(const struct control *, const char *verb);

#endif
