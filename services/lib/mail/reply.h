/*
 * reply.h - what an SMTP server says: RFC 5321 4.2
 */
#ifndef LABNET_MAIL_REPLY_H
#define LABNET_MAIL_REPLY_H

#include "io/input.h"

enum {
	REPLY_TEXT_SIZE = 1024,	/* kept of a reply: a first line may be cut,
				   of the others those that fit whole */
	REPLY_LINES_MAX = 100,	/* a longer reply is no reply */
	REPLY_LINE_SIZE = 2048	/* octets of a line: 4.5.3.1.5 asks for 512 */
};

struct reply {
	int		code;		/* 200 to 599, or 0: there was none */
	unsigned	lines;
	size_t		len;
	char		text[REPLY_TEXT_SIZE];	/* its lines, LF between them,
					   without the codes */
};

enum reply_end { REPLY_WHOLE, REPLY_MORE, REPLY_BAD };

/* Begin anew, then add line by line until it is whole, or bad. */
void		reply_begin(struct reply *);
enum reply_end	reply_add(struct reply *, const char *line);

/*
 * Read a whole reply, which may take so many seconds in all, however it
 * drips.  False if none came: code is 0 and text says why.
 */
bool	reply_read(struct reply *, struct input *, int seconds);

#endif
