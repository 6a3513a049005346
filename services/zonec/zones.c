/* zones.c - the head of zones.db and its table of zones */

#include <stdlib.h>
#include <string.h>

#include "zones.h"

void
zones_begin(struct zones *t, struct draft *out)
{
	*t = (struct zones){ .head = { .magic = ZONEDB_MAGIC,
	    .version = ZONEDB_VERSION, .order = 1, .slots = 4 } };
	t->slots = calloc(t->head.slots, sizeof *t->slots);
	draft_put(out, &t->head, sizeof t->head);
}

static void
insert(struct zonedb_slot *slots, uint32_t count, struct zonedb_slot slot)
{
	uint32_t i = slot.hash;

	while (slots[i & (count - 1)].at != 0)
		i++;
	slots[i & (count - 1)] = slot;
}

static bool
grow(struct zones *t)
{
	uint32_t count = t->head.slots * 2;
	struct zonedb_slot *slots = calloc(count, sizeof *slots);

	if (slots == NULL)
		return false;
	for (uint32_t i = 0; i < t->head.slots; i++)
		if (t->slots[i].at != 0)
			insert(slots, count, t->slots[i]);
	free(t->slots);
	t->slots = slots;
	t->head.slots = count;
	return true;
}

bool
zones_add(struct zones *t, const struct name *apex, uint64_t at)
{
	struct name_key key;

	if (t->slots == NULL)
		return false;
	if (t->head.zones >= t->head.slots / 2 && !grow(t))
		return false;
	name_key(&key, apex->wire, apex->len);
	insert(t->slots, t->head.slots,
	    (struct zonedb_slot){ .at = at, .hash = key.hash[0] });
	t->head.zones++;
	if (key.labels > t->head.labels)
		t->head.labels = key.labels;
	return true;
}

bool
zones_end(struct zones *t, struct draft *out)
{
	if (t->slots == NULL)
		return false;
	draft_align(out, ZONEDB_ALIGN);
	t->head.slots_at = out->at;
	draft_put(out, t->slots, t->head.slots * sizeof *t->slots);
	t->head.size = out->at;
	t->head.check = zonedb_check(&t->head);
	draft_patch(out, 0, &t->head, sizeof t->head);
	return draft_flush(out);
}
