/* send.c - a message on its way out, line by line */

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "mail/line.h"
#include "pop3d.h"

enum { BLOCK = 65536 };

/* Where we are in the message. */
struct progress {
	struct output	*out;
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

/*
 * Copy text up to the LF, or as far as there is text and room; where it
 * stopped.  Eight octets at a time: looking for the LF and copying are one.
 */
static const char *
copy(struct output *out, const char *text, const char *end)
{
	char *to = out->buf + out->len, *last = out->buf + sizeof out->buf;
	uint64_t word;

	while (end - text >= (ptrdiff_t)sizeof word &&
	    last - to >= (ptrdiff_t)sizeof word) {
		memcpy(&word, text, sizeof word);
		if (word_has(word, '\n'))
			break;
		memcpy(to, &word, sizeof word);
		text += sizeof word;
		to += sizeof word;
	}
	while (text < end && to < last && *text != '\n')
		*to++ = *text++;
	out->len = (size_t)(to - out->buf);
	return text;
}

/* The LF of a line, as CR LF. */
static void
end_line(struct progress *p)
{
	bool cr = p->line > 0 && p->last == '\r';

	output_text(p->out, cr ? "\n" : "\r\n");
	p->octets += cr ? 1 : 2;
	if (p->body)
		p->lines--;
	else
		p->body = p->line == (cr ? 1 : 0);
	p->line = 0;
}

static void
put_block(struct progress *p, const char *text, size_t n)
{
	const char *end = text + n, *start;

	while (text < end && !is_done(p) && p->out->error == 0) {
		if (p->line == 0 && *text == '.')
			output_bytes(p->out, ".", 1);
		if (p->out->len == sizeof p->out->buf)
			output_flush(p->out);
		start = text;
		text = copy(p->out, text, end);
		if (text > start) {
			p->line += (size_t)(text - start);
			p->octets += text - start;
			p->last = text[-1];
		}
		if (text < end && *text == '\n') {
			end_line(p);
			text++;
		}
	}
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

ssize_t
send_prepare(int fd)
{
	return read_block(fd);
}

bool
send_is_changed(const struct session *s, ssize_t n)
{
	return !s->utf8 && surrogate_wanted(block, (size_t)n) > 0;
}

/*
 * The header in front of the block, changed.  What of it does not fit into
 * the block, 64 KiB of header, goes as it is.  0, or -1.
 */
static int
put_surrogate(struct progress *p, size_t n)
{
	struct buf b = { 0 };
	int status = surrogate_make(&b, block, n);

	if (status == 0 && b.len > 0)
		put_block(p, b.s, b.len);
	buf_free(&b);
	return status;
}

int
send_message(struct session *s, int fd, ssize_t n, uint64_t lines,
    struct sent *sent)
{
	struct progress p = { .out = &s->out, .lines = lines };
	size_t done = s->utf8 ? 0 : surrogate_wanted(block, (size_t)n);

	if (done > 0 && put_surrogate(&p, done) == -1)
		return -1;
	for (; n > 0 && s->out.error == 0; n = read_block(fd), done = 0) {
		put_block(&p, block + done, (size_t)n - done);
		if (is_done(&p))
			break;
	}
	if (n == -1)
		return -1;
	/* A last line without its end gets one, or the dot would join it. */
	*sent = (struct sent){ p.octets, p.line > 0 };
	if (p.line > 0)
		output_text(&s->out, "\r\n");
	return s->out.error == 0 ? 0 : -1;
}
