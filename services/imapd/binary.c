/*
 * binary.c - FETCH BINARY[part] and BINARY.SIZE[part] (RFC 3516)
 *
 * A body is decoded twice, once to count and once to send: so it is never in
 * memory as a whole.
 */

#include <string.h>

#include "decode.h"
#include "mail/wire.h"
#include "section.h"

/* The octets of a section as stored, and how they are encoded. */
struct content {
	const char	*text;
	size_t		 len;
	enum encoding	 encoding;
};

/* False: there is no such part. */
static bool
locate(const struct session *s, const struct section *sec, struct content *c)
{
	const struct message *m = &s->message;
	const struct part *p;

	if (sec->path.n == 0) {
		*c = (struct content){ m->text, m->len, ENCODING_NONE };
		return true;
	}
	p = section_part(s, &sec->path);
	if (p == NULL)
		return false;
	*c = (struct content){ m->text + p->body.at, p->end.at - p->body.at,
	    ENCODING_NONE };
	/* RFC 2045 6.4: what has parts is not encoded itself. */
	if (p->kind == PART_LEAF)
		c->encoding = encoding_of(m->text + p->header.at,
		    m->text + p->body.at);
	return true;
}

bool
binary_known(const struct session *s, const struct section *sec)
{
	struct content c;

	return !locate(s, sec, &c) || c.encoding != ENCODING_UNKNOWN;
}

/*
 * Pass over the decoded octets, sending count of them from skip on if out is
 * not NULL.  How many there are; nul: is there a NUL among them?
 */
static uint64_t
pass(const struct content *c, struct output *out, uint64_t skip,
    uint64_t count, bool *nul)
{
	struct decoder d;
	char block[4096];
	uint64_t all = 0;
	size_t n, from;

	*nul = false;
	decoder_init(&d, c->encoding, c->text, c->len);
	while ((n = decoder_next(&d, block, sizeof block)) > 0) {
		*nul |= memchr(block, '\0', n) != NULL;
		if (out != NULL && all + n > skip && count > 0) {
			from = skip > all ? (size_t)(skip - all) : 0;
			if (n - from < count)
				output_bytes(out, block + from, n - from);
			else
				output_bytes(out, block + from, (size_t)count);
			count -= count < n - from ? count : n - from;
		}
		all += n;
	}
	return all;
}

/* What is not encoded is sent as it goes on the wire. */
static uint64_t
size_of(const struct content *c, bool *nul)
{
	*nul = false;
	return c->encoding == ENCODING_NONE ? wire_size(c->text, c->len) :
	    pass(c, NULL, 0, 0, nul);
}

void
binary_send_size(struct session *s, const struct section *sec)
{
	struct content c;
	bool nul;

	section_send_label(s, sec);
	output_number(&s->out, locate(s, sec, &c) ? size_of(&c, &nul) : 0);
}

void
binary_send(struct session *s, const struct section *sec)
{
	uint64_t size, skip = 0;
	struct content c;
	bool nul;

	section_send_label(s, sec);
	if (!locate(s, sec, &c)) {
		output_text(&s->out, "NIL");
		return;
	}
	size = size_of(&c, &nul);
	if (sec->partial)
		section_cut(sec, &skip, &size);
	if (size == 0) {
		output_text(&s->out, "\"\"");
		return;
	}
	output_format(&s->out, "%s{%llu}\r\n", nul ? "~" : "",
	    (unsigned long long)size);
	if (c.encoding == ENCODING_NONE)
		wire_write(&s->out, c.text, c.len, (size_t)skip, (size_t)size);
	else
		pass(&c, &s->out, skip, size, &nul);
}
