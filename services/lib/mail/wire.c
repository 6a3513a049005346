/*
 * wire.c - LF to CR LF
 *
 * Text is converted a group at a time where none of it is a LF or a NUL,
 * straight into the output's buffer.
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

/* Copy a group; how many octets stand before its first LF or NUL. */
static inline size_t
copy_plain(char *to, const char *from)
{
	const group lf = group_of('\n'), nul = group_of('\0');
	group octets;

	memcpy(&octets, from, GROUP);
	memcpy(to, &octets, GROUP);
	return group_first((group)(octets == lf) | (group)(octets == nul));
}

/* At most room octets of wire form; how many they are. */
static size_t
convert(struct source *s, char *to, size_t room)
{
	const char *p = s->p, *end = s->end;
	char *t = to, *last = to + room;
	size_t n;

	while (p < end && last - t >= 2) {
		/* One octet more, for there may be a CR to be added. */
		if (end - p >= GROUP && last - t > GROUP) {
			n = copy_plain(t, p);
			p += n;
			t += n;
			if (n == GROUP)
				continue;
		}
		if (*p == '\n' && (p > s->p ? p[-1] : s->before) != '\r')
			*t++ = '\r';
		*t++ = *p == '\0' ? (char)0x80 : *p;
		p++;
	}
	if (p > s->p)
		s->before = p[-1];
	s->p = p;
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
