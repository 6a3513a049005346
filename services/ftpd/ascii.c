/* ascii.c - line ends, sixteen octets at a time */

#include <errno.h>
#include <unistd.h>

#include "ascii.h"
#include "io/group.h"

/*
 * In both directions there is room for a whole group while there is one to be
 * read: out is never behind by more than in is from its end.
 */
size_t
ascii_encode(char *out, const char *in, size_t n)
{
	const group lf = group_of('\n');
	const char *end = in + n;
	char *to = out;
	size_t moved;

	while (end - in >= GROUP) {
		moved = group_copy_until(to, in, lf);
		to += moved;
		in += moved;
		if (moved < GROUP) {
			*to++ = '\r';
			*to++ = *in++;
		}
	}
	for (; in < end; in++) {
		if (*in == '\n')
			*to++ = '\r';
		*to++ = *in;
	}
	return (size_t)(to - out);
}

size_t
ascii_decode(char *out, const char *in, size_t n, bool *cr)
{
	const group crs = group_of('\r');
	const char *last;	/* so that there always is a next octet */
	char *to = out;
	size_t moved;

	if (n == 0)
		return 0;
	last = in + n - 1;
	if (*cr && *in != '\n')
		*to++ = '\r';
	while (last - in >= GROUP) {
		moved = group_copy_until(to, in, crs);
		to += moved;
		in += moved;
		/* The CR has been copied, and is kept by stepping over it. */
		if (moved < GROUP)
			to += *++in != '\n';
	}
	for (; in < last; in++)
		if (in[0] != '\r' || in[1] != '\n')
			*to++ = *in;
	*cr = *last == '\r';
	if (!*cr)
		*to++ = *last;
	return (size_t)(to - out);
}

off_t
ascii_size(int fd)
{
	char block[16384];
	off_t size = 0;
	ssize_t n, i;

	while ((n = read(fd, block, sizeof block)) != 0) {
		if (n == -1 && errno != EINTR)
			return -1;
		for (i = 0; i < n; i++)
			size += 1 + (block[i] == '\n');
	}
	return size;
}
