/* draft.c - zones.db being written, from its start to its end */

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "draft.h"
#include "io/copy.h"

void
draft_open(struct draft *out, int fd)
{
	out->fd = fd;
	out->error = 0;
	out->at = 0;
	out->used = 0;
}

/* Write at a place of the file. */
static void
write_all(struct draft *out, uint64_t at, const uint8_t *p, size_t len)
{
	while (len > 0 && out->error == 0) {
		ssize_t n = pwrite(out->fd, p, len, (off_t)at);

		if (n > 0) {
			p += n;
			at += (uint64_t)n;
			len -= (size_t)n;
		} else if (n == 0 || errno != EINTR) {
			out->error = n == 0 ? ENOSPC : errno;
		}
	}
}

/* What does not fit: block by block. */
static void
put_blocks(struct draft *out, const uint8_t *p, size_t len)
{
	size_t part;

	for (; len > 0; p += part, len -= part) {
		if (out->used == DRAFT_BLOCK)
			draft_flush(out);
		part = DRAFT_BLOCK - out->used;
		if (part > len)
			part = len;
		memcpy(out->buffer + out->used, p, part);
		out->used += part;
		out->at += part;
	}
}

void
draft_put(struct draft *out, const void *octets, size_t len)
{
	if (len > DRAFT_BLOCK - out->used) {
		put_blocks(out, octets, len);
		return;
	}
	copy_octets(out->buffer + out->used, octets, len);
	out->used += len;
	out->at += len;
}

void
draft_align(struct draft *out, size_t power)
{
	static const uint8_t zeros[64];

	draft_put(out, zeros, (power - out->at % power) % power);
}

bool
draft_flush(struct draft *out)
{
	write_all(out, out->at - out->used, out->buffer, out->used);
	out->used = 0;
	errno = out->error;
	return out->error == 0;
}

void
draft_patch(struct draft *out, uint64_t at, const void *octets, size_t len)
{
	uint64_t held = out->at - out->used;	/* begins in the buffer */
	size_t written = at >= held ? 0 : held - at < len ?
	    (size_t)(held - at) : len;
	const uint8_t *p = octets;

	write_all(out, at, p, written);
	if (written < len)
		memcpy(out->buffer + (at + written - held), p + written,
		    len - written);
}
