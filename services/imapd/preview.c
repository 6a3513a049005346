/* preview.c - text of a message, without markup */

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "decode.h"
#include "mail/charset.h"
#include "mail/mimetype.h"
#include "preview.h"
#include "render.h"
#include "utf7.h"

enum {
	TEXT_MOST = 16384,		/* octets of the part looked at */
	SHOWN_MOST = PREVIEW_CHARACTERS * 4
};

/* Words as they come, with one blank between. */
struct preview {
	char	 text[SHOWN_MOST + 4];
	size_t	 n, characters;
	bool	 blank;			/* one is owed */
};

static void
put(struct preview *v, const char *s, size_t n)
{
	if (v->blank && v->n > 0 && v->characters < PREVIEW_CHARACTERS) {
		v->text[v->n++] = ' ';
		v->characters++;
	}
	v->blank = false;
	if (v->characters == PREVIEW_CHARACTERS)
		return;
	memcpy(v->text + v->n, s, n);
	v->n += n;
	v->characters++;
}

/* The character at p, which is one of UTF-8 or passed over; its octets. */
static size_t
put_one(struct preview *v, const char *p, const char *end)
{
	unsigned char c = (unsigned char)*p;
	struct text t = { p, c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4 };

	if (c <= ' ' || c == 0x7f) {
		v->blank = true;
		return 1;
	}
	if ((size_t)(end - p) < t.n || !utf8_valid(&t))
		return 1;
	put(v, t.s, t.n);
	return t.n;
}

/* &amp; and its like at p; their octets, 0: none that is known. */
static size_t
entity(struct preview *v, const char *p, const char *end)
{
	static const struct {
		const char	*name, *text;
	} known[] = {
		{ "&amp;", "&" }, { "&lt;", "<" }, { "&gt;", ">" },
		{ "&quot;", "\"" }, { "&apos;", "'" }, { "&#39;", "'" },
		{ "&nbsp;", " " },
	};
	size_t n;

	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		n = strlen(known[i].name);
		if ((size_t)(end - p) < n || memcmp(p, known[i].name, n) != 0)
			continue;
		put_one(v, known[i].text, known[i].text + 1);
		return n;
	}
	return 0;
}

static bool
is_tag(const char *p, const char *end, const char *name)
{
	size_t n = strlen(name);

	return (size_t)(end - p) > n && strncasecmp(p, name, n) == 0;
}

/* Behind the tag at p; with style and script goes what they enclose. */
static const char *
skip_tag(const char *p, const char *end)
{
	static const char *const hidden[][2] = { { "<style", "</style" },
	    { "<script", "</script" }, { "<head", "</head" },
	    { "<!--", "-->" } };
	const char *q;

	for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++)
		if (is_tag(p, end, hidden[i][0])) {
			for (q = p; q < end && !is_tag(q, end, hidden[i][1]);)
				q++;
			p = q;
			break;
		}
	q = memchr(p, '>', (size_t)(end - p));
	return q == NULL ? end : q + 1;
}

static void
put_text(struct preview *v, const char *p, size_t n, bool html)
{
	const char *end = p + n;
	size_t used;

	while (p < end && v->characters < PREVIEW_CHARACTERS) {
		if (html && *p == '<') {
			p = skip_tag(p, end);
			v->blank = true;
		} else if (html && *p == '&' &&
		    (used = entity(v, p, end)) > 0) {
			p += used;
		} else {
			p += put_one(v, p, end);
		}
	}
}

/* The best part to show: the first text/plain, or else text/html. */
static const struct part *
choose(const struct message *m, struct mime_type *type)
{
	const struct part *html = NULL;
	struct mime_type t;

	for (const struct part *p = m->part; p < m->part + m->parts; p++) {
		if (p->kind != PART_LEAF)
			continue;
		mime_type_of(&t, m->text + p->header.at, m->text + p->body.at,
		    false);
		if (!t.is_text)
			continue;
		if (t.subtype_len == 5 && strncasecmp(t.subtype, "plain", 5)
		    == 0) {
			*type = t;
			return p;
		}
		if (html == NULL && t.subtype_len == 4 &&
		    strncasecmp(t.subtype, "html", 4) == 0) {
			*type = t;
			html = p;
		}
	}
	return html;
}

/* The start of a part, in UTF-8. */
static int
read_part(struct preview *v, const struct message *m, const struct part *p,
    const struct mime_type *type)
{
	const char *at = m->text + p->header.at, *body = m->text + p->body.at;
	char charset[32], *octets = malloc(TEXT_MOST);
	char *text = malloc((size_t)TEXT_MOST * CHARSET_GROWTH);
	size_t n, used, len;
	struct decoder d;

	if (octets != NULL && text != NULL) {
		decoder_init(&d, encoding_of(at, body), body,
		    p->end.at - p->body.at);
		len = decoder_next(&d, octets, TEXT_MOST);
		n = mime_param(&type->params, "charset", charset,
		    sizeof charset);
		n = charset_utf8(n == 0 ? CHARSET_UTF8 :
		    charset_named(charset, n), octets, len, text, &used);
		put_text(v, text, n, type->subtype_len == 4);
	}
	len = octets == NULL || text == NULL;
	free(octets);
	free(text);
	return len == 0 ? 0 : -1;
}

int
preview_render(struct buf *b, const struct message *m)
{
	struct preview v = { .n = 0 };
	struct mime_type type;
	const struct part *p = choose(m, &type);

	if (p != NULL && read_part(&v, m, p, &type) == -1)
		return -1;
	return render_string(b, &(struct text){ v.text, v.n });
}
