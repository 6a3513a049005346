/*
 * mail_queue.c - any text as the envelope of a queued message
 *
 * fuzz: services/lib/mail/queue.c services/lib/mail/path.c
 * fuzz: services/lib/mail/utf8.c
 * fuzz: services/lib/mail/parameter.c services/lib/io/buf.c
 */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "mail/queue.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct queue_message m, again;
	struct buf b = { 0 };

	if (!queue_parse(&m, (const char *)data, size))
		return 0;
	if (m.n == 0 || m.body <= 0 || (size_t)m.body > size)
		abort();
	/* What was understood is written in the same way again. */
	if (queue_begin(&b, m.arrived, m.from, &m.with) == -1)
		abort();
	for (size_t i = 0; i < m.n; i++)
		if (queue_add(&b, &m.to[i]) == -1)
			abort();
	if (queue_end(&b) == -1 || !queue_parse(&again, b.s, b.len) ||
	    again.body > m.body || again.n != m.n)
		abort();
	buf_free(&b);
	return 0;
}
