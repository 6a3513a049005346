/* words.c - =?charset?B?...?= and =?charset?Q?...?= */

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "io/digit.h"
#include "mail/base64.h"
#include "mail/charset.h"
#include "mail/words.h"

struct word {
	struct text	charset, body;
	bool		base64;
	const char	*end;		/* behind it */
};

/* Is there an encoded word at p? */
static bool
parse(const char *p, const char *end, struct word *w)
{
	const char *mark, *kind;

	if (end - p < 9 || p[0] != '=' || p[1] != '?')
		return false;
	mark = memchr(p + 2, '?', (size_t)(end - p - 2));
	if (mark == NULL || end - mark < 5 || mark[2] != '?')
		return false;
	kind = mark + 1;
	w->charset = (struct text){ p + 2, (size_t)(mark - p - 2) };
	w->base64 = (*kind | 0x20) == 'b';
	if (!w->base64 && (*kind | 0x20) != 'q')
		return false;
	w->body.s = mark + 3;
	mark = memchr(w->body.s, '?', (size_t)(end - w->body.s));
	if (mark == NULL || mark + 1 >= end || mark[1] != '=')
		return false;
	w->body.n = (size_t)(mark - w->body.s);
	w->end = mark + 2;
	/* RFC 2231 5: a language may follow the charset. */
	mark = memchr(w->charset.s, '*', w->charset.n);
	if (mark != NULL)
		w->charset.n = (size_t)(mark - w->charset.s);
	return true;
}

static size_t
decode_q(const struct text *t, char *to)
{
	const char *p = t->s, *end = t->s + t->n;
	char *at = to;

	for (; p < end; p++)
		if (*p == '_') {
			*at++ = ' ';
		} else if (*p == '=' && end - p > 2 &&
		    digit_hex(p[1]) >= 0 && digit_hex(p[2]) >= 0) {
			*at++ = (char)(digit_hex(p[1]) << 4 | digit_hex(p[2]));
			p += 2;
		} else {
			*at++ = *p;
		}
	return (size_t)(at - to);
}

static int
add(struct buf *b, enum charset set, const char *s, size_t n)
{
	size_t used, len;

	while (n > 0) {
		if (buf_reserve(b, n * CHARSET_GROWTH) == -1)
			return -1;
		len = charset_fold(set, s, n, b->s + b->len, &used);
		b->len += len;
		b->s[b->len] = '\0';
		if (used == n)
			break;
		/* A character cut off at the end stands as it is. */
		s += used;
		n -= used;
		return buf_add(b, s, n);
	}
	return 0;
}

static int
add_word(struct buf *b, const struct word *w)
{
	char *text = malloc(w->body.n + 4);
	size_t n;
	int status;

	if (text == NULL)
		return -1;
	n = w->base64 ? base64_decode_mail(w->body.s, w->body.n, text) :
	    decode_q(&w->body, text);
	status = add(b, charset_named(w->charset.s, w->charset.n), text, n);
	free(text);
	return status;
}

/* Only blanks, which two encoded words swallow. */
static bool
is_blank(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t' || *p == '\r' ||
	    *p == '\n'))
		p++;
	return p == end;
}

int
words_fold(struct buf *b, const struct text *t)
{
	const char *p = t->s, *end = p + t->n, *plain = p, *mark;
	bool after_word = false;
	struct word w;

	while (p < end && (mark = memchr(p, '=', (size_t)(end - p))) != NULL) {
		if (!parse(mark, end, &w)) {
			p = mark + 1;
			continue;
		}
		if (!(after_word && is_blank(plain, mark)) &&
		    add(b, CHARSET_UTF8, plain, (size_t)(mark - plain)) == -1)
			return -1;
		if (add_word(b, &w) == -1)
			return -1;
		after_word = true;
		p = plain = w.end;
	}
	return add(b, CHARSET_UTF8, plain, (size_t)(end - plain));
}
