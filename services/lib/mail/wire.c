/*
 * wire.c - LF to CR LF
 *
 * Text is converted eight octets at a time where none of them is a LF or a
 * NUL, straight into the output's buffer.
 */

#include "mail/line.h"
#include "mail/wire.h"

size_t
wire_bare(const char *text, size_t len)
{
	const char *p = text, *end = text + len, *lf;
	size_t n = 0;

	for (; (lf = line_find_end(p, end)) != NULL; p = lf + 1)
		n += lf == text || lf[-1] != '\r';
	return n;
}

size_t
wire_size(const char *text, size_t len)
{
	return len + wire_bare(text, len);
}

/* Text on its way; `before` is the octet in front of p. */
struct source {
	const char	*p, *end;
	char		 before;
};

/* At most room octets of wire form; how many they are. */
static size_t
convert(struct source *s, char *to, size_t room)
{
	char *t = to, *last = to + room;
	uint64_t word;

	while (s->p < s->end && last - t >= 2) {
		while (s->end - s->p >= 8 && last - t >= 8) {
			memcpy(&word, s->p, sizeof word);
			if (word_has(word, '\n') || word_has(word, '\0'))
				break;
			memcpy(t, &word, sizeof word);
			s->before = s->p[7];
			s->p += sizeof word;
			t += sizeof word;
		}
		/* The rest, or up to behind the odd octet. */
		while (s->p < s->end && last - t >= 2) {
			if (*s->p == '\n' && s->before != '\r')
				*t++ = '\r';
			*t++ = *s->p == '\0' ? (char)0x80 : *s->p;
			s->before = *s->p++;
			if (s->before == '\n' || s->before == '\0')
				break;
		}
	}
	return (size_t)(t - to);
}

void
wire_write(struct output *out, const char *text, size_t len, size_t skip,
    size_t count)
{
	struct source s = { text, text + len, '\0' };
	char block[512];
	size_t n, room;

	for (; skip > 0 && s.p < s.end; skip -= n) {
		room = skip < sizeof block ? skip : sizeof block;
		if (room < 2)
			break;
		n = convert(&s, block, room);
	}
	while (s.p < s.end && count > 0 && out->error == 0) {
		if (skip > 0 || count < 2) {
			/* Here a CR LF may be cut in two. */
			n = convert(&s, block, 2);
			n -= skip;
			if (n > count)
				n = count;
			output_bytes(out, block + skip, n);
			skip = 0;
			count -= n;
			continue;
		}
		if (sizeof out->buf - out->len < sizeof block)
			output_flush(out);
		room = sizeof out->buf - out->len;
		n = convert(&s, out->buf + out->len,
		    room < count ? room : count);
		out->len += n;
		count -= n;
	}
}
