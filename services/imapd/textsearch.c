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

#include "decode.h"
#include "io/buf.h"
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

struct window {
	const struct text *needle;
	struct decoder	 decoder;
	enum charset	 charset;
	struct buf	 text;		/* what is being searched */
	char		 half[4];	/* a character that is cut in two */
	size_t		 cut;		/* octets of it */
};

/* Decode, fold and add one piece.  1; 0 at the end, -1 without memory. */
static int
feed(struct window *w)
{
	char decoded[PIECE];
	size_t used, len;

	memcpy(decoded, w->half, w->cut);
	len = decoder_next(&w->decoder, decoded + w->cut, PIECE - w->cut);
	if (len == 0)
		return 0;
	len += w->cut;
	if (buf_reserve(&w->text, len * CHARSET_GROWTH) == -1)
		return -1;
	w->text.len += charset_fold(w->charset, decoded, len,
	    w->text.s + w->text.len, &used);
	w->cut = len - used;
	memcpy(w->half, decoded + used, w->cut);
	return 1;
}

static int
in_octets(struct window *w)
{
	const size_t keep = w->needle->n - 1;
	int fed;

	buf_clear(&w->text);
	w->cut = 0;
	while ((fed = feed(w)) == 1) {
		if (contains(&w->text, w->needle))
			return 1;
		if (w->text.len > keep) {
			memmove(w->text.s, w->text.s + w->text.len - keep,
			    keep);
			w->text.len = keep;
		}
	}
	return fed;
}

/* The body of one part that has no parts of its own. */
static int
in_leaf(const struct message *m, const struct part *p, struct window *w)
{
	const char *at = m->text + p->header.at, *end = m->text + p->body.at;
	enum encoding encoding = encoding_of(at, end);
	struct mime_type type;
	char charset[32];
	size_t n;

	mime_type_of(&type, at, end, false);
	if (!type.is_text && encoding == ENCODING_BASE64)
		return 0;	/* a picture or the like holds no words */
	n = mime_param(&type.params, "charset", charset, sizeof charset);
	w->charset = n == 0 ? CHARSET_UTF8 : charset_named(charset, n);
	decoder_init(&w->decoder, encoding, m->text + p->body.at,
	    p->end.at - p->body.at);
	return in_octets(w);
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
