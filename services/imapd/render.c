/* render.c - strings */

#include <stdlib.h>
#include <string.h>

#include "render.h"

static bool
can_be_quoted(const struct text *t)
{
	for (size_t i = 0; i < t->n; i++)
		if ((unsigned char)t->s[i] >= 0x80 || t->s[i] == '\0' ||
		    t->s[i] == '\r' || t->s[i] == '\n')
			return false;
	return true;
}

static bool
can_be_astring(const struct text *t)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->s[i] <= ' ' || t->s[i] >= 0x7f ||
		    strchr("(){%*\"\\", t->s[i]) != NULL)
			return false;
	return t->n > 0;
}

static int
quoted(struct buf *b, const struct text *t)
{
	char *to;

	if (buf_reserve(b, t->n * 2 + 2) == -1)
		return -1;
	to = b->s + b->len;
	*to++ = '"';
	for (size_t i = 0; i < t->n; i++) {
		if (t->s[i] == '"' || t->s[i] == '\\')
			*to++ = '\\';
		*to++ = t->s[i];
	}
	*to++ = '"';
	*to = '\0';
	b->len = (size_t)(to - b->s);
	return 0;
}

static int
literal(struct buf *b, const struct text *t)
{
	size_t from;

	if (buf_format(b, "{%zu}\r\n", t->n) == -1)
		return -1;
	from = b->len;
	if (buf_add(b, t->s, t->n) == -1)
		return -1;
	for (char *p = b->s + from; p < b->s + b->len; p++)
		if (*p == '\0')
			*p = (char)0x80;
	return 0;
}

int
render_string(struct buf *b, const struct text *t)
{
	return can_be_quoted(t) ? quoted(b, t) : literal(b, t);
}

int
render_nstring(struct buf *b, const struct text *t)
{
	return t->s == NULL ? buf_text(b, "NIL") : render_string(b, t);
}

int
render_astring(struct buf *b, const struct text *t)
{
	return can_be_astring(t) ? buf_add(b, t->s, t->n) :
	    render_string(b, t);
}

int
render_utf8(struct buf *b, const struct text *t)
{
	return can_be_astring(t) ? buf_add(b, t->s, t->n) : quoted(b, t);
}

int
render_field(struct buf *b, const struct field *f)
{
	struct text t;
	char *value;
	int status;

	if (f == NULL)
		return buf_text(b, "NIL");
	value = malloc(f->value_len + 1);
	if (value == NULL)
		return -1;
	t = (struct text){ value, header_unfold(f, value) };
	status = render_string(b, &t);
	free(value);
	return status;
}
