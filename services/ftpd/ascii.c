/* ascii.c - line ends, a line at a time */

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "ascii.h"

size_t
ascii_encode(char *out, const char *in, size_t n)
{
	const char *end = in + n, *lf;
	char *to = out;

	while ((lf = memchr(in, '\n', (size_t)(end - in))) != NULL) {
		memcpy(to, in, (size_t)(lf - in));
		to += lf - in;
		*to++ = '\r';
		*to++ = '\n';
		in = lf + 1;
	}
	memcpy(to, in, (size_t)(end - in));
	return (size_t)(to + (end - in) - out);
}

size_t
ascii_decode(char *out, const char *in, size_t n, bool *cr)
{
	const char *end = in + n, *from = in, *found;
	char *to = out;

	if (n == 0)
		return 0;
	if (*cr && *in != '\n')
		*to++ = '\r';
	*cr = false;
	/* from: not yet moved; in: not yet searched. */
	while ((found = memchr(in, '\r', (size_t)(end - in))) != NULL) {
		in = found + 1;
		*cr = in == end;
		if (*cr || *in == '\n') {
			memcpy(to, from, (size_t)(found - from));
			to += found - from;
			from = in;
		}
	}
	memcpy(to, from, (size_t)(end - from));
	return (size_t)(to + (end - from) - out);
}

off_t
ascii_size(int fd)
{
	char block[16384];
	const char *p;
	off_t size = 0;
	ssize_t n;

	while ((n = read(fd, block, sizeof block)) != 0) {
		if (n == -1 && errno != EINTR)
			return -1;
		if (n == -1)
			continue;
		size += n;
		for (p = block; (p = memchr(p, '\n',
		    (size_t)(block + n - p))) != NULL; p++)
			size++;
	}
	return size;
}
