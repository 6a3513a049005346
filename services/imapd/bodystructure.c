/*
 * bodystructure.c - BODY and BODYSTRUCTURE
 *
 * The tree of parts is walked by its links: down to a child, along to the
 * next, up to the parent.  What comes in front of the children is written on
 * the way down, what comes behind them on the way up.
 */

#include <stdlib.h>
#include <string.h>

#include "mail/mimetype.h"
#include "render.h"

enum { ID, DESCRIPTION, ENCODING, MD5, DISPOSITION, LANGUAGE, LOCATION,
    FIELDS };

static const struct { const char *name; size_t len; } names[FIELDS] = {
	{ "Content-ID", 10 }, { "Content-Description", 19 },
	{ "Content-Transfer-Encoding", 25 }, { "Content-MD5", 11 },
	{ "Content-Disposition", 19 }, { "Content-Language", 16 },
	{ "Content-Location", 16 },
};

/* A part with what its header says. */
struct shown {
	const struct message	*m;
	const struct part	*p;
	struct mime_type	 type;
	struct field		 field[FIELDS];
	bool			 have[FIELDS];
	bool			 extended;
};

static void
look(struct shown *s, const struct message *m, const struct part *p,
    bool extended)
{
	const char *at = m->text + p->header.at;
	const char *end = m->text + p->body.at;
	struct field f;

	*s = (struct shown){ .m = m, .p = p, .extended = extended };
	mime_type_of(&s->type, at, end,
	    p != m->part && m->part[p->parent].digest);
	while (header_next(&at, end, &f)) {
		if (f.name_len < 10 || (f.start[0] | 0x20) != 'c')
			continue;
		for (int i = 0; i < FIELDS; i++)
			if (!s->have[i] &&
			    field_is(&f, names[i].name, names[i].len)) {
				s->field[i] = f;
				s->have[i] = true;
			}
	}
}

/* (name value ...) or NIL, behind what is in front already. */
static int
parameters(struct buf *b, struct lexer l, char *room, const char *before)
{
	struct mime_param p;
	struct text name, value;

	while (mime_param_next(&l, &p, room)) {
		name = (struct text){ p.name, strlen(p.name) };
		value = (struct text){ p.value, p.len };
		if (buf_text(b, before) == -1 ||
		    render_string(b, &name) == -1 ||
		    buf_text(b, " ") == -1 ||
		    render_string(b, &value) == -1)
			return -1;
		before = " ";
	}
	return buf_text(b, *before == '(' ? "NIL" : ")");
}

static int
param_list(struct buf *b, const struct lexer *l, const char *before)
{
	char *room = malloc((size_t)(l->end - l->p) + 1);
	int status = -1;

	if (room != NULL)
		status = parameters(b, *l, room, before);
	free(room);
	return status;
}

/* Text without a charset is in US-ASCII (RFC 2046 4.1.2), which is said. */
static int
type_params(struct buf *b, const struct shown *s)
{
	char charset[MIME_NAME_MAX];
	const char *before = "(";

	if (s->type.is_text && mime_param(&s->type.params, "charset", charset,
	    sizeof charset) == 0) {
		if (buf_text(b, "(\"charset\" \"us-ascii\"") == -1)
			return -1;
		before = " ";
	}
	return param_list(b, &s->type.params, before);
}

static int
named(struct buf *b, const struct shown *s, int which)
{
	return render_field(b, s->have[which] ? &s->field[which] : NULL);
}

/* ("attachment" ("filename" "x")) or NIL */
static int
disposition(struct buf *b, const struct shown *s)
{
	const struct field *f = &s->field[DISPOSITION];
	struct token t;
	struct lexer l;

	if (!s->have[DISPOSITION])
		return buf_text(b, "NIL");
	lexer_init(&l, f->value, f->value_len, TOKEN_MIME);
	if (token_next(&l, &t) != TOKEN_ATOM)
		return buf_text(b, "NIL");
	if (buf_text(b, "(") == -1 ||
	    render_string(b, &(struct text){ t.s, t.n }) == -1 ||
	    buf_text(b, " ") == -1 || param_list(b, &l, "(") == -1)
		return -1;
	return buf_text(b, ")");
}

/* One language is a string, several are a list. */
static int
language(struct buf *b, const struct shown *s)
{
	const struct field *f = &s->field[LANGUAGE];
	struct token t;
	struct lexer l;
	const char *before = "(";

	if (!s->have[LANGUAGE])
		return buf_text(b, "NIL");
	lexer_init(&l, f->value, f->value_len, TOKEN_MIME);
	while (token_next(&l, &t) != TOKEN_END) {
		if (t.kind != TOKEN_ATOM)
			continue;
		if (buf_text(b, before) == -1 ||
		    render_string(b, &(struct text){ t.s, t.n }) == -1)
			return -1;
		before = " ";
	}
	return buf_text(b, *before == '(' ? "NIL" : ")");
}

static int
extension(struct buf *b, const struct shown *s)
{
	return disposition(b, s) == -1 || buf_text(b, " ") == -1 ||
	    language(b, s) == -1 || buf_text(b, " ") == -1 ||
	    named(b, s, LOCATION) == -1 ? -1 : 0;
}

