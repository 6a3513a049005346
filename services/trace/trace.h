/*
 * trace.h - a dialogue as the textbook writes it
 *
 *	S: 220 hamburger.edu
 *	C: HELO crepes.fr
 *
 * Lines go to a file as soon as they are whole.  Bytes that do not print are
 * written as \xNN.  What a client says as a secret is written as ****: the
 * argument of PASS, and all from LOGIN, AUTH, AUTHENTICATE or APOP until the
 * server has answered.  Its requests to go on, "+" and "334", are no answers;
 * behind one of them what comes is a secret even if there was an answer, to a
 * command in front, since the last word of the client.
 */
#ifndef TRACE_H
#define TRACE_H

#include <stdbool.h>
#include <stddef.h>

enum { TRACE_LINE = 1024, TRACE_MAX = 1 << 20 };	/* bytes: line, file */

struct side {
	char		 mark;			/* 'C' or 'S' */
	char		 line[TRACE_LINE];	/* the part there is */
	size_t		 len;
};

struct trace {
	int		 fd;
	size_t		 written;	/* no more than TRACE_MAX */
	bool		 secret;	/* the client is saying one */
	bool		 began;		/* its last open line began one */
	struct side	 client, server;
};

void	trace_begin(struct trace *, int fd);

/* Note what one side has said. */
void	trace_client(struct trace *, const char *bytes, size_t len);
void	trace_server(struct trace *, const char *bytes, size_t len);

/* Write what is left of unfinished lines. */
void	trace_end(struct trace *);
#endif
