/* section.c - find a section in the text and send it as it goes on the wire */

#include <string.h>
#include <strings.h>

#include "mail/header.h"
#include "mail/wire.h"
#include "render.h"
#include "section.h"

static bool
parse_names(struct reader *r, struct section *sec, struct section_names *all)
{
	sec->names = all->name + all->n;
	sec->n_names = 0;
	if (!reader_space(r) || !reader_char(r, '('))
		return false;
	do {
		if (all->n == SECTION_NAMES_MAX)
			return reader_fail(r, "Too many header names");
		if (!reader_astring(r, &all->name[all->n]))
			return false;
		all->n++;
		sec->n_names++;
	} while (reader_try(r, ' '));
	return reader_char(r, ')');
}

/* Fields of the message itself, all of them such as are kept? */
static bool
is_kept(const struct section *sec)
{
	bool kept = sec->what == SECTION_FIELDS && sec->path.n == 0;

	for (size_t i = 0; i < sec->n_names && kept; i++)
		kept = header_is_kept(&sec->names[i]);
	return kept;
}

/* HEADER, TEXT or the like, behind the part's number if there is one. */
static bool
parse_what(struct reader *r, struct section *sec, struct section_names *all)
{
	static const struct {
		const char		*name;
		enum section_what	 what;
	} words[] = {
		{ "HEADER", SECTION_HEADER }, { "TEXT", SECTION_TEXT },
		{ "HEADER.FIELDS", SECTION_FIELDS },
		{ "HEADER.FIELDS.NOT", SECTION_FIELDS_NOT },
		{ "MIME", SECTION_MIME },
	};
	struct text t;

	if (!reader_word(r, &t))
		return false;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (!text_is(&t, words[i].name))
			continue;
		sec->what = words[i].what;
		if (sec->what == SECTION_MIME && sec->path.n == 0)
			break;
		return (sec->what != SECTION_FIELDS &&
		    sec->what != SECTION_FIELDS_NOT) ||
		    parse_names(r, sec, all);
	}
	return reader_fail(r, "Unknown section");
}

