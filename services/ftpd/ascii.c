/*
 * ascii.c - line ends, sixteen octets at a time
 *
 * The job is memchr(3) and memcpy(3) in one pass, on the vectors that gcc and
 * clang know on every machine.  The two calls themselves, for each line, took
 * three times as long: lines are short, and a small libc has no vector code.
 */

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "ascii.h"

enum { GROUP = 16 };

typedef char	group __attribute__((vector_size(GROUP)));

/* Which octet of a word in memory is the first that is not zero? */
static size_t
first_set(uint64_t word)
{
	return (size_t)(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ?
	    __builtin_ctzll(word) : __builtin_clzll(word)) / 8;
}

/*
 * Copy a group, all of it, and say how many octets stand before the first
 * that is as those in wanted: GROUP if none is.
 */
static size_t
copy_until(char *to, const char *in, group wanted)
{
	uint64_t half[2];
	group octets, found;

	memcpy(&octets, in, GROUP);
	memcpy(to, &octets, GROUP);
	found = (group)(octets == wanted);
	memcpy(half, &found, GROUP);
	if (half[0] != 0)
		return first_set(half[0]);
	return half[1] != 0 ? 8 + first_set(half[1]) : GROUP;
}

/*
 * In both directions there is room for a whole group while there is one to be
 * read: out is never behind by more than in is from its end.
 */
size_t
ascii_encode(char *out, const char *in, size_t n)
{
	const group lf = { '\n', '\n', '\n', '\n', '\n', '\n', '\n', '\n',
	    '\n', '\n', '\n', '\n', '\n', '\n', '\n', '\n' };
	const char *end = in + n;
	char *to = out;
	size_t moved;

	while (end - in >= GROUP) {
		moved = copy_until(to, in, lf);
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
	const group crs = { '\r', '\r', '\r', '\r', '\r', '\r', '\r', '\r',
	    '\r', '\r', '\r', '\r', '\r', '\r', '\r', '\r' };
	const char *last;	/* so that there always is a next octet */
	char *to = out;
	size_t moved;

	if (n == 0)
		return 0;
	last = in + n - 1;
	if (*cr && *in != '\n')
		*to++ = '\r';
	while (last - in >= GROUP) {
		moved = copy_until(to, in, crs);
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
