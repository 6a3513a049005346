/*
 * message.c - find the parts of a message, line by line
 *
 * `open` is the stack of parts that the line in hand lies in.  A delimiter
 * line closes all above the multipart that it belongs to; the search runs
 * from the innermost outward, and compares whole lines, so boundaries that
 * begin alike do not meddle.
 */

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "mail/header.h"
#include "mail/line.h"
#include "mail/message.h"
#include "mail/mimetype.h"

struct level {
	unsigned	 part;
	unsigned	 last;		/* its last child so far, 0: none */
	const char	*boundary;	/* of a multipart; NULL: none */
	size_t		 boundary_len;
};

struct scan {
	struct message	*m;
	struct level	 open[MESSAGE_DEPTH_MAX];
	unsigned	 depth;
	bool		 in_header;
	bool		 header_only;
	struct mark	 at;		/* the line in hand */
	struct mark	 before;	/* in front of the last line's end */
	/* One multipart's boundary unquoted, per level that needs it. */
	char		 boundary[MESSAGE_DEPTH_MAX][MIME_BOUNDARY_MAX + 1];
};

size_t
mark_size(const struct mark *from, const struct mark *to)
{
	return (to->at - from->at) + (to->bare - from->bare);
}

/* Open a part whose header starts at the line in hand. */
static int
part_open(struct scan *s)
{
	struct message *m = s->m;
	struct level *up = s->depth > 0 ? &s->open[s->depth - 1] : NULL;
	struct part *p;
	unsigned room;

	if (m->parts == m->room) {
		room = m->room == 0 ? 16 : m->room * 2;
		p = reallocarray(m->part, room, sizeof *p);
		if (p == NULL)
			return -1;
		m->part = p;
		m->room = room;
	}
	p = &m->part[m->parts];
	*p = (struct part){ .header = s->at, .body = s->at, .end = s->at };
	if (up != NULL) {
		p->parent = up->part;
		p->digest = m->part[up->part].digest;
		if (up->last == 0)
			m->part[up->part].child = m->parts;
		else
			m->part[up->last].next = m->parts;
		up->last = m->parts;
	}
	s->open[s->depth++] = (struct level){ .part = m->parts++ };
	s->in_header = true;
	return 0;
}

/* Learn from the header, which ends in front of the body, what the part is. */
static int
header_done(struct scan *s)
{
	struct level *top = &s->open[s->depth - 1];
	struct part *p = &s->m->part[top->part];
	struct mime_type type;
	bool in_digest = p->digest;

	s->in_header = false;
	p->body = s->at;
	if (s->header_only)
		return 0;
	mime_type_of(&type, s->m->text + p->header.at,
	    s->m->text + p->body.at, in_digest);
	p->digest = false;
	if (type.is_multipart) {
		p->kind = PART_MULTIPART;
		p->digest = type.is_digest;
			top->boundary = s->boundary[s->depth - 1];
		top->boundary_len = mime_boundary(&type,
		    s->boundary[s->depth - 1]);
		if (top->boundary_len == 0)
			top->boundary = NULL;
	} else if (type.is_message && s->depth < MESSAGE_DEPTH_MAX &&
	    s->m->parts < MESSAGE_PARTS_MAX) {
		p->kind = PART_MESSAGE;
		return part_open(s);
	}
	return 0;
}

/*
 * The part at the top of the stack ends at *end.  One that ended within its
 * header still has a type, and a message within it (which then ends too).
 * If it is empty the delimiter follows the header's own line end, and *end,
 * where those around it end, moves behind that.
 */
static int
part_close(struct scan *s, struct mark *end)
{
	struct part *p;
	unsigned depth = s->depth;

	while (s->in_header)
		if (header_done(s) == -1)
			return -1;
	do {
		p = &s->m->part[s->open[--s->depth].part];
		if (end->at < p->body.at)
			*end = p->body;
		p->end = *end;
	} while (s->depth >= depth);
	return 0;
}

