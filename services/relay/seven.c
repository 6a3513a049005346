/* seven.c - 8-bit parts of a message into quoted-printable and base64 */

#include <string.h>
#include <strings.h>

#include "mail/base64.h"
#include "mail/header.h"
#include "mail/mimetype.h"
#include "seven.h"

enum { QUOTED_LINE = 76, BASE64_OCTETS = 57 };	/* a line of 76 as well */

struct sink {
	void	(*put)(void *, const char *, size_t);
	void	*to;
	char	 line[QUOTED_LINE + 8];
	size_t	 n;
};

static bool
has_eight_bit(const char *p, const char *end)
{
	for (; p < end; p++)
		if ((*p & 0x80) != 0)
			return true;
	return false;
}

static void
flush(struct sink *s)
{
	s->put(s->to, s->line, s->n);
	s->n = 0;
}

static void
add(struct sink *s, const char *p, size_t n)
{
	memcpy(s->line + s->n, p, n);
	s->n += n;
}

/* RFC 2045 6.7: one octet, behind a soft line break where it must be. */
static void
quote(struct sink *s, unsigned char c, bool last)
{
	static const char hex[] = "0123456789ABCDEF";
	const char code[3] = { '=', hex[c >> 4], hex[c & 15] };
	bool plain = c >= ' ' ? c < 127 && c != '=' : c == '\t';
	size_t n;

	if ((c == ' ' || c == '\t') && last)
		plain = false;
	/* "From " at the start of a line is changed by some on the way. */
	if (c == 'F' && s->n == 0)
		plain = false;
	n = plain ? 1 : 3;
	if (s->n + n + !last > QUOTED_LINE) {
		add(s, "=\n", 2);
		flush(s);
	}
	if (plain)
		add(s, (const char *)&c, 1);
	else
		add(s, code, 3);
}

static void
put_quoted(struct sink *s, const char *p, const char *end)
{
	for (; p < end; p++) {
		if (*p == '\r' && p + 1 < end && p[1] == '\n')
			continue;
		if (*p == '\n') {
			add(s, "\n", 1);
			flush(s);
			continue;
		}
		quote(s, (unsigned char)*p, p + 1 == end || p[1] == '\n' ||
		    (p[1] == '\r' && p + 2 < end && p[2] == '\n'));
	}
	flush(s);
}

/* RFC 2045 6.8: line ends are CR LF in what is encoded. */
static void
put_base64(struct sink *s, const char *p, const char *end)
{
	unsigned char octets[BASE64_OCTETS];
	size_t n = 0;
	bool cr = false;

	while (p < end || n > 0) {
		if (n == sizeof octets || p == end) {
			s->n = base64_encode(octets, n, s->line);
			n = 0;
			if (p < end)
				add(s, "\n", 1);
			flush(s);
		} else if (*p == '\n' && !cr) {
			octets[n++] = '\r';
			cr = true;
		} else {
			cr = *p == '\r';
			octets[n++] = (unsigned char)*p++;
		}
	}
}

static void
type_of(const struct message *m, const struct part *p, struct mime_type *t)
{
	mime_type_of(t, m->text + p->header.at, m->text + p->body.at,
	    p != m->part && m->part[p->parent].digest);
}

static bool
is_subtype(const struct mime_type *t, const char *name, size_t n)
{
	return t->subtype_len >= n && strncasecmp(t->subtype, name, n) == 0;
}

/* 7bit, 8bit, binary, or none: nothing that would be encoded twice. */
static bool
is_plain(const struct message *m, const struct part *p)
{
	static const char *const names[] = { "7bit", "8bit", "binary" };
	struct field f;

	if (!header_find(m->text + p->header.at, m->text + p->body.at,
	    "Content-Transfer-Encoding", &f))
		return true;
	for (size_t i = 0; i < 3; i++)
		if (f.value_len >= strlen(names[i]) &&
		    strncasecmp(f.value, names[i], strlen(names[i])) == 0)
			return true;
	return false;
}

static bool
part_can(const struct message *m, const struct part *p)
{
	const char *text = m->text;
	struct mime_type t;

	if (!has_eight_bit(text + p->header.at, text + p->end.at))
		return true;
	type_of(m, p, &t);
	if (has_eight_bit(text + p->header.at, text + p->body.at))
		return false;
	if (p->kind == PART_MULTIPART)
		return p->child != 0 && !is_subtype(&t, "signed", 6);
	if (p->kind == PART_MESSAGE)
		return p->child != 0;
	return is_plain(m, p) && !t.is_multipart && (!t.is_message ||
	    is_subtype(&t, "global", 6));	/* RFC 6532 3.7 */
}

bool
seven_can(const struct message *m)
{
	for (unsigned i = 0; i < m->parts; i++)
		if (!part_can(m, &m->part[i]))
			return false;
	return true;
}

static void
put_text(struct sink *s, const char *text)
{
	s->put(s->to, text, strlen(text));
}

/* The header with another encoding; what makes it MIME is added to the top. */
static void
put_header(struct sink *s, const struct message *m, const struct part *p,
    const char *encoding)
{
	const char *at = m->text + p->header.at, *end = m->text + p->body.at;
	bool version = p != m->part, type = version;
	struct field f;

	while (header_next(&at, end, &f)) {
		if (field_is(&f, "Content-Transfer-Encoding", 25))
			continue;
		version = version || field_is(&f, "MIME-Version", 12);
		type = type || field_is(&f, "Content-Type", 12);
		s->put(s->to, f.start, f.len);
	}
	if (!version)
		put_text(s, "MIME-Version: 1.0\n");
	if (!type)		/* RFC 1428 3 */
		put_text(s, "Content-Type: text/plain; "
		    "charset=unknown-8bit\n");
	put_text(s, "Content-Transfer-Encoding: ");
	put_text(s, encoding);
	put_text(s, "\n\n");
}

/* What stands between parts and is no part: nobody shows it. */
static void
put_between(struct sink *s, const char *p, const char *end)
{
	for (; p < end; p++)
		s->put(s->to, (*p & 0x80) != 0 ? "?" : p, 1);
}

static void
put_leaf(struct sink *s, const struct message *m, const struct part *p)
{
	const char *body = m->text + p->body.at, *end = m->text + p->end.at;
	struct mime_type t;

	type_of(m, p, &t);
	put_header(s, m, p, t.is_text ? "quoted-printable" : "base64");
	if (t.is_text)
		put_quoted(s, body, end);
	else
		put_base64(s, body, end);
}

void
seven_write(const struct message *m,
    void (*put)(void *to, const char *, size_t), void *to)
{
	struct sink s = { .put = put, .to = to };
	size_t at = 0;		/* up to here it is written */

	for (unsigned i = 0; i < m->parts; i++) {
		const struct part *p = &m->part[i];

		if (p->header.at > at)
			put_between(&s, m->text + at, m->text + p->header.at);
		if (!has_eight_bit(m->text + p->header.at,
		    m->text + p->end.at)) {
			at = p->kind == PART_LEAF ? p->end.at : p->body.at;
			put(to, m->text + p->header.at, at - p->header.at);
		} else if (p->kind == PART_LEAF) {
			put_leaf(&s, m, p);
			at = p->end.at;
		} else {
			put_header(&s, m, p, "7bit");
			at = p->body.at;
		}
	}
	put_between(&s, m->text + at, m->text + m->len);
}
