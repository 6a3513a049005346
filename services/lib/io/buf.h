/*
 * buf.h - octets that grow up to a limit
 *
 * For text whose length is the client's: literals, lists, names.  `= {0}`
 * with a limit is empty and owns nothing.  Every function that grows returns
 * 0, or -1 with errno set (ENOMEM; EMSGSIZE beyond the limit) and the buffer
 * as it was.  The text is always closed by a NUL that len does not count.
 */
#ifndef LABNET_IO_BUF_H
#define LABNET_IO_BUF_H

#include <stddef.h>

struct buf {
	char	*s;		/* NULL while nothing was ever added */
	size_t	 len;
	size_t	 room;		/* allocated octets */
	size_t	 limit;		/* most octets of text; 0: no limit */
};

int	buf_add(struct buf *, const void *, size_t);
int	buf_text(struct buf *, const char *);
int	buf_format(struct buf *, const char *fmt, ...)
	    __attribute__((format(printf, 2, 3)));
/* Room for n more octets behind len, to be counted in by the caller. */
int	buf_reserve(struct buf *, size_t n);
void	buf_clear(struct buf *);	/* empty, memory kept */
void	buf_free(struct buf *);

#endif
