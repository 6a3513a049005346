/*
 * message.h - where the parts of a MIME message begin and end
 *
 * One pass over the text, no recursion; nothing is decoded or copied.  All
 * offsets are those of the text as stored, and each comes with the number of
 * line ends and of bare LFs in front of it, so the size on the wire (CR LF)
 * of anything between two marks is a subtraction.
 *
 * RFC 2046 5.1: a delimiter is a line that holds `--`, the boundary, perhaps
 * `--`, and nothing but blanks behind; the line end in front of it belongs to
 * it.  A boundary that is missing from its Content-Type makes a multipart
 * without parts.  A message that is nested deeper than MESSAGE_DEPTH_MAX, or
 * has more than MESSAGE_PARTS_MAX parts, keeps the rest in the last part.
 */
#ifndef LABNET_MAIL_MESSAGE_H
#define LABNET_MAIL_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>

enum {
	MESSAGE_DEPTH_MAX = 100,
	MESSAGE_PARTS_MAX = 10000
};

struct mark {
	size_t	at;		/* offset into the text */
	size_t	lines;		/* LFs in front of it */
	size_t	bare;		/* of these, how many lack the CR */
};

enum part_kind {
	PART_LEAF,
	PART_MULTIPART,		/* its children are its parts */
	PART_MESSAGE		/* message/rfc822: one child, the message */
};

struct part {
	struct mark	header, body, end;	/* body: behind the empty
						   line */
	enum part_kind	kind;
	bool		digest;			/* a multipart whose parts are
						   messages by default */
	unsigned	parent, child, next;	/* indices; 0: none */
};

struct message {
	const char	*text;
	size_t		 len;
	struct part	*part;	/* part[0] is the message itself */
	unsigned	 parts;
	unsigned	 room;
};

/* `= {0}` before the first use; the same one may be used again and again. */
int	message_parse(struct message *, const char *text, size_t len);
void	message_free(struct message *);

/*
 * Only the header: part[0] with end set behind its empty line.  Both return
 * 0, or -1 if there is no memory.
 */
int	message_parse_header(struct message *, const char *text, size_t len);

/* Octets on the wire between two marks. */
size_t	mark_size(const struct mark *from, const struct mark *to);

/*
 * The part of an IMAP section like 1.2.3 (RFC 3501 6.4.5): n numbers from 1.
 * A message that is no multipart has the part 1, its body.  NULL: none.
 */
const struct part *message_part(const struct message *,
    const unsigned *number, unsigned n);

#endif
