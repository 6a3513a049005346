/* wire.c - LF to CR LF, by the line and never by the octet */

#include <string.h>

#include "mail/wire.h"

size_t
wire_bare(const char *text, size_t len)
{
	const char *p = text, *end = text + len, *lf;
	size_t n = 0;

	while (p < end && (lf = memchr(p, '\n', (size_t)(end - p))) != NULL) {
		if (lf == text || lf[-1] != '\r')
			n++;
		p = lf + 1;
	}
	return n;
}

size_t
wire_size(const char *text, size_t len)
{
	return len + wire_bare(text, len);
}

/* What is still to be left out and to be sent. */
struct window {
	struct output	*out;
	size_t		 skip, count;
};

static void
put(struct window *w, const char *p, size_t n)
{
	const char *nul;
	size_t part;

	if (w->skip >= n) {
		w->skip -= n;
		return;
	}
	p += w->skip;
	n -= w->skip;
	w->skip = 0;
	if (n > w->count)
		n = w->count;
	w->count -= n;
	while ((nul = memchr(p, '\0', n)) != NULL) {
		part = (size_t)(nul - p);
		output_bytes(w->out, p, part);
		output_bytes(w->out, "\x80", 1);
		p += part + 1;
		n -= part + 1;
	}
	output_bytes(w->out, p, n);
}

void
wire_write(struct output *out, const char *text, size_t len, size_t skip,
    size_t count)
{
	struct window w = { out, skip, count };
	const char *p = text, *end = text + len, *lf;

	while (p < end && w.count > 0 && out->error == 0) {
		lf = memchr(p, '\n', (size_t)(end - p));
		if (lf == NULL) {
			put(&w, p, (size_t)(end - p));
			return;
		}
		if (lf > text && lf[-1] == '\r') {
			put(&w, p, (size_t)(lf + 1 - p));
		} else {
			put(&w, p, (size_t)(lf - p));
			put(&w, "\r\n", 2);
		}
		p = lf + 1;
	}
}
