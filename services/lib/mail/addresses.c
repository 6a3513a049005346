/*
 * addresses.c - cut an address field into addresses
 *
 * The texts of one address never need more room than twice the octets of the
 * field: each comes from a stretch of its own, and the blank between two words
 * may be one octet more for each of them.
 */

#include <stdlib.h>
#include <string.h>

#include "mail/addresses.h"

int
addresses_start(struct addresses *a, const struct field *f)
{
	lexer_init(&a->lex, f->value, f->value_len, TOKEN_ADDRESS);
	a->in_group = false;
	a->used = 0;
	a->room = 2 * f->value_len < sizeof a->small ? a->small :
	    malloc(2 * f->value_len + 1);
	return a->room == NULL ? -1 : 0;
}

void
addresses_end(struct addresses *a)
{
	if (a->room != a->small)
		free(a->room);
	a->room = NULL;
}

static bool
is_word(const struct token *t)
{
	return t->kind != TOKEN_END && t->kind != TOKEN_SPECIAL;
}

/* The special at the front, or NUL. */
static char
special(const struct token *t)
{
	return t->kind == TOKEN_SPECIAL ? *t->s : '\0';
}

/* Grow x by a token; x is the last text in the room. */
static void
join(struct addresses *a, struct text *x, const struct token *t, bool blank)
{
	if (x->s == NULL)
		x->s = a->room + a->used;
	else if (blank)
		a->room[a->used++] = ' ';
	a->used += token_text(t, a->room + a->used);
	x->n = (size_t)(a->room + a->used - x->s);
}

/* Words up to something else, which is in *t then. */
static void
words(struct addresses *a, struct text *x, struct token *t, bool blanks)
{
	for (; is_word(t); token_next(&a->lex, t))
		join(a, x, t, blanks);
}

/* `@a,@b:` in front of the address itself. */
static void
route(struct addresses *a, struct address *to, struct token *t)
{
	while (special(t) == '@' || special(t) == ',') {
		if (special(t) == '@' || to->route.s != NULL)
			join(a, &to->route, t, false);
		token_next(&a->lex, t);
		words(a, &to->route, t, false);
	}
	if (special(t) == ':')
		token_next(&a->lex, t);
}

/* Behind the local part: `@domain`, if it is there. */
static void
domain(struct addresses *a, struct address *to, struct token *t)
{
	if (special(t) == '@') {
		token_next(&a->lex, t);
		words(a, &to->domain, t, false);
	}
}

/* Behind `<`. */
static void
angle(struct addresses *a, struct address *to, struct token *t)
{
	token_next(&a->lex, t);
	if (special(t) == '@')
		route(a, to, t);
	words(a, &to->local, t, false);
	domain(a, to, t);
	while (t->kind != TOKEN_END && special(t) != '>')
		token_next(&a->lex, t);
}

/* Skip what does not belong to an address, to its comma or semicolon. */
static void
finish(struct addresses *a, struct address *to, struct token *t)
{
	const struct token *c = &a->lex.comment;

	while (t->kind != TOKEN_END && special(t) != ',' &&
	    special(t) != ';')
		token_next(&a->lex, t);
	if (special(t) == ';')
		a->lex.p = t->s;
	if (to->name.s == NULL && c->n > 0)
		join(a, &to->name, c, false);
}

/* An address that starts at from; t is what follows its first words. */
static void
box(struct addresses *a, struct address *to, struct lexer from,
    struct token *t)
{
	to->kind = ADDRESS_BOX;
	if (special(t) == '<') {
		angle(a, to, t);
	} else {
		/* No name after all, but a local part: again from there. */
		a->lex = from;
		a->used = 0;
		to->name = (struct text){ NULL, 0 };
		token_next(&a->lex, t);
		words(a, &to->local, t, false);
		domain(a, to, t);
	}
	finish(a, to, t);
}

/*
 * To the first token of the next row.  False if what comes is the end of a
 * group, or of everything.
 */
static bool
seek(struct addresses *a, struct lexer *from, struct token *t)
{
	do {
		a->lex.comment.n = 0;
		*from = a->lex;
		token_next(&a->lex, t);
	} while (special(t) == ',' || special(t) == '>' ||
	    (special(t) == ';' && !a->in_group));
	return t->kind != TOKEN_END && special(t) != ';';
}

bool
addresses_next(struct addresses *a, struct address *to)
{
	struct lexer from;
	struct token t;

	do {
		*to = (struct address){ 0 };
		a->used = 0;
		if (!seek(a, &from, &t)) {
			to->kind = ADDRESS_GROUP_END;
			t.kind = a->in_group ? TOKEN_SPECIAL : TOKEN_END;
			a->in_group = false;
			return t.kind != TOKEN_END;
		}
		words(a, &to->name, &t, true);
		/* A group within a group is none: its name is dropped. */
	} while (special(&t) == ':' && a->in_group);
	if (special(&t) == ':') {
		to->kind = ADDRESS_GROUP;
		a->in_group = true;
		if (to->name.s == NULL)
			to->name.s = a->room;
	} else {
		box(a, to, from, &t);
	}
	return true;
}
