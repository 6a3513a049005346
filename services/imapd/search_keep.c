/* search_keep.c - a search that goes on for longer than its command */

#include <stdlib.h>
#include <string.h>

#include "search.h"

uint64_t
search_keyword(const struct session *s, const struct text *t)
{
	char name[KEYWORD_SIZE];
	int i = -1;

	if (t->n < sizeof name) {
		memcpy(name, t->s, t->n);
		name[t->n] = '\0';
		i = keywords_find(&s->box.keywords, name);
	}
	return i < 0 ? 0 : UINT64_C(1) << i;
}

/* Message numbers as UIDs. */
static int
to_uids(const struct session *s, struct key *k)
{
	struct sequence uids = { 0 };

	for (size_t i = 0; i < s->box.count; i++)
		if (sequence_has(&k->set, (uint32_t)i + 1) &&
		    sequence_add(&uids, s->box.msg[i].uid) == -1) {
			sequence_free(&uids);
			return -1;
		}
	sequence_free(&k->set);
	k->set = uids;
	k->kind = KEY_UID;
	return 0;
}

int
search_keep(struct session *s, struct search *q)
{
	size_t octets = 1;
	char *at;

	for (unsigned i = 0; i < q->n; i++)
		octets += q->key[i].name.n;
	at = q->texts = malloc(octets);
	if (at == NULL)
		return -1;
	for (unsigned i = 0; i < q->n; i++) {
		struct key *k = &q->key[i];

		if (k->kind == KEY_NUMBER && to_uids(s, k) == -1)
			return -1;
		if (k->name.n > 0)
			memcpy(at, k->name.s, k->name.n);
		k->name.s = at;
		at += k->name.n;
	}
	return 0;
}

void
search_renew(const struct session *s, struct search *q)
{
	for (unsigned i = 0; i < q->n; i++)
		if (q->key[i].kind == KEY_KEYWORD)
			q->key[i].number = search_keyword(s, &q->key[i].name);
}

bool
search_is_timed(const struct search *q)
{
	for (unsigned i = 0; i < q->n; i++)
		if (q->key[i].kind == KEY_OLDER ||
		    q->key[i].kind == KEY_YOUNGER)
			return true;
	return false;
}
