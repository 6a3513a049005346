/* reader_atom.c - words of a command: what may stand in them (RFC 3501 9) */

#include <string.h>
#include <strings.h>

#include "reader.h"

static bool
is_atom_char(char c)
{
	return c > ' ' && c < 0x7f && strchr("(){%*\"\\]", c) == NULL;
}

static bool
is_astring_char(char c)
{
	return is_atom_char(c) || c == ']';
}

static bool
is_tag_char(char c)
{
	return is_astring_char(c) && c != '+';
}

static bool
is_list_char(char c)
{
	return is_astring_char(c) || c == '%' || c == '*';
}

static bool
is_set_char(char c)
{
	return (c >= '0' && c <= '9') || c == ':' || c == ',' || c == '*' ||
	    c == '$';
}

static bool
is_word_char(char c)
{
	return is_atom_char(c) && c != '[' && c != '<';
}

/* One octet or more that all are of a kind. */
static bool
run(struct reader *r, bool (*is)(char), struct text *t, const char *why)
{
	size_t at = r->at;

	if (r->wrong != NULL)
		return false;
	while (at < r->len && is(r->text[at]))
		at++;
	t->s = r->text + r->at;
	t->n = at - r->at;
	r->at = at;
	return t->n > 0 || reader_fail(r, why);
}

bool
reader_tag(struct reader *r, struct text *t)
{
	return run(r, is_tag_char, t, "Missing tag");
}

bool
reader_atom(struct reader *r, struct text *t)
{
	return run(r, is_atom_char, t, "Atom expected");
}

bool
reader_word(struct reader *r, struct text *t)
{
	return run(r, is_word_char, t, "Name expected");
}

bool
reader_set(struct reader *r, struct text *t)
{
	return run(r, is_set_char, t, "Set expected");
}

bool
reader_flag(struct reader *r, struct text *t)
{
	struct text rest;
	const char *start = r->text + r->at;

	if (!reader_try(r, '\\'))
		return run(r, is_atom_char, t, "Flag expected");
	if (!run(r, is_atom_char, &rest, "Flag expected"))
		return false;
	*t = (struct text){ start, rest.n + 1 };
	return true;
}

bool
reader_number64(struct reader *r, uint64_t *n)
{
	size_t start = r->at;
	unsigned digit;

	*n = 0;
	for (; reader_peek(r) >= '0' && reader_peek(r) <= '9'; r->at++) {
		digit = (unsigned)(r->text[r->at] - '0');
		if (*n > ((uint64_t)INT64_MAX - digit) / 10)
			return reader_fail(r, "Number too large");
		*n = *n * 10 + digit;
	}
	return (r->wrong == NULL && r->at > start) ||
	    reader_fail(r, "Number expected");
}

bool
reader_number(struct reader *r, uint32_t *n)
{
	uint64_t wide;

	*n = 0;
	if (!reader_number64(r, &wide))
		return false;
	if (wide > UINT32_MAX)
		return reader_fail(r, "Number too large");
	*n = (uint32_t)wide;
	return true;
}

bool
reader_astring(struct reader *r, struct text *t)
{
	char c = reader_peek(r);

	return c == '"' || c == '{' ? reader_string(r, t) :
	    run(r, is_astring_char, t, "String expected");
}

bool
reader_nstring(struct reader *r, struct text *t)
{
	char c = reader_peek(r);

	if (c == '"' || c == '{')
		return reader_string(r, t);
	if (!reader_atom(r, t))
		return false;
	if (!text_is(t, "NIL"))
		return reader_fail(r, "String or NIL expected");
	*t = (struct text){ NULL, 0 };
	return true;
}

bool
reader_list_mailbox(struct reader *r, struct text *t)
{
	char c = reader_peek(r);

	return c == '"' || c == '{' ? reader_string(r, t) :
	    run(r, is_list_char, t, "Pattern expected");
}

bool
text_is(const struct text *t, const char *word)
{
	return t->n == strlen(word) && strncasecmp(t->s, word, t->n) == 0;
}
