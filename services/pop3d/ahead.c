/*
 * ahead.c - the next messages, for a client that takes one after the other
 *
 * A message that is not in memory costs a wait for the disk.  A disk can do
 * many things at a time, so after a wait the kernel is told of those that come
 * next.  While nothing has to be waited for this costs nothing.
 */

#include <time.h>

#include "pop3d.h"

enum {
	SLOW = 100000,		/* ns: more than to read from memory */
	MESSAGES = 32,
	OCTETS = 4 << 20
};

int64_t
ahead_clock(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

void
ahead_note(struct session *s, size_t i, int64_t took)
{
	struct ahead *a = &s->ahead;
	bool in_turn = i == a->next;
	size_t n = i + 1 > a->told ? i + 1 : a->told;
	int64_t octets = 0;

	a->next = i + 1;
	if (!in_turn || took < SLOW)
		return;
	for (; n < s->box.count && n <= i + MESSAGES && octets < OCTETS; n++) {
		if (is_deleted(s, n))
			continue;
		mail_prefetch(&s->box, &s->box.msg[n]);
		octets += s->box.msg[n].wire;
	}
	a->told = n;
}
