/* header.c - one field after the other */

#include <string.h>
#include <strings.h>

#include "mail/header.h"
#include "mail/line.h"

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Behind the LF of the line at p. */
static const char *
line_end(const char *p, const char *end)
{
	const char *lf = line_find_end(p, end);

	return lf == NULL ? end : lf + 1;
}

/* Set name_len and value, the field's extent being known. */
static void
cut(struct field *f)
{
	const char *end = f->start + f->len, *colon, *name_end;

	if (end > f->start && end[-1] == '\n')
		end--;
	if (end > f->start && end[-1] == '\r')
		end--;
	f->name_len = 0;
	f->value = f->start;
	colon = memchr(f->start, ':', (size_t)(end - f->start));
	if (colon != NULL && memchr(f->start, '\n',
	    (size_t)(colon - f->start)) == NULL) {
		name_end = colon;
		while (name_end > f->start && is_blank(name_end[-1]))
			name_end--;
		f->name_len = (size_t)(name_end - f->start);
		f->value = colon + 1;
		while (f->value < end && is_blank(*f->value))
			f->value++;
	}
	f->value_len = (size_t)(end - f->value);
}

/* Is there no line at p, or an empty one? */
static bool
is_over(const char *p, const char *end)
{
	return p >= end || *p == '\n' ||
	    (*p == '\r' && p + 1 < end && p[1] == '\n');
}

const char *
header_end(const char *p, const char *end)
{
	while (!is_over(p, end))
		p = line_end(p, end);
	return p;
}

bool
header_next(const char **at, const char *end, struct field *f)
{
	const char *p = *at;

	if (is_over(p, end))
		return false;
	f->start = p;
	do
		p = line_end(p, end);
	while (p < end && is_blank(*p));
	f->len = (size_t)(p - f->start);
	cut(f);
	*at = p;
	return true;
}

bool
field_is(const struct field *f, const char *name, size_t len)
{
	return f->name_len == len && strncasecmp(f->start, name, len) == 0;
}

bool
header_find(const char *at, const char *end, const char *name,
    struct field *f)
{
	size_t len = strlen(name);

	while (header_next(&at, end, f))
		if (field_is(f, name, len))
			return true;
	return false;
}

size_t
header_unfold(const struct field *f, char *to)
{
	const char *p = f->value, *end = p + f->value_len;
	size_t n = 0, keep = 0;

	for (; p < end; p++) {
		if (*p == '\n' || (*p == '\r' && p + 1 < end && p[1] == '\n'))
			continue;
		if (n == 0 && is_blank(*p))
			continue;
		to[n++] = *p;
		if (!is_blank(*p))
			keep = n;
	}
	return keep;
}