/* "7BIT", or what the field's first word says. */
static int
encoding(struct buf *b, const struct shown *s)
{
	const struct field *f = &s->field[ENCODING];
	struct token t;
	struct lexer l;

	if (!s->have[ENCODING])
		return buf_text(b, "\"7bit\"");
	lexer_init(&l, f->value, f->value_len, TOKEN_MIME);
	if (token_next(&l, &t) != TOKEN_ATOM)
		return buf_text(b, "\"7bit\"");
	return render_string(b, &(struct text){ t.s, t.n });
}

static bool
is_hidden(const struct shown *s)
{
	return s->type.is_message && s->p->kind != PART_MESSAGE;
}

static int
type(struct buf *b, const struct shown *s)
{
	struct text main = { s->type.type, s->type.type_len };
	struct text sub = { s->type.subtype, s->type.subtype_len };

	if (is_hidden(s))
		return buf_text(b, "\"application\" \"octet-stream\"");
	return render_string(b, &main) == -1 || buf_text(b, " ") == -1 ||
	    render_string(b, &sub) == -1 ? -1 : 0;
}

/* From type to octets (body-fields). */
static int
basics(struct buf *b, const struct shown *s)
{
	return buf_text(b, "(") == -1 || type(b, s) == -1 ||
	    buf_text(b, " ") == -1 || type_params(b, s) == -1 ||
	    buf_text(b, " ") == -1 || named(b, s, ID) == -1 ||
	    buf_text(b, " ") == -1 || named(b, s, DESCRIPTION) == -1 ||
	    buf_text(b, " ") == -1 || encoding(b, s) == -1 ||
	    buf_format(b, " %zu", mark_size(&s->p->body, &s->p->end)) == -1 ?
	    -1 : 0;
}

static int
lines(struct buf *b, const struct part *p)
{
	return buf_format(b, " %zu", p->end.lines - p->body.lines);
}

/* Behind everything else of a part that is no multipart. */
static int
close_single(struct buf *b, const struct shown *s)
{
	if (s->extended && (buf_text(b, " ") == -1 ||
	    named(b, s, MD5) == -1 || buf_text(b, " ") == -1 ||
	    extension(b, s) == -1))
		return -1;
	return buf_text(b, ")");
}

/* The grammar wants at least one part: an empty text stands for none. */
static int
no_parts(struct buf *b, bool extended)
{
	return buf_text(b, extended ?
	    "(\"text\" \"plain\" (\"charset\" \"us-ascii\") NIL NIL \"7bit\" "
	    "0 0 NIL NIL NIL NIL)" :
	    "(\"text\" \"plain\" (\"charset\" \"us-ascii\") NIL NIL \"7bit\" "
	    "0 0)");
}

/* What stands in front of a part's children. */
static int
enter(struct buf *b, const struct message *m, const struct part *p,
    bool extended)
{
	const struct part *inner;
	struct shown s;

	if (p->kind == PART_MULTIPART)
		return buf_text(b, "(") == -1 || (p->child == 0 &&
		    no_parts(b, extended) == -1) ? -1 : 0;
	look(&s, m, p, extended);
	if (basics(b, &s) == -1)
		return -1;
	if (p->kind == PART_MESSAGE) {
		inner = &m->part[p->child];
		return buf_text(b, " ") == -1 || render_envelope(b,
		    m->text + inner->header.at, m->text + inner->body.at) ==
		    -1 || buf_text(b, " ") == -1 ? -1 : 0;
	}
	if (s.type.is_text && lines(b, p) == -1)
		return -1;
	return close_single(b, &s);
}

/* What stands behind them. */
static int
leave(struct buf *b, const struct message *m, const struct part *p,
    bool extended)
{
	struct shown s;
	struct text sub;

	look(&s, m, p, extended);
	if (p->kind == PART_MESSAGE)
		return lines(b, p) == -1 ? -1 : close_single(b, &s);
	sub = (struct text){ s.type.subtype, s.type.subtype_len };
	if (buf_text(b, " ") == -1 || render_string(b, &sub) == -1)
		return -1;
	if (extended && (buf_text(b, " ") == -1 ||
	    param_list(b, &s.type.params, "(") == -1 ||
	    buf_text(b, " ") == -1 || extension(b, &s) == -1))
		return -1;
	return buf_text(b, ")");
}

int
render_structure(struct buf *b, const struct message *m, bool extended)
{
	unsigned i = 0;

	for (;;) {
		if (enter(b, m, &m->part[i], extended) == -1)
			return -1;
		if (m->part[i].child != 0) {
			i = m->part[i].child;
			continue;
		}
		for (;;) {
			if (m->part[i].kind != PART_LEAF &&
			    leave(b, m, &m->part[i], extended) == -1)
				return -1;
			if (i == 0)
				return 0;
			if (m->part[i].next != 0)
				break;
			i = m->part[i].parent;
		}
		i = m->part[i].next;
	}
}
