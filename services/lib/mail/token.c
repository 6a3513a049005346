/* token.c - cut structured fields into words */

#include <stdbool.h>
#include <string.h>

#include "mail/token.h"

void
lexer_init(struct lexer *l, const char *text, size_t len,
    const char *specials)
{
	*l = (struct lexer){ .p = text, .end = text + len,
	    .specials = specials };
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Most are letters, which are not special anywhere. */
static bool
is_special(const struct lexer *l, char c)
{
	return c != '\0' && ((c | 0x20) < 'a' || (c | 0x20) > 'z') &&
	    strchr(l->specials, c) != NULL;
}

/* At the octet behind the opening one: skip to behind the closing one. */
static void
skip_quoted(struct lexer *l, char close, struct token *t)
{
	t->s = l->p;
	while (l->p < l->end && *l->p != close)
		l->p += *l->p == '\\' && l->p + 1 < l->end ? 2 : 1;
	t->n = (size_t)(l->p - t->s);
	if (l->p < l->end)
		l->p++;
}

static void
skip_comment(struct lexer *l)
{
	int depth = 1;

	l->comment.kind = TOKEN_QUOTED;
	l->comment.s = ++l->p;
	for (; l->p < l->end; l->p++) {
		if (*l->p == '\\' && l->p + 1 < l->end)
			l->p++;
		else if (*l->p == '(')
			depth++;
		else if (*l->p == ')' && --depth == 0)
			break;
	}
	l->comment.n = (size_t)(l->p - l->comment.s);
	if (l->p < l->end)
		l->p++;
}

static void
skip_blanks(struct lexer *l)
{
	while (l->p < l->end)
		if (is_blank(*l->p))
			l->p++;
		else if (*l->p == '(')
			skip_comment(l);
		else
			return;
}

static void
skip_atom(struct lexer *l, struct token *t)
{
	t->s = l->p;
	while (l->p < l->end && !is_blank(*l->p) && *l->p != '(' &&
	    *l->p != '"' && !is_special(l, *l->p))
		l->p++;
	t->n = (size_t)(l->p - t->s);
}

enum token_kind
token_next(struct lexer *l, struct token *t)
{
	skip_blanks(l);
	t->s = l->p;
	t->n = 0;
	if (l->p >= l->end) {
		t->kind = TOKEN_END;
	} else if (*l->p == '"') {
		t->kind = TOKEN_QUOTED;
		l->p++;
		skip_quoted(l, '"', t);
	} else if (is_special(l, *l->p)) {
		t->kind = TOKEN_SPECIAL;
		t->n = 1;
		l->p++;
	} else if (*l->p == '[' ) {
		t->kind = TOKEN_DOMAIN;
		l->p++;
		skip_quoted(l, ']', t);
		t->s--;
		t->n = (size_t)(l->p - t->s);
	} else {
		t->kind = TOKEN_ATOM;
		skip_atom(l, t);
	}
	return t->kind;
}

size_t
token_text(const struct token *t, char *to)
{
	bool quoted = t->kind == TOKEN_QUOTED;
	size_t n = 0;

	for (size_t i = 0; i < t->n; i++) {
		if (t->s[i] == '\r' || t->s[i] == '\n')
			continue;
		if (quoted && t->s[i] == '\\' && i + 1 < t->n)
			i++;
		to[n++] = t->s[i];
	}
	return n;
}
