/* chaos.c - class CHAOS: who and what this server is */

#include <string.h>

#include "chaos.h"

/* What a name asks for, or NULL. */
static const char *
text_of(const struct settings *s, const struct name_key *key)
{
	static const struct { const char *name; bool identity; } names[] = {
		{ "\7version\4bind", false }, { "\7version\6server", false },
		{ "\2id\6server", true }, { "\10hostname\4bind", true },
	};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (key->len == strlen(names[i].name) + 1 &&
		    memcmp(key->wire, names[i].name, key->len) == 0)
			return names[i].identity ? s->identity : s->version;
	return NULL;
}

void
chaos_answer(const struct settings *s, struct reply *r)
{
	static const uint8_t head[10] = { 0xc0, HEADER, 0, TYPE_TXT, 0,
	    CLASS_CH };		/* and TTL 0 */
	const char *text = text_of(s, &r->query->key);
	uint8_t *p = r->octets + r->len;
	size_t len;

	if (text == NULL || *text == '\0' ||
	    (r->query->type != TYPE_TXT && r->query->type != TYPE_ANY)) {
		r->rcode = REFUSED;
		return;
	}
	len = strlen(text);
	if (r->limit - r->len < 13 + len) {
		r->flags |= FLAG_TC;
		return;
	}
	memcpy(p, head, sizeof head);
	p[10] = (uint8_t)((len + 1) >> 8);
	p[11] = (uint8_t)(len + 1);
	p[12] = (uint8_t)len;
	for (size_t i = 0; i < len; i++)
		p[13 + i] = (uint8_t)text[i];
	r->len += 13 + len;
	r->counts[ANSWER]++;
}
