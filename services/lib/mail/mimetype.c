/* mimetype.c - values with parameters */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "mail/header.h"
#include "mail/mimetype.h"

static bool
is(const char *s, size_t n, const char *word)
{
	return n == strlen(word) && strncasecmp(s, word, n) == 0;
}

static void
set(struct mime_type *t, const char *type, size_t n, const char *subtype,
    size_t m)
{
	t->type = type;
	t->type_len = n;
	t->subtype = subtype;
	t->subtype_len = m;
	t->is_multipart = is(type, n, "multipart");
	t->is_text = is(type, n, "text");
	t->is_digest = t->is_multipart && is(subtype, m, "digest");
	t->is_message = is(type, n, "message") &&
	    (is(subtype, m, "rfc822") || is(subtype, m, "global"));
}

void
mime_type_of(struct mime_type *t, const char *at, const char *end,
    bool in_digest)
{
	struct token type, slash, subtype;
	struct field f;

	*t = (struct mime_type){ 0 };
	if (header_find(at, end, "Content-Type", &f)) {
		lexer_init(&t->params, f.value, f.value_len, TOKEN_MIME);
		if (token_next(&t->params, &type) == TOKEN_ATOM &&
		    token_next(&t->params, &slash) == TOKEN_SPECIAL &&
		    *slash.s == '/' &&
		    token_next(&t->params, &subtype) == TOKEN_ATOM) {
			set(t, type.s, type.n, subtype.s, subtype.n);
			return;
		}
	}
	t->is_default = true;
	lexer_init(&t->params, "", 0, TOKEN_MIME);
	if (in_digest)
		set(t, "message", 7, "rfc822", 6);
	else
		set(t, "text", 4, "plain", 5);
}

/* Skip to behind the next semicolon.  False at the end. */
static bool
to_semicolon(struct lexer *l)
{
	struct token t;

	while (token_next(l, &t) != TOKEN_END)
		if (t.kind == TOKEN_SPECIAL && *t.s == ';')
			return true;
	return false;
}

/*
 * The value up to a semicolon; of an unquoted one that holds specials
 * (name=a[1].txt, boundary=a=b) all is taken, for such mail is common.
 */
static size_t
value(struct lexer *l, char *to)
{
	struct lexer ahead = *l;
	struct token t;
	size_t n = 0;

	while (token_next(&ahead, &t) != TOKEN_END &&
	    !(t.kind == TOKEN_SPECIAL && *t.s == ';')) {
		if (n > 0 && t.kind == TOKEN_QUOTED)
			break;
		n += token_text(&t, to + n);
		*l = ahead;
		if (t.kind == TOKEN_QUOTED || (l->p < l->end &&
		    (*l->p == ' ' || *l->p == '\t' || *l->p == '\r' ||
		    *l->p == '\n' || *l->p == '(')))
			break;
	}
	return n;
}

/* One `name=value`, wherever the next one stands. */
static bool
next_raw(struct lexer *l, struct mime_param *p, char *room)
{
	struct token name, equals;
	struct lexer ahead;

	while (to_semicolon(l)) {
		ahead = *l;
		if (token_next(&ahead, &name) != TOKEN_ATOM ||
		    name.n > MIME_NAME_MAX)
			continue;
		if (token_next(&ahead, &equals) != TOKEN_SPECIAL ||
		    *equals.s != '=')
			continue;
		*l = ahead;
		memcpy(p->name, name.s, name.n);
		p->name[name.n] = '\0';
		p->value = room;
		p->len = value(l, room);
		return true;
	}
	return false;
}

/*
 * RFC 2231 3: `name*0`, `name*1*`.  The number, or -1; the name loses it and
 * keeps a `*` if the value is an encoded one.
 */
static int
section(char *name)
{
	char *star = strchr(name, '*'), *end;
	long n;

	if (star == NULL || star[1] < '0' || star[1] > '9')
		return -1;
	n = strtol(star + 1, &end, 10);
	if (n > 9999 || (*end != '\0' && strcmp(end, "*") != 0))
		return -1;
	star[0] = *end;
	star[*end == '\0' ? 0 : 1] = '\0';
	return (int)n;
}

bool
mime_param_next(struct lexer *l, struct mime_param *p, char *room)
{
	struct mime_param more;
	struct lexer ahead;
	size_t base;
	int n;

	if (!next_raw(l, p, room))
		return false;
	n = section(p->name);
	base = strcspn(p->name, "*");
	while (n >= 0) {
		ahead = *l;
		if (!next_raw(&ahead, &more, room + p->len) ||
		    section(more.name) != n + 1 ||
		    strcspn(more.name, "*") != base ||
		    strncasecmp(more.name, p->name, base) != 0)
			break;
		p->len += more.len;
		n++;
		*l = ahead;
	}
	return true;
}

size_t
mime_param(const struct lexer *params, const char *name, char *to,
    size_t size)
{
	struct lexer l = *params;
	struct mime_param p;
	size_t len = 0;
	char *room = malloc((size_t)(l.end - l.p) + 1);

	while (room != NULL && mime_param_next(&l, &p, room))
		if (strcasecmp(p.name, name) == 0) {
			len = p.len <= size ? p.len : 0;
			memcpy(to, p.value, len);
			break;
		}
	free(room);
	return len;
}

size_t
mime_boundary(const struct mime_type *t, char *to)
{
	return mime_param(&t->params, "boundary", to, MIME_BOUNDARY_MAX);
}
