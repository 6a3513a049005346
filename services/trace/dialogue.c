/* dialogue.c - a dialogue as the textbook writes it */

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "trace.h"

static void
put(struct trace *t, const char *text, size_t len)
{
	static const char cut[] = "(the rest is not written)\n";

	if (t->written == TRACE_MAX)
		return;
	if (t->written + len > TRACE_MAX - sizeof cut) {
		text = cut;
		len = sizeof cut - 1;
		t->written = TRACE_MAX;
	} else
		t->written += len;
	if (write(t->fd, text, len) != (ssize_t)len)
		t->written = TRACE_MAX;	/* a full disk ends the trace only */
}

/* Is the word of len bytes at text this verb? */
static bool
is_verb(const char *text, size_t len, const char *verb)
{
	return strlen(verb) == len && strncasecmp(text, verb, len) == 0;
}

/*
 * How much of the client's line may be shown; less than all of it if it has
 * a secret.  The verb is the first word, or in IMAP the second.
 */
static size_t
open_part(struct trace *t, const char *line, size_t len)
{
	static const char *const secrets[] = { "PASS", "LOGIN", "AUTH",
	    "AUTHENTICATE", "APOP", NULL };
	const char *word = line, *end = line + len;

	if (t->secret)
		return 0;
	t->began = false;
	for (int i = 0; i < 2 && word < end; i++) {
		size_t size = 0;

		while (word + size < end && word[size] != ' ')
			size++;
		for (const char *const *s = secrets; *s != NULL; s++)
			if (is_verb(word, size, *s)) {
				t->secret = t->began = true;
				return (size_t)(word - line) + size;
			}
		word += size + (word + size < end);
	}
	return len;
}

/* A server's line that asks the client to go on with its secret. */
static bool
is_go_on(const char *line, size_t len)
{
	return (len >= 1 && line[0] == '+' && !(len >= 3 &&
	    strncmp(line, "+OK", 3) == 0)) ||
	    (len >= 3 && strncmp(line, "334", 3) == 0);
}

/* Write the line that side has, whole or not. */
static void
flush(struct trace *t, struct side *side)
{
	char text[4 * TRACE_LINE + 16];
	size_t shown = side->len, n;

	if (side->len > 0 && side->line[side->len - 1] == '\r')
		shown--;
	if (side == &t->client)
		shown = open_part(t, side->line, shown);
	else
		t->secret = t->began && is_go_on(side->line, shown);
	n = (size_t)sprintf(text, "%c: ", side->mark);
	for (size_t i = 0; i < shown; i++) {
		unsigned char c = (unsigned char)side->line[i];

		if (c >= ' ' && c < 0x7f)
			text[n++] = (char)c;
		else
			n += (size_t)sprintf(text + n, "\\x%02x", c);
	}
	if (side == &t->client && t->secret)
		n += (size_t)sprintf(text + n, shown == 0 ? "****" : " ****");
	text[n++] = '\n';
	put(t, text, n);
	side->len = 0;
}

static void
add(struct trace *t, struct side *side, const char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (bytes[i] == '\n')
			flush(t, side);
		else {
			side->line[side->len++] = bytes[i];
			if (side->len == sizeof side->line)
				flush(t, side);
		}
}

void
trace_begin(struct trace *t, int fd)
{
	memset(t, 0, sizeof *t);
	t->fd = fd;
	t->client.mark = 'C';
	t->server.mark = 'S';
}

void
trace_client(struct trace *t, const char *bytes, size_t len)
{
	add(t, &t->client, bytes, len);
}

void
trace_server(struct trace *t, const char *bytes, size_t len)
{
	add(t, &t->server, bytes, len);
}

void
trace_end(struct trace *t)
{
	if (t->client.len > 0)
		flush(t, &t->client);
	if (t->server.len > 0)
		flush(t, &t->server);
}
