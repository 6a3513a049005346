/* control.c - Telnet's view of a command line, and the queue of lines */

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "control.h"

/* RFC 854: what may follow IAC, and what answers it. */
enum { SE = 240, SB = 250, WILL = 251, WONT = 252, DO = 253, DONT = 254,
    IAC = 255 };

void
control_init(struct control *c, int in, int out, bool exact)
{
	int on = 1;

	output_init(&c->out, out, CONTROL_WRITE_SECONDS);
	input_init(&c->in, in, 0, &c->out);
	c->in.exact = exact;
	c->ended = INPUT_OK;
	control_reset(c);
	/*
	 * Each of these fails on a pipe and is no loss there.  Without
	 * NODELAY a 226 waits 40 ms for the acknowledgement of its 150.
	 */
	(void)setsockopt(in, SOL_SOCKET, SO_OOBINLINE, &on, sizeof on);
	(void)setsockopt(in, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
	(void)setsockopt(out, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

void
control_reset(struct control *c)
{
	input_discard(&c->in);
	c->telnet = TELNET_TEXT;
	c->wrong = INPUT_OK;
	c->len = c->queued = 0;
}

static void
add(struct control *c, unsigned char octet)
{
	if (c->len == sizeof c->line - 1)
		c->wrong = INPUT_LONG;
	else
		c->line[c->len++] = (char)octet;
}

/* Refuse a Telnet option that the client offers or asks for. */
static void
refuse_option(struct control *c, int answer, unsigned char option)
{
	unsigned char reply[3] = { IAC, (unsigned char)answer, option };

	output_bytes(&c->out, reply, sizeof reply);
}

/* The octet behind an IAC. */
static void
after_iac(struct control *c, unsigned char octet)
{
	c->telnet = octet == WILL ? TELNET_WILL : octet == DO ? TELNET_DO :
	    octet == WONT || octet == DONT ? TELNET_IGNORE :
	    octet == SB ? TELNET_SUB : TELNET_TEXT;
	if (octet == IAC)
		add(c, IAC);
}

/*
 * An octet of text.  A line ends at LF, for netcat's sake without a CR too;
 * only a LF right behind CR NUL is part of a name (RFC 2640 3.1).
 */
static bool
text(struct control *c, unsigned char octet)
{
	bool after_cr = c->telnet == TELNET_CR;
	bool in_name = c->telnet == TELNET_CR_NUL;

	c->telnet = TELNET_TEXT;
	if (octet == '\n' && !in_name)
		return true;
	if (after_cr)
		add(c, '\r');
	if (octet == '\0' && after_cr) {
		c->telnet = TELNET_CR_NUL;
	} else if (octet == '\0') {
		c->wrong = INPUT_NUL;
	} else if (octet == '\r') {
		c->telnet = TELNET_CR;
	} else if (octet == IAC) {
		c->telnet = TELNET_IAC;
	} else {
		add(c, octet);
	}
	return false;
}

/* One octet from the client.  True if it ends a line. */
static bool
feed(struct control *c, unsigned char octet)
{
	switch (c->telnet) {
	case TELNET_TEXT:
	case TELNET_CR:
	case TELNET_CR_NUL:
		return text(c, octet);
	case TELNET_IAC:
		after_iac(c, octet);
		return false;
	case TELNET_WILL:
		refuse_option(c, DONT, octet);
		break;
	case TELNET_DO:
		refuse_option(c, WONT, octet);
		break;
	case TELNET_IGNORE:
		break;
	case TELNET_SUB:
		if (octet == IAC)
			c->telnet = TELNET_SUB_IAC;
		return false;
	case TELNET_SUB_IAC:
		c->telnet = octet == SE ? TELNET_TEXT : TELNET_SUB;
		return false;
	}
	c->telnet = TELNET_TEXT;
	return false;
}

/*
 * Feed what one read brought.  INPUT_LATE: no line is whole yet.  A line
 * stays in c->line until the next call, which starts a new one.
 */
static enum input_end
read_some(struct control *c, char **line)
{
	const char *p;
	size_t n, i = 0;
	bool whole = false;
	enum input_end end;

	end = input_peek(&c->in, &p, &n);
	if (end != INPUT_OK)
		return end;
	while (i < n && !whole)
		whole = feed(c, (unsigned char)p[i++]);
	input_skip(&c->in, i);
	if (!whole)
		return INPUT_LATE;
	end = c->wrong;
	c->line[end == INPUT_OK ? c->len : 0] = '\0';
	c->wrong = INPUT_OK;
	c->len = 0;
	*line = c->line;
	return end;
}

/* The oldest line of the queue. */
static enum input_end
unqueue(struct control *c)
{
	enum input_end how = (enum input_end)c->queue[0];
	size_t n = strlen(c->queue + 1) + 1;

	memcpy(c->current, c->queue + 1, n);
	c->queued -= n + 1;
	memmove(c->queue, c->queue + n + 1, c->queued);
	return how;
}

enum input_end
control_line(struct control *c, int seconds, char **line)
{
	int64_t until = clock_ms() + seconds * 1000L, left;
	enum input_end end;
	char *whole;

	*line = c->current;
	if (c->queued > 0)
		return unqueue(c);
	if (c->ended != INPUT_OK)
		return c->ended;
	do {
		left = until - clock_ms();
		if (left <= 0)
			return INPUT_LATE;
		c->in.seconds = (int)((left + 999) / 1000);
		end = read_some(c, &whole);
	} while (end == INPUT_LATE);
	if (end == INPUT_OK)
		memcpy(c->current, whole, strlen(whole) + 1);
	return end;
}

bool
control_wants_input(const struct control *c)
{
	return c->ended == INPUT_OK &&
	    c->queued + CONTROL_LINE + 1 <= sizeof c->queue;
}

enum input_end
control_listen(struct control *c, char **line)
{
	enum input_end end = read_some(c, line);

	if (end == INPUT_EOF || end == INPUT_FAILED)
		c->ended = end;
	return end;
}

void
control_keep(struct control *c, enum input_end how)
{
	size_t n = strlen(c->line) + 1;

	c->queue[c->queued++] = (char)how;
	memcpy(c->queue + c->queued, c->line, n);
	c->queued += n;
}

bool
control_waits(const struct control *c, const char *verb)
{
	size_t at = 0, n = strlen(verb);

	while (at < c->queued) {
		const char *line = c->queue + at + 1;

		if (strncasecmp(line, verb, n) == 0 &&
		    (line[n] == '\0' || line[n] == ' '))
			return true;
		at += strlen(line) + 2;
	}
	return false;
}
