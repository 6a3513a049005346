/* stuff.c - dots and line ends of a message that is sent */

#include <string.h>

#include "mail/stuff.h"

void
stuff_write(struct output *out, const char *p, size_t n, bool *line_start)
{
	const char *end = p + n, *stop;

	while (p < end) {
		if (*line_start && *p == '.')
			output_bytes(out, ".", 1);
		*line_start = false;
		stop = memchr(p, '\n', (size_t)(end - p));
		if (stop == NULL)
			stop = end;
		/* A bare CR could pass for a line's end somewhere. */
		for (const char *cr; (cr = memchr(p, '\r',
		    (size_t)(stop - p))) != NULL; p = cr + 1)
			output_bytes(out, p, (size_t)(cr - p));
		output_bytes(out, p, (size_t)(stop - p));
		if (stop < end) {
			output_bytes(out, "\r\n", 2);
			*line_start = true;
			stop++;
		}
		p = stop;
	}
}

void
stuff_end(struct output *out, bool line_start)
{
	output_text(out, line_start ? ".\r\n" : "\r\n.\r\n");
}
