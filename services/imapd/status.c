/* status.c - STATUS (RFC 3501 6.3.10, RFC 8438, RFC 9051 6.3.11) */

#include "imapd.h"

enum item { MESSAGES = 1, RECENT = 2, UIDNEXT = 4, UIDVALIDITY = 8,
    UNSEEN = 16, DELETED = 32, SIZE = 64 };

static const struct {
	const char	*name;
	unsigned	 item;
} items[] = {
	{ "MESSAGES", MESSAGES }, { "RECENT", RECENT },
	{ "UIDNEXT", UIDNEXT }, { "UIDVALIDITY", UIDVALIDITY },
	{ "UNSEEN", UNSEEN }, { "DELETED", DELETED }, { "SIZE", SIZE },
};

enum { ITEMS = sizeof items / sizeof *items };

static bool
parse_items(struct reader *r, unsigned *wanted)
{
	struct text t;
	int i;

	*wanted = 0;
	if (!reader_char(r, '('))
		return false;
	do {
		if (!reader_word(r, &t))
			return false;
		for (i = 0; i < ITEMS && !text_is(&t, items[i].name); i++)
			;
		if (i == ITEMS)
			return reader_fail(r, "Unknown status item");
		*wanted |= items[i].item;
	} while (reader_try(r, ' '));
	return reader_char(r, ')');
}

static long long
value(const struct mailbox_status *st, unsigned item)
{
	switch (item) {
	case MESSAGES:
		return (long long)st->messages;
	case RECENT:
		return (long long)st->recent;
	case UIDNEXT:
		return st->uidnext;
	case UIDVALIDITY:
		return st->uidvalidity;
	case UNSEEN:
		return (long long)st->unseen;
	case DELETED:
		return (long long)st->deleted;
	default:
		return (long long)st->wire;
	}
}

static void
send_status(struct session *s, const char *name, unsigned wanted,
    const struct mailbox_status *st)
{
	struct buf *b = &s->scratch;
	const char *before = "";

	buf_clear(b);
	if (buf_text(b, "* STATUS ") == -1 || name_render(b, name) == -1)
		return;
	output_bytes(&s->out, b->s, b->len);
	output_text(&s->out, " (");
	for (int i = 0; i < ITEMS; i++)
		if ((wanted & items[i].item) != 0) {
			output_format(&s->out, "%s%s %lld", before,
			    items[i].name, value(st, items[i].item));
			before = " ";
		}
	output_text(&s->out, ")\r\n");
}

void
cmd_status(struct session *s)
{
	struct reader *r = &s->reader;
	struct mailbox_status st;
	char name[NAME_SIZE], dir[MAILDIR_NAME_SIZE];
	unsigned wanted;
	bool named;

	if (!reader_space(r))
		return;
	named = name_parse(s, name);
	if (!reader_space(r) || !parse_items(r, &wanted) || !reader_end(r) ||
	    !named)
		return;
	if (folder_dir(dir, name) == -1 || mailbox_status(s->root, dir,
	    (wanted & SIZE) != 0, &st) == -1) {
		reply_errno(s, "Status");
		return;
	}
	send_status(s, name, wanted, &st);
	reply_ok(s, "Status completed");
}
