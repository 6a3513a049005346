/* letter.h - the text of a queued message, on its way out */

#ifndef LABNET_RELAY_LETTER_H
#define LABNET_RELAY_LETTER_H

#include <stdbool.h>
#include <sys/types.h>

#include "io/output.h"
#include "mail/message.h"

struct letter {
	int		 fd;
	off_t		 body;		/* where it starts in the file */
	long		 size;		/* its octets, LF as one */
	bool		 eight_bit;	/* some are beyond ASCII ... */
	bool		 eight_bit_header;	/* ... in its header already */
	bool		 seven;		/* it goes out in seven bits */
	void		*map;		/* all of the file, or NULL */
	size_t		 map_len;
	struct message	 parts;
};

/*
 * Learn what it is like.  False, with errno set, if it cannot be read.
 * letter_close() may be called in any case; the file stays open.
 */
bool	letter_open(struct letter *, int fd, off_t body);
void	letter_close(struct letter *);

/* Have it put in seven bits; size becomes that of the new text. */
enum letter_end { LETTER_OK, LETTER_NEVER, LETTER_LATER };
enum letter_end	letter_to_seven(struct letter *);

/*
 * Send it as the data of SMTP, with the dot behind it.  False if the file
 * cannot be read to its end: then the dot has not been sent.
 */
bool	letter_put(const struct letter *, struct output *);

#endif
