/* savedate.c - when a message came into its mailbox (RFC 8514) */

#include "imapd.h"

/*
 * A file gets its name, which begins with the time, when it comes into the
 * folder: in a delivery, an APPEND, a COPY or a MOVE.
 */
bool
savedate_of(const struct mail *m, time_t *date)
{
	int64_t n = 0;
	size_t i;

	for (i = 0; i < m->base_len && m->base[i] >= '0' &&
	    m->base[i] <= '9' && n < INT32_MAX; i++)
		n = n * 10 + (m->base[i] - '0');
	if (i == 0 || i == m->base_len || m->base[i] != '.')
		return false;
	*date = (time_t)n;
	return true;
}