/* The level that the line delimits, or -1.  *last: its close-delimiter. */
static int
delimiter(const struct scan *s, const char *line, size_t n, bool *last)
{
	const struct level *l;
	size_t len;

	while (n > 0 && strchr(" \t\r\n", line[n - 1]) != NULL &&
	    line[n - 1] != '\0')
		n--;
	line += 2;
	n -= n < 2 ? n : 2;
	for (unsigned i = s->depth; i-- > 0; ) {
		l = &s->open[i];
		len = l->boundary_len;
		if (l->boundary == NULL || n < len ||
		    memcmp(line, l->boundary, len) != 0)
			continue;
		*last = n == len + 2 && memcmp(line + len, "--", 2) == 0;
		if (n == len || *last)
			return (int)i;
	}
	return -1;
}

/* Take the line [line, line + n) in.  0, or -1 if there is no memory. */
static int
take_line(struct scan *s, const char *line, size_t n)
{
	/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): not if n > 0 */
	bool last = false, empty, lf = n > 0 && line[n - 1] == '\n';
	bool cr = lf && n > 1 && line[n - 2] == '\r';
	struct mark end = s->before;
	int level = -1;

	if (n > 2 && line[0] == '-' && line[1] == '-' && !s->header_only)
		level = delimiter(s, line, n, &last);
	while (level >= 0 && s->depth > (unsigned)level + 1)
		if (part_close(s, &end) == -1)
			return -1;
	empty = level < 0 && s->in_header &&
	    n == (size_t)lf + (size_t)cr;
	s->before = s->at;
	s->before.at += n - (size_t)lf - (size_t)cr;
	s->at.at += n;
	s->at.lines += lf;
	s->at.bare += lf && !cr;
	if (empty)
		return header_done(s);
	if (level < 0)
		return 0;
	if (last)
		s->open[level].boundary = NULL;
	else if (s->depth < MESSAGE_DEPTH_MAX &&
	    s->m->parts < MESSAGE_PARTS_MAX)
		return part_open(s);
	return 0;
}

static int
parse(struct message *m, const char *text, size_t len, bool header_only)
{
	struct scan s;
	const char *p = text, *end = text + len, *lf;
	size_t n;

	s.m = m;
	s.depth = 0;
	s.header_only = header_only;
	s.at = s.before = (struct mark){ 0, 0, 0 };
	m->text = text;
	m->len = len;
	m->parts = 0;
	if (part_open(&s) == -1)
		return -1;
	while (p < end && (s.in_header || !header_only)) {
		lf = line_find_end(p, end);
		n = lf == NULL ? (size_t)(end - p) : (size_t)(lf + 1 - p);
		if (take_line(&s, p, n) == -1)
			return -1;
		p += n;
	}
	while (s.depth > 0)
		if (part_close(&s, &s.at) == -1)
			return -1;
	return 0;
}

int
message_parse(struct message *m, const char *text, size_t len)
{
	return parse(m, text, len, false);
}

int
message_parse_header(struct message *m, const char *text, size_t len)
{
	return parse(m, text, len, true);
}

void
message_free(struct message *m)
{
	free(m->part);
	*m = (struct message){ 0 };
}

/* The n-th child, from 1, or NULL. */
static const struct part *
child(const struct message *m, const struct part *p, unsigned n)
{
	unsigned i = p->child;

	while (i != 0 && --n > 0)
		i = m->part[i].next;
	return i == 0 ? NULL : &m->part[i];
}

const struct part *
message_part(const struct message *m, const unsigned *number, unsigned n)
{
	const struct part *p = &m->part[0];
	bool body = true;	/* p is a message whose body has the parts */

	for (unsigned i = 0; i < n && p != NULL; i++) {
		if (number[i] == 0)
			return NULL;
		if (p->kind == PART_MESSAGE && !body) {
			p = child(m, p, 1);
			body = true;
		}
		if (p == NULL)
			return NULL;
		if (p->kind == PART_MULTIPART) {
			p = child(m, p, number[i]);
			body = false;
		} else if (body && number[i] == 1) {
			body = false;	/* the body itself */
		} else {
			return NULL;
		}
	}
	return p;
}
