/*
 * textfile.h - a whole message file as one stretch of memory
 *
 * Small files are read into a block that is used again and again; larger
 * ones are mapped, so that only what is looked at comes into memory.  A
 * mapped file that another program cuts short raises SIGBUS: the program
 * decides what that means (maildir files are never changed once written).
 */
#ifndef LABNET_MAIL_TEXTFILE_H
#define LABNET_MAIL_TEXTFILE_H

#include <stddef.h>

enum { TEXTFILE_BLOCK = 65536 };	/* what counts as small */

struct textfile {
	const char	*text;		/* never NULL after a read */
	size_t		 len;
	void		*map;		/* NULL: in the block */
	char		*block;		/* its own, from malloc(3) */
};

/*
 * `= {0}` before the first read.  A read ends the one before.  0, or -1 with
 * errno set.  The descriptor is not needed any more afterwards.
 */
int	textfile_read(struct textfile *, int fd);
void	textfile_free(struct textfile *);

#endif
