/* send.c - a message on its way out, line by line */

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "io/group.h"
#include "pop3d.h"

enum { BLOCK = 65536 };

/* Where we are in the message. */
struct progress {
	uint64_t	 lines;		/* of the body still to go */
	bool		 body;		/* the empty line has been passed */
	size_t		 line;		/* octets of this line so far */
	char		 last;		/* of these */
	int64_t		 octets;	/* sent, but for stuffed dots */
};

static bool
is_done(const struct progress *p)
{
	return p->body && p->line == 0 && p->lines == 0;
}

/* Copy up to the LF, or n octets; how many. */
static inline size_t
copy(char *to, const char *text, size_t n)
{
	const group lf = group_of('\n');
	size_t done = 0, step;

	while (n - done >= GROUP) {
		step = group_copy_until(to + done, text + done, lf);
		done += step;
		if (step < GROUP)
			return done;
	}
	for (; done < n && text[done] != '\n'; done++)
		to[done] = text[done];
	return done;
}

/* The LF of a line, as CR LF; where that ends. */
static char *
end_line(struct progress *p, char *to)
{
	bool cr = p->line > 0 && p->last == '\r';

	*to = '\r';
	to += !cr;
	*to++ = '\n';
	p->octets += 1 + !cr;
	p->lines -= p->body;
	p->body |= p->line == cr;
	p->line = 0;
	return to;
}

/*
 * What is sent is put together right in the output's buffer, with the state
 * in a copy: a store of an octet could be one to anything that has an address.
 */
static void
put_block(struct output *out, struct progress *state, const char *text,
    size_t n)
{
	enum { LF = 2, ROOM = 1 + GROUP + LF };	/* with a stuffed dot */
	const char *end = text + n;
	struct progress p = *state;
	char *to = out->buf + out->len, *last = out->buf + sizeof out->buf;

	while (text < end && !is_done(&p)) {
		if (last - to < ROOM) {
			out->len = (size_t)(to - out->buf);
			if (output_flush(out) == -1)
				break;
			to = out->buf;
		}
		if (p.line == 0 && *text == '.')
			*to++ = '.';
		n = (size_t)(last - LF - to < end - text ? last - LF - to :
		    end - text);
		n = copy(to, text, n);
		to += n;
		text += n;
		p.line += n;
		p.octets += (int64_t)n;
		if (n > 0)
			p.last = text[-1];
		if (text < end && *text == '\n') {
			to = end_line(&p, to);
			text++;
		}
	}
	if (out->error == 0)
		out->len = (size_t)(to - out->buf);
	*state = p;
}

static char block[BLOCK];

static ssize_t
read_block(int fd)
{
	ssize_t n;

	do
		n = read(fd, block, sizeof block);
	while (n == -1 && errno == EINTR);
	return n;
}

int
send_prepare(const struct session *s, struct letter *l, int fd)
{
	l->fd = fd;
	l->n = read_block(fd);
	l->header = l->n == -1 || s->utf8 ? 0 :
	    surrogate_wanted(block, (size_t)l->n);
	return l->n == -1 ? -1 : 0;
}

/*
 * The header in front of the block, changed.  What of it does not fit into
 * the block, 64 KiB of header, goes as it is.  0, or -1.
 */
static int
put_surrogate(struct output *out, struct progress *p, size_t n)
{
	struct buf b = { 0 };
	int status = surrogate_make(&b, block, n);

	if (status == 0 && b.len > 0)
		put_block(out, p, b.s, b.len);
	buf_free(&b);
	return status;
}

int
send_message(struct session *s, struct letter *l, uint64_t lines)
{
	struct progress p = { .lines = lines };
	size_t done = l->header;

	if (done > 0 && put_surrogate(&s->out, &p, done) == -1)
		return -1;
	while (l->n > 0) {
		put_block(&s->out, &p, block + done, (size_t)l->n - done);
		if (is_done(&p) || s->out.error != 0)
			break;
		/* Also after a short one: a broken disk may be why. */
		l->n = read_block(l->fd);
		done = 0;
	}
	if (l->n == -1)
		return -1;
	/* A last line without its end gets one, or the dot would join it. */
	l->octets = p.octets;
	l->open = p.line > 0;
	if (l->open)
		output_text(&s->out, "\r\n");
	return s->out.error == 0 ? 0 : -1;
}
