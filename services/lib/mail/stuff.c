/* stuff.c - dots and line ends of a message that is sent */

#include <string.h>

#include "mail/stuff.h"

/* How much of p is plain text up to the next CR or LF. */
static size_t
span(const char *p, size_t n)
{
	const char *lf = memchr(p, '\n', n), *cr;

	if (lf != NULL)
		n = (size_t)(lf - p);
	cr = memchr(p, '\r', n);
	return cr != NULL ? (size_t)(cr - p) : n;
}

void
stuff_write(struct output *out, const char *p, size_t n, bool *line_start)
{
	const char *end = p + n;

	while (p < end) {
		n = 1;
		if (*p == '\n') {
			output_bytes(out, "\r\n", 2);
			*line_start = true;
		} else if (*p != '\r') {	/* of a line's end, or bare */
			if (*line_start && *p == '.')
				output_bytes(out, ".", 1);
			*line_start = false;
			n = span(p, (size_t)(end - p));
			output_bytes(out, p, n);
		}
		p += n;
	}
}

void
stuff_end(struct output *out, bool line_start)
{
	output_text(out, line_start ? ".\r\n" : "\r\n.\r\n");
}
