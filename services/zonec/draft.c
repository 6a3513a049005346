/* draft.c - zones.db being written, from its start to its end */

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "draft.h"

void
draft_open(struct draft *out, int fd)
{
	out->fd = fd;
	out->error = 0;
	out->at = 0;
	out->used = 0;
}

static void
write_all(struct draft *out, const uint8_t *p, size_t len)
{
	while (len > 0 && out->error == 0) {
		ssize_t n = write(out->fd, p, len);

		if (n > 0) {
			p += n;
			len -= (size_t)n;
		} else if (n == 0 || errno != EINTR) {
			out->error = n == 0 ? ENOSPC : errno;
		}
	}
}

void
draft_put(struct draft *out, const void *octets, size_t len)
{
	out->at += len;
	if (len > sizeof out->buffer - out->used) {
		write_all(out, out->buffer, out->used);
		out->used = 0;
	}
	if (len > sizeof out->buffer) {
		write_all(out, octets, len);
		return;
	}
	memcpy(out->buffer + out->used, octets, len);
	out->used += len;
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
	write_all(out, out->buffer, out->used);
	out->used = 0;
	errno = out->error;
	return out->error == 0;
}

void
draft_patch(struct draft *out, uint64_t at, const void *octets, size_t len)
{
	const uint8_t *p = octets;

	while (draft_flush(out) && len > 0) {
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
