/* reader.c - the lexer of commands, which also fetches literals */

#include <string.h>
#include <strings.h>

#include "reader.h"
#include "utf7.h"

void
reader_init(struct reader *r, struct input *in, struct output *out,
    size_t size)
{
	r->in = in;
	r->out = out;
	r->size = size;
	r->at = r->len = 0;
	r->wrong = NULL;
	r->end = INPUT_OK;
	r->unread = 0;
	r->literal_open = false;
}

bool
reader_fail(struct reader *r, const char *why)
{
	if (r->wrong == NULL)
		r->wrong = why;
	return false;
}

/* Append one more line.  False if the client is gone. */
static bool
line(struct reader *r)
{
	enum input_end end;
	size_t n;

	end = input_line(r->in, r->text + r->len, r->size - r->len, &n);
	r->len += n;
	r->literal_open = false;
	switch (end) {
	case INPUT_OK:
		return true;
	case INPUT_LONG:
		reader_fail(r, "Command too long");
		return true;
	case INPUT_NUL:
		reader_fail(r, "NUL in command");
		return true;
	default:
		r->end = end;
		return false;
	}
}

bool
reader_next(struct reader *r)
{
	r->at = r->len = 0;
	r->wrong = NULL;
	r->unread = 0;
	return line(r);
}

char
reader_peek(const struct reader *r)
{
	if (r->at < r->len && r->wrong == NULL)
		return r->text[r->at];
	return '\0';
}

bool
reader_end(struct reader *r)
{
	if (r->wrong != NULL || r->at != r->len)
		return reader_fail(r, "Too many arguments");
	return true;
}

bool
reader_try(struct reader *r, char c)
{
	if (r->wrong != NULL || r->at == r->len || r->text[r->at] != c)
		return false;
	r->at++;
	return true;
}

bool
reader_char(struct reader *r, char c)
{
	static const char *const missing[] = { "( expected", ") expected",
	    "[ expected", "] expected", "> expected", "Syntax error" };
	const char *all = "()[]>", *p = strchr(all, c);

	return reader_try(r, c) ||
	    reader_fail(r, missing[p == NULL ? 5 : p - all]);
}

bool
reader_space(struct reader *r)
{
	return reader_try(r, ' ') || reader_fail(r,
	    r->at == r->len ? "Missing argument" : "Space expected");
}

/* --- strings -------------------------------------------------------------- */

/* Behind the opening quote; the text is unquoted where it stands. */
static bool
quoted(struct reader *r, struct text *t)
{
	char *to = r->text + r->at, c, high = 0;

	t->s = to;
	while (r->at < r->len) {
		c = r->text[r->at++];
		if (c == '"') {
			t->n = (size_t)(to - t->s);
			return (high & 0x80) == 0 || utf8_valid(t) ||
			    reader_fail(r, "Not UTF-8");
		}
		if (c == '\\') {
			if (r->at == r->len || (r->text[r->at] != '"' &&
			    r->text[r->at] != '\\'))
				return reader_fail(r, "Bad quoting");
			c = r->text[r->at++];
		}
		if (c == '\r')
			return reader_fail(r, "CR in quoted string");
		*to++ = c;
		high |= c;
	}
	return reader_fail(r, "Missing quote");
}

/* Behind `{`: its size and kind. */
static bool
literal_size(struct reader *r, uint64_t *n, bool *asks)
{
	if (!reader_number64(r, n))
		return false;
	*asks = !reader_try(r, '+');
	if (!reader_try(r, '}') || r->at != r->len)
		return reader_fail(r, "Bad literal");
	if (!*asks)
		r->unread = *n;
	return true;
}

/* Tell the client, if he waits for it, that the octets may come. */
static void
go_on(struct reader *r, uint64_t n, bool asks)
{
	if (asks)
		output_text(r->out, "+ OK\r\n");
	r->unread = n;
	r->literal_open = true;
}