/* <skip.count>, of which count is not 0. */
static bool
parse_partial(struct reader *r, struct section *sec)
{
	if (!reader_try(r, '<'))
		return r->wrong == NULL;
	sec->partial = true;
	return reader_number64(r, &sec->skip) && reader_char(r, '.') &&
	    reader_number64(r, &sec->count) && (sec->count > 0 ||
	    reader_fail(r, "Partial of nothing")) && reader_char(r, '>');
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Numbers with dots between; more: something else is to follow. */
static bool
parse_path(struct reader *r, struct section *sec, bool *more)
{
	const char *start = r->text + r->at;
	uint32_t n;

	*sec = (struct section){ .path = { start, 0 } };
	*more = !is_digit(reader_peek(r));
	while (!*more && is_digit(reader_peek(r))) {
		if (!reader_number(r, &n) ||
		    (n == 0 && !reader_fail(r, "Part 0")))
			return false;
		sec->path.n = (size_t)(r->text + r->at - start);
		*more = reader_try(r, '.');
		if (!*more)
			break;
		*more = !is_digit(reader_peek(r));
	}
	return true;
}

bool
section_parse_binary(struct reader *r, struct section *sec, bool size)
{
	bool more;

	return parse_path(r, sec, &more) && (!more || sec->path.n == 0 ||
	    reader_fail(r, "Number expected")) && reader_char(r, ']') &&
	    (size || parse_partial(r, sec));
}

bool
section_parse(struct reader *r, struct section *sec,
    struct section_names *all)
{
	bool more;

	if (!parse_path(r, sec, &more))
		return false;
	if (more && (sec->path.n > 0 || reader_peek(r) != ']') &&
	    !parse_what(r, sec, all))
		return false;
	sec->kept = is_kept(sec);
	return reader_char(r, ']') && parse_partial(r, sec);
}

bool
section_is_deep(const struct section *sec)
{
	return sec->path.n > 0;
}

/* --- finding ------------------------------------------------------------- */

const struct part *
section_part(const struct session *s, const struct text *path)
{
	unsigned number[MESSAGE_DEPTH_MAX + 1], n = 0;
	uint32_t k = 0;

	for (size_t i = 0; i <= path->n; i++) {
		if (i < path->n && path->s[i] != '.') {
			k = k * 10 + (uint32_t)(path->s[i] - '0');
			continue;
		}
		if (n == MESSAGE_DEPTH_MAX + 1)
			return NULL;
		number[n++] = k;
		k = 0;
	}
	return message_part(&s->message, number, n);
}

static struct text
between(const struct session *s, size_t from, size_t to)
{
	return (struct text){ s->message.text + from, to - from };
}

/* Gather the fields that are asked for, and close them by an empty line. */
static struct text
pick(struct session *s, const struct section *sec, struct text header)
{
	const char *at = header.s, *end = at + header.n;
	struct buf *b = &s->scratch;
	struct field f;
	bool named;

	buf_clear(b);
	while (header_next(&at, end, &f)) {
		named = false;
		for (size_t i = 0; i < sec->n_names && !named; i++)
			named = field_is(&f, sec->names[i].s,
			    sec->names[i].n);
		if (named == (sec->what == SECTION_FIELDS) &&
		    buf_add(b, f.start, f.len) == -1)
			break;
	}
	if ((b->len > 0 && b->s[b->len - 1] != '\n' &&
	    buf_text(b, "\n") == -1) || buf_text(b, "\n") == -1)
		return (struct text){ "", 0 };
	return (struct text){ b->s, b->len };
}

struct text
section_text(struct session *s, const struct section *sec)
{
	static const struct text none = { NULL, 0 };
	const struct part *p;
	struct text header;

	if (sec->kept && s->header.s != NULL)
		return pick(s, sec, s->header);
	p = &s->message.part[0];
	if (sec->path.n > 0) {
		p = section_part(s, &sec->path);
		if (p == NULL)
			return none;
		if (sec->what == SECTION_ALL)
			return between(s, p->body.at, p->end.at);
		if (sec->what == SECTION_MIME)
			return between(s, p->header.at, p->body.at);
		if (p->kind != PART_MESSAGE)
			return none;
		p = &s->message.part[p->child];
	}
	header = between(s, p->header.at, p->body.at);
	switch (sec->what) {
	case SECTION_HEADER:
		return header;
	case SECTION_TEXT:
		return between(s, p->body.at, p == s->message.part ?
		    s->message.len : p->end.at);
	case SECTION_FIELDS:
	case SECTION_FIELDS_NOT:
		return pick(s, sec, header);
	default:
		return between(s, 0, s->message.len);
	}
}

/* --- sending ------------------------------------------------------------- */

static const char *const words[] = { "", "HEADER", "HEADER.FIELDS",
    "HEADER.FIELDS.NOT", "TEXT", "MIME" };

/* The section as the client asked for it, brackets and origin included. */
void
section_send_label(struct session *s, const struct section *sec)
{
	struct output *out = &s->out;
	struct buf b = { .limit = READER_SIZE };
	const char *before = " (";

	output_text(out, "[");
	output_bytes(out, sec->path.s, sec->path.n);
	if (sec->path.n > 0 && sec->what != SECTION_ALL)
		output_text(out, ".");
	output_text(out, words[sec->what]);
	for (size_t i = 0; i < sec->n_names; i++) {
		output_text(out, before);
		buf_clear(&b);
		if (render_astring(&b, &sec->names[i]) == 0)
			output_bytes(out, b.s, b.len);
		before = " ";
	}
	buf_free(&b);
	output_text(out, sec->n_names > 0 ? ")]" : "]");
	if (sec->partial)
		output_format(out, "<%llu>", (unsigned long long)sec->skip);
	output_text(out, " ");
}

void
section_cut(const struct section *sec, uint64_t *skip, uint64_t *size)
{
	*skip = sec->skip < *size ? sec->skip : *size;
	*size -= *skip;
	if (*size > sec->count)
		*size = sec->count;
}

void
section_send(struct session *s, const struct section *sec, bool bare)
{
	struct text t = section_text(s, sec);
	uint64_t size, skip = 0;

	if (!bare)
		section_send_label(s, sec);
	if (t.s == NULL) {
		output_text(&s->out, "NIL");
		return;
	}
	size = wire_size(t.s, t.n);
	if (sec->partial)
		section_cut(sec, &skip, &size);
	if (size == 0) {
		output_text(&s->out, "\"\"");
		return;
	}
	output_text(&s->out, "{");
	output_number(&s->out, size);
	output_text(&s->out, "}\r\n");
	wire_write(&s->out, t.s, t.n, (size_t)skip, (size_t)size);
}
