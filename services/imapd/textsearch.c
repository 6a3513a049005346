/*
 * textsearch.c - find a folded needle in the decoded text of a message
 *
 * Text runs through a window: octets of a part are decoded (base64 or
 * quoted-printable), turned into folded UTF-8 and put behind what is left of
 * the last piece, so that a needle that lies across two pieces is found.
 */

#define _GNU_SOURCE	/* memmem(3) */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "io/buf.h"
#include "mail/base64.h"
#include "mail/charset.h"
#include "mail/header.h"
#include "mail/mimetype.h"
#include "mail/words.h"
#include "search.h"

enum {
	PIECE = 16384,			/* octets decoded at a time */
	HEADER_MOST = 1 << 20		/* octets of a field that are read */
};

int
needle_make(struct text *needle, const struct text *t)
{
	char *to = malloc(t->n * CHARSET_GROWTH + 4);
	size_t used, n;

	if (to == NULL)
		return -1;
	n = charset_fold(CHARSET_UTF8, t->s, t->n, to, &used);
	/* What is cut off at the end stands as it is. */
	memcpy(to + n, t->s + used, t->n - used);
	*needle = (struct text){ to, n + t->n - used };
	return 0;
}

static bool
contains(const struct buf *b, const struct text *needle)
{
	return needle->n == 0 || (b->len >= needle->n &&
	    memmem(b->s, b->len, needle->s, needle->n) != NULL);
}

/* One field, unfolded and decoded. */
static int
in_field(const struct field *f, const struct text *needle, struct buf *b)
{
	struct field g = *f;
	struct text t;
	char *line;

	if (g.value_len > HEADER_MOST)
		g.value_len = HEADER_MOST;
	line = malloc(g.value_len + 1);
	if (line == NULL)
		return -1;
	t = (struct text){ line, header_unfold(&g, line) };
	if (words_fold(b, &t) == -1) {
		free(line);
		return -1;
	}
	free(line);
	return contains(b, needle);
}

int
text_in_header(const char *at, const char *end, const struct text *name,
    const struct text *needle)
{
	struct buf b = { .limit = (size_t)HEADER_MOST * 4 };
	struct field f;
	struct text t;
	int found = 0;

	while (found == 0 && header_next(&at, end, &f)) {
		buf_clear(&b);
		if (name == NULL) {
			t = (struct text){ f.start, f.name_len };
			if (words_fold(&b, &t) == -1 ||
			    buf_text(&b, ": ") == -1)
				found = -1;
		} else if (!field_is(&f, name->s, name->n)) {
			continue;
		}
		if (found == 0)
			found = in_field(&f, needle, &b);
	}
	buf_free(&b);
	return found;
}

/* --- bodies --------------------------------------------------------------- */

enum encoding { ENCODING_NONE, ENCODING_BASE64, ENCODING_QP };

struct window {
	const struct text *needle;
	enum encoding	 encoding;
	enum charset	 charset;
	struct buf	 text;		/* what is being searched */
	char		 half[4];	/* a character that is cut in two */
	size_t		 cut;		/* octets of it */
};

static int
hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* RFC 2045 6.7: the octets behind an equals sign at p. */
static const char *
unquote(const char *p, const char *end, char **to)
{
	const char *q = p + 1;

	if (end - p > 2 && hex(p[1]) >= 0 && hex(p[2]) >= 0) {
		*(*to)++ = (char)(hex(p[1]) << 4 | hex(p[2]));
		return p + 3;
	}
	while (q < end && (*q == ' ' || *q == '\t' || *q == '\r'))
		q++;
	if (q < end && *q == '\n')
		return q + 1;		/* a soft line break */
	*(*to)++ = '=';
	return p + 1;
}

static size_t
decode_qp(const char *p, size_t n, char *to)
{
	const char *end = p + n;
	char *at = to;

	while (p < end)
		if (*p == '=')
			p = unquote(p, end, &at);
		else
			*at++ = *p++;
	return (size_t)(at - to);
}

