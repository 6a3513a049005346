/* buf.c - bounded growth, by half as much again */

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/buf.h"
#include "io/copy.h"

int
buf_reserve(struct buf *b, size_t n)
{
	size_t need, room;
	char *s;

	if ((b->limit != 0 && n > b->limit - b->len) ||
	    n > (size_t)-1 / 4 - b->len) {
		errno = EMSGSIZE;
		return -1;
	}
	need = b->len + n + 1;
	if (need <= b->room)
		return 0;
	room = b->room + b->room / 2 + 64;
	if (room < need)
		room = need;
	s = realloc(b->s, room);
	if (s == NULL)
		return -1;
	b->s = s;
	b->room = room;
	b->s[b->len] = '\0';
	return 0;
}

int
buf_add(struct buf *b, const void *p, size_t n)
{
	if (buf_reserve(b, n) == -1)
		return -1;
	if (n > 0)
		copy_octets(b->s + b->len, p, n);
	b->len += n;
	b->s[b->len] = '\0';
	return 0;
}

int
buf_text(struct buf *b, const char *text)
{
	return buf_add(b, text, strlen(text));
}

int
buf_format(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0 || buf_reserve(b, (size_t)n) == -1)
		return -1;
	va_start(ap, fmt);
	vsnprintf(b->s + b->len, (size_t)n + 1, fmt, ap);
	va_end(ap);
	b->len += (size_t)n;
	return 0;
}

void
buf_clear(struct buf *b)
{
	b->len = 0;
	if (b->s != NULL)
		b->s[0] = '\0';
}

void
buf_free(struct buf *b)
{
	free(b->s);
	b->s = NULL;
	b->len = b->room = 0;
}
