/*
 * line.h - find the end of a line, many octets at a time
 *
 * memchr(3) for the octets that matter in mail; a call of it a line is most
 * of the cost of short lines.
 */
#ifndef LABNET_MAIL_LINE_H
#define LABNET_MAIL_LINE_H

#include <stddef.h>

#include "io/group.h"

/* The first LF in [p, end), or NULL. */
static inline const char *
line_find_end(const char *p, const char *end)
{
	size_t n;

	for (; end - p >= GROUP; p += GROUP)
		if ((n = group_find(p, group_of('\n'))) < GROUP)
			return p + n;
	while (p < end && *p != '\n')
		p++;
	return p < end ? p : NULL;
}

#endif
