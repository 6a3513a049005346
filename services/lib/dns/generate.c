/*
 * generate.c - $GENERATE start-stop[/step] owner [ttl] [class] type rdata
 *
 * In owner and rdata "$" is the number, "${offset,width,base}" a changed and
 * padded one (base d o x X, or n N for reversed nibbles), "\$" a dollar.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dns/zonefile.h"
#include "dns/zonefile_state.h"

enum { TEMPLATE = 1024, EXPANDED = 4096 };

struct range {
	uint32_t	 start, stop, step;
};

struct generate {
	struct range	 range;
	char		 owner[TEMPLATE], rdata[TEMPLATE];
	struct record_head head;
	struct lexer	 words;		/* of one expanded rdata */
};

/* Digits at *p, moved behind them. */
static bool
digits(const char **p, uint32_t *n)
{
	size_t len = strspn(*p, "0123456789");
	bool good = number_from_text(n, *p, len, TTL_MAX);

	*p += len;
	return good;
}

static const char *
read_range(struct range *r, const char *p)
{
	r->step = 1;
	if (!digits(&p, &r->start) || *p++ != '-' || !digits(&p, &r->stop) ||
	    (*p == '/' && (p++, !digits(&p, &r->step))) || *p != '\0' ||
	    r->step == 0 || r->start > r->stop)
		return "bad range: start-stop[/step]";
	if ((r->stop - r->start) / r->step >= ZONEFILE_GENERATE)
		return "$GENERATE makes more than 65536 records";
	return NULL;
}

/* n in reversed nibbles with dots between, width characters. */
static size_t
nibbles(char *out, uint32_t n, unsigned width, bool upper)
{
	const char *hex = upper ? "0123456789ABCDEF" : "0123456789abcdef";
	size_t len = 0;

	while (n != 0 || len < width || len == 0) {
		out[len++] = hex[n & 15];
		n >>= 4;
		if (n != 0 || len < width)
			out[len++] = '.';
	}
	return len;
}

/* n in a base, zeros in front up to width characters. */
static size_t
digits_of(char *out, uint32_t n, unsigned width, char letter)
{
	int w = (int)width;

	switch (letter) {
	case 'o':
		return (size_t)sprintf(out, "%0*o", w, n);
	case 'x':
		return (size_t)sprintf(out, "%0*x", w, n);
	case 'X':
		return (size_t)sprintf(out, "%0*X", w, n);
	default:
		return (size_t)sprintf(out, "%0*u", w, n);
	}
}

/* What stands behind a "$": the number, perhaps with {...}. */
static bool
put_number(char *out, size_t *len, const char **p, uint32_t i)
{
	static const char bases[] = "doxXnN";
	int offset = 0;
	unsigned width = 0, base = 0;
	char letter = 'd';
	int used = 0;
	uint32_t n;

	if (**p == '{') {
		if (sscanf(*p, "{%9d%n,%2u%n,%c%n", &offset, &used, &width,
		    &used, &letter, &used) < 1 || (*p)[used] != '}' ||
		    width > 64 || strchr(bases, letter) == NULL)
			return false;
		*p += used + 1;
		base = (unsigned)(strchr(bases, letter) - bases);
	}
	n = i + (uint32_t)offset;
	if (n > TTL_MAX)
		return false;
	if (base >= 4)
		*len += nibbles(out + *len, n, width, letter == 'N');
	else
		*len += digits_of(out + *len, n, width, letter);
	return true;
}

/* The template with the number put in, and a newline; 0 if it is bad. */
static size_t
expand(char out[EXPANDED], const char *p, uint32_t i)
{
	size_t len = 0;

	while (*p != '\0') {
		if (len > EXPANDED - 160)
			return 0;
		if (p[0] == '\\' && p[1] == '$') {
			out[len++] = '$';
			p += 2;
		} else if (*p == '\\' && p[1] != '\0') {
			out[len++] = *p++;
			out[len++] = *p++;
		} else if (*p != '$') {
			out[len++] = *p++;
		} else if (p++, !put_number(out, &len, &p, i)) {
			return 0;
		}
	}
	out[len++] = '\n';
	return len;
}

/* Join the words up to the line's end, as they were written. */
static const char *
read_template(struct zonefile *file, char out[TEMPLATE], uint16_t type)
{
	const struct type *row = type_of(type);
	bool strings = row != NULL && strpbrk(row->fields, "sSq") != NULL;
	enum token token;
	size_t len = 0;

	while ((token = lexer_next(file->lex)) == TOKEN_WORD ||
	    token == TOKEN_QUOTED) {
		const char *quote = token == TOKEN_QUOTED && strings ?
		    "\"" : "";

		if (file->lex->len + 4 > TEMPLATE - len)
			return "$GENERATE: rdata too long";
		len += (size_t)sprintf(out + len, "%s%s%s%s",
		    len > 0 ? " " : "", quote, file->lex->text, quote);
	}
	if (token == TOKEN_BAD)
		return file->lex->error;
	return len == 0 ? "$GENERATE: rdata missing" : NULL;
}

static const char *
make_record(struct zonefile *file, struct generate *g, uint32_t i,
    unsigned line)
{
	char text[EXPANDED];
	struct name owner;
	const char *error;
	size_t len = expand(text, g->owner, i);

	if (len == 0)
		return "$GENERATE: bad ${offset,width,base}";
	error = name_from_text(&owner, text, len - 1, &file->origin);
	if (error != NULL)
		return error;
	len = expand(text, g->rdata, i);
	if (len == 0)
		return "$GENERATE: bad ${offset,width,base}";
	lexer_again(&g->words, text, len);
	error = rdata_read(&file->rdata, g->head.type, &g->words,
	    &file->origin);
	if (error != NULL)
		return error;
	return zonefile_add(file, &owner, &g->head, line);
}

static const char *
read_generate(struct zonefile *file, struct generate *g)
{
	unsigned line = file->lex->line;
	const char *error;

	if (lexer_next(file->lex) != TOKEN_WORD)
		return "$GENERATE needs a range";
	error = read_range(&g->range, file->lex->text);
	if (error != NULL)
		return error;
	if (lexer_next(file->lex) != TOKEN_WORD ||
	    file->lex->len >= sizeof g->owner)
		return "$GENERATE needs an owner";
	memcpy(g->owner, file->lex->text, file->lex->len + 1);
	error = zonefile_head(file, lexer_next(file->lex), &g->head);
	if (error == NULL)
		error = read_template(file, g->rdata, g->head.type);
	for (uint64_t i = g->range.start; error == NULL && i <= g->range.stop;
	    i += g->range.step)
		error = make_record(file, g, (uint32_t)i, line);
	return error;
}

const char *
zonefile_generate(struct zonefile *file)
{
	struct generate *g = calloc(1, sizeof *g);
	const char *error;

	if (g != NULL && lexer_open(&g->words, -1, "", 0))
		error = read_generate(file, g);
	else
		error = zone_no_memory(file->zone);
	if (g != NULL)
		lexer_close(&g->words);
	free(g);
	return error;
}
