/* table.c - how a mailbox finds a message by the base of its file's name */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "mail/mailbox.h"

enum { BLOCK = 32768, FIRST_ROOM = 64 };

struct names {
	struct names	*next;
	size_t		 used, room;
	char		 text[];
};

/* Eight octets a step: a large mailbox hashes megabytes of names. */
static uint64_t
hash(const char *p, size_t len)
{
	const uint64_t prime = UINT64_C(0x9e3779b97f4a7c15);
	uint64_t h = len * prime, word;

	for (; len >= sizeof word; p += sizeof word, len -= sizeof word) {
		memcpy(&word, p, sizeof word);
		h = (h ^ word) * prime;
		h ^= h >> 32;
	}
	word = 0;
	memcpy(&word, p, len);
	h = (h ^ word) * prime;
	return h ^ h >> 29;
}

static uint32_t *
chain_of(const struct mailbox *box, const char *base, size_t len)
{
	return &box->table.head[hash(base, len) & (box->table.slots - 1)];
}

struct mail *
table_find(const struct mailbox *box, const char *base, size_t len)
{
	struct mail *m;
	uint32_t i;

	if (box->table.slots == 0)
		return NULL;
	for (i = *chain_of(box, base, len); i != 0; i = m->chain) {
		m = &box->msg[i - 1];
		if (m->base_len == len && memcmp(m->base, base, len) == 0)
			return m;
	}
	return NULL;
}

static void
enter(struct mailbox *box, size_t i)
{
	struct mail *m = &box->msg[i];
	uint32_t *chain = chain_of(box, m->base, m->base_len);

	m->chain = *chain;
	*chain = (uint32_t)(i + 1);
}

void
table_rebuild(struct mailbox *box)
{
	struct table *t = &box->table;

	if (t->slots == 0)
		return;
	memset(t->head, 0, t->slots * sizeof *t->head);
	for (size_t i = 0; i < box->count; i++)
		enter(box, i);
}

int
table_ready(struct mailbox *box)
{
	struct table *t = &box->table;

	if (t->slots > 0 || t->room == 0)
		return 0;
	t->head = calloc(t->room, sizeof *t->head);
	if (t->head == NULL)
		return -1;
	t->slots = t->room;
	table_rebuild(box);
	return 0;
}

/* Memory for one more message, and chains that are one long on average. */
static int
grow(struct mailbox *box)
{
	struct table *t = &box->table;
	size_t room = FIRST_ROOM;
	struct mail *msg;
	uint32_t *head;

	if (box->count < t->room)
		return table_ready(box);
	while (room <= box->count)
		room *= 2;
	if (room > UINT32_MAX / 2) {
		errno = ENOMEM;
		return -1;
	}
	head = calloc(room, sizeof *head);
	msg = head == NULL ? NULL :
	    realloc(box->msg, room * sizeof *box->msg);
	if (msg == NULL) {
		free(head);
		return -1;
	}
	free(t->head);
	t->head = head;
	t->slots = t->room = room;
	box->msg = msg;
	table_rebuild(box);
	return 0;
}

static struct names *
add_block(struct mailbox *box, size_t room)
{
	struct names *n = malloc(sizeof *n + room);

	if (n == NULL)
		return NULL;
	n->next = box->table.names;
	n->used = 0;
	n->room = room;
	box->table.names = n;
	return n;
}

char *
table_block(struct mailbox *box, size_t size)
{
	struct names *n = add_block(box, size);

	if (n == NULL)
		return NULL;
	n->used = size;
	return n->text;
}

const char *
table_keep(struct mailbox *box, const char *name, size_t len)
{
	struct names *n = box->table.names;
	char *copy;

	if (n == NULL || n->room - n->used < len + 1)
		n = add_block(box, BLOCK);
	if (n == NULL)
		return NULL;
	copy = n->text + n->used;
	memcpy(copy, name, len);
	copy[len] = '\0';
	n->used += len + 1;
	return copy;
}

struct mail *
table_add(struct mailbox *box, const char *base, size_t len)
{
	const char *copy;
	struct mail *m;

	if (grow(box) == -1 || (copy = table_keep(box, base, len)) == NULL)
		return NULL;
	m = &box->msg[box->count];
	*m = (struct mail){ .base = copy, .base_len = (uint16_t)len,
	    .size = -1, .wire = -1, .date = -1, .unsaved = UNSAVED_ALL };
	enter(box, box->count++);
	return m;
}

void
table_free(struct mailbox *box)
{
	struct names *n;

	while ((n = box->table.names) != NULL) {
		box->table.names = n->next;
		free(n);
	}
	free(box->table.head);
	free(box->msg);
	box->msg = NULL;
	box->count = 0;
	memset(&box->table, 0, sizeof box->table);
}