bool
reader_octets(struct reader *r, const char **p, size_t *n)
{
	if (r->unread == 0)
		return false;
	r->end = input_peek(r->in, p, n);
	if (r->end != INPUT_OK)
		return reader_fail(r, "Literal broken off");
	if (*n > r->unread)
		*n = (size_t)r->unread;
	r->unread -= *n;
	input_skip(r->in, *n);
	return true;
}

bool
reader_literal_end(struct reader *r)
{
	return (line(r) || reader_fail(r, "Line broken off")) &&
	    r->wrong == NULL;
}

bool
reader_literal(struct reader *r, uint64_t *size, bool *binary, uint64_t most)
{
	bool asks;

	*binary = reader_try(r, '~');
	if (!reader_char(r, '{') || !literal_size(r, size, &asks))
		return false;
	if (*size > most)
		return reader_fail(r, "[TOOBIG] Literal too large");
	go_on(r, *size, asks);
	return true;
}

static bool
literal(struct reader *r, struct text *t)
{
	uint64_t size;
	const char *p;
	size_t n;
	bool asks;

	if (!literal_size(r, &size, &asks))
		return false;
	if (size >= r->size - r->len)
		return reader_fail(r, "[TOOBIG] Literal too large");
	go_on(r, size, asks);
	t->s = r->text + r->len;
	t->n = (size_t)size;
	while (reader_octets(r, &p, &n)) {
		memcpy(r->text + r->len, p, n);
		r->len += n;
	}
	r->at = r->len;
	if (r->end != INPUT_OK || !reader_literal_end(r))
		return false;
	return memchr(t->s, '\0', t->n) == NULL ||
	    reader_fail(r, "NUL in literal");
}

bool
reader_string(struct reader *r, struct text *t)
{
	if (reader_try(r, '"'))
		return quoted(r, t);
	if (reader_try(r, '{'))
		return literal(r, t);
	return reader_fail(r, "String expected");
}

bool
reader_continue(struct reader *r, const char *prompt, struct text *t)
{
	if (r->wrong != NULL)
		return false;
	output_text(r->out, prompt);
	output_text(r->out, "\r\n");
	return reader_line(r, t);
}

bool
reader_line(struct reader *r, struct text *t)
{
	size_t from = r->len;

	if (!line(r) || r->wrong != NULL)
		return false;
	*t = (struct text){ r->text + from, r->len - from };
	r->at = r->len;
	return true;
}

/* --- the end of a command ------------------------------------------------- */

/* If the text ends in {n+} the client sends n octets more, asked or not. */
static uint64_t
trailing_literal(const struct reader *r, size_t from)
{
	const char *s = r->text + from, *p = r->text + r->len;
	uint64_t n = 0, unit = 1;

	if (p - s < 4 || p[-1] != '}' || p[-2] != '+')
		return 0;
	for (p -= 3; p > s && *p >= '0' && *p <= '9'; p--) {
		if (unit > UINT64_C(1000000000000))
			return UINT64_MAX;
		n += unit * (uint64_t)(*p - '0');
		unit *= 10;
	}
	return *p == '{' && unit > 1 ? n : 0;
}

bool
reader_finish(struct reader *r)
{
	const uint64_t most = r->size == READER_SIZE ? UINT64_C(1) << 32 : 0;
	const char *wrong = r->wrong, *p;
	size_t n;

	if (r->end == INPUT_OK && r->unread == 0 && !r->literal_open &&
	    r->at < r->len)
		r->unread = trailing_literal(r, r->at);
	while (r->end == INPUT_OK && (r->unread > 0 || r->literal_open)) {
		if (r->unread > most) {
			r->wrong = "[TOOBIG] Literal too large";
			return false;
		}
		while (reader_octets(r, &p, &n))
			;
		r->len = 0;
		r->wrong = NULL;
		if (r->end == INPUT_OK && line(r))
			r->unread = trailing_literal(r, 0);
	}
	r->wrong = wrong;
	return r->end == INPUT_OK;
}