/*
 * How much of the text can be decoded on its own: whole lines, or all of it
 * if a line is longer than a piece.
 */
static size_t
piece(const struct window *w, const char *p, size_t left)
{
	const char *lf;

	if (left <= PIECE)
		return left;
	if (w->encoding == ENCODING_NONE)
		return PIECE;
	lf = memrchr(p, '\n', PIECE);
	return lf == NULL ? PIECE : (size_t)(lf + 1 - p);
}

/* Decode, fold and add one piece. */
static int
feed(struct window *w, const char *p, size_t n)
{
	char decoded[PIECE + 8];
	char *at = decoded + w->cut;
	size_t used, len;

	memcpy(decoded, w->half, w->cut);
	if (w->encoding == ENCODING_BASE64) {
		at += base64_decode_mail(p, n, at);
	} else if (w->encoding == ENCODING_QP) {
		at += decode_qp(p, n, at);
	} else {
		memcpy(at, p, n);
		at += n;
	}
	len = (size_t)(at - decoded);
	if (buf_reserve(&w->text, len * CHARSET_GROWTH) == -1)
		return -1;
	w->text.len += charset_fold(w->charset, decoded, len,
	    w->text.s + w->text.len, &used);
	w->cut = len - used;
	memcpy(w->half, decoded + used, w->cut);
	return 0;
}

static int
in_octets(struct window *w, const char *p, size_t n)
{
	const size_t keep = w->needle->n - 1;
	size_t part;

	buf_clear(&w->text);
	w->cut = 0;
	for (; n > 0; p += part, n -= part) {
		part = piece(w, p, n);
		if (feed(w, p, part) == -1)
			return -1;
		if (contains(&w->text, w->needle))
			return 1;
		if (w->text.len > keep) {
			memmove(w->text.s, w->text.s + w->text.len - keep,
			    keep);
			w->text.len = keep;
		}
	}
	return 0;
}

static enum encoding
encoding_of(const char *at, const char *end)
{
	struct field f;
	struct token t;
	struct lexer l;

	if (!header_find(at, end, "Content-Transfer-Encoding", &f))
		return ENCODING_NONE;
	lexer_init(&l, f.value, f.value_len, TOKEN_MIME);
	token_next(&l, &t);
	if (t.n == 6 && strncasecmp(t.s, "base64", 6) == 0)
		return ENCODING_BASE64;
	return t.n == 16 && strncasecmp(t.s, "quoted-printable", 16) == 0 ?
	    ENCODING_QP : ENCODING_NONE;
}

/* The body of one part that has no parts of its own. */
static int
in_leaf(const struct message *m, const struct part *p, struct window *w)
{
	const char *at = m->text + p->header.at, *end = m->text + p->body.at;
	struct mime_type type;
	char charset[32];
	size_t n;

	mime_type_of(&type, at, end, false);
	w->encoding = encoding_of(at, end);
	if (!type.is_text && w->encoding == ENCODING_BASE64)
		return 0;	/* a picture or the like holds no words */
	n = mime_param(&type.params, "charset", charset, sizeof charset);
	w->charset = n == 0 ? CHARSET_UTF8 : charset_named(charset, n);
	return in_octets(w, m->text + p->body.at, p->end.at - p->body.at);
}

int
text_in_message(const struct message *m, const struct text *needle,
    bool header)
{
	struct window w = { .needle = needle };
	const struct part *p;
	int found = needle->n == 0;

	for (unsigned i = 0; i < m->parts && found == 0; i++) {
		p = &m->part[i];
		if (i > 0 || header)
			found = text_in_header(m->text + p->header.at,
			    m->text + p->body.at, NULL, needle);
		if (found == 0 && p->kind == PART_LEAF)
			found = in_leaf(m, p, &w);
	}
	buf_free(&w.text);
	return found;
}
