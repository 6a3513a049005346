/*
 * message.c - fuzz the MIME reader, and what is rendered from it
 *
 * Offsets must lie in the text and rise, parts within their parents, and
 * what is rendered must have its parentheses and literals right.
 *
 * fuzz: services/imapd/render.c
 * fuzz: services/imapd/envelope.c
 * fuzz: services/imapd/bodystructure.c
 */
#include <assert.h>

#include "../../services/imapd/render.h"
#include "library.h"
#include "mail/wire.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
check_part(const struct message *m, const struct part *p)
{
	assert(p->header.at <= p->body.at && p->body.at <= p->end.at);
	assert(p->end.at <= m->len);
	assert(p->header.bare <= p->body.bare && p->body.bare <= p->end.bare);
	assert(mark_size(&p->body, &p->end) ==
	    wire_size(m->text + p->body.at, p->end.at - p->body.at) ||
	    (p->body.at > 0 && m->text[p->body.at - 1] == '\r'));
	if (p->parent != 0 || p != m->part)
		assert(m->part[p->parent].body.at <= p->header.at &&
		    p->end.at <= m->part[p->parent].end.at);
}

/* Balanced, strings and literals passed over. */
static void
check_syntax(const struct buf *b)
{
	size_t i = 0, n;
	int depth = 0;

	while (i < b->len) {
		switch (b->s[i++]) {
		case '(':
			depth++;
			break;
		case ')':
			assert(--depth >= 0);
			break;
		case '"':
			for (; assert(i < b->len), b->s[i] != '"'; i++) {
				assert(b->s[i] != '\n' && b->s[i] != '\0');
				i += b->s[i] == '\\';
			}
			i++;
			break;
		case '{':
			n = strtoul(b->s + i, NULL, 10);
			while (b->s[i] != '\n')
				i++;
			i += 1 + n;
			assert(i <= b->len);
			break;
		default:
			break;
		}
	}
	assert(depth == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct message m;
	struct buf b = { .limit = 64 << 20 };
	const char *text = (const char *)data;

	if (message_parse(&m, text, size) == -1)
		return 0;
	for (unsigned i = 0; i < m.parts; i++)
		check_part(&m, &m.part[i]);
	for (int extended = 0; extended < 2; extended++) {
		buf_clear(&b);
		if (render_structure(&b, &m, extended) == 0)
			check_syntax(&b);
	}
	buf_clear(&b);
	if (render_envelope(&b, text, text + m.part[0].body.at) == 0 &&
	    b.len > 0)
		check_syntax(&b);
	buf_free(&b);
	return 0;
}
