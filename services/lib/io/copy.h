/*
 * copy.h - memcpy(3) for the short stretches that protocols are made of
 *
 * A libc's memcpy is made for long ones; musl's takes some thirty cycles to
 * start.  Most of what goes through our buffers is shorter than a line.
 */
#ifndef LABNET_IO_COPY_H
#define LABNET_IO_COPY_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { COPY_SHORT = 256 };

/* Copy n octets; the two must not overlap. */
static inline void
copy_octets(void *to, const void *from, size_t n)
{
	char *t = to;
	const char *f = from;
	uint64_t word;

	if (n > COPY_SHORT) {
		memcpy(to, from, n);
		return;
	}
	/* A memcpy of constant size is one instruction, not a call. */
	for (; n >= sizeof word; n -= sizeof word) {
		memcpy(&word, f, sizeof word);
		memcpy(t, &word, sizeof word);
		f += sizeof word;
		t += sizeof word;
	}
	if (n >= 4) {
		memcpy(t, f, 4);
		f += 4;
		t += 4;
		n -= 4;
	}
	if (n >= 2) {
		memcpy(t, f, 2);
		f += 2;
		t += 2;
		n -= 2;
	}
	if (n == 1)
		*t = *f;
}

#endif
