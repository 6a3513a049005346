/*
 * status.c - STATUS (RFC 3501 6.3.10, RFC 7889, RFC 8438, RFC 8474, RFC 9051
 * 6.3.11, RFC 9208 4.1.4)
 */

#include <string.h>

#include "condstore.h"
#include "objectid.h"
#include "status.h"

static const struct {
	const char	*name;
	unsigned	 item;
} items[] = {
	{ "MESSAGES", MESSAGES }, { "RECENT", RECENT },
	{ "UIDNEXT", UIDNEXT }, { "UIDVALIDITY", UIDVALIDITY },
	{ "UNSEEN", UNSEEN }, { "DELETED", DELETED }, { "SIZE", SIZE },
	{ "MAILBOXID", MAILBOXID }, { "APPENDLIMIT", APPENDLIMIT },
	{ "DELETED-STORAGE", DELETED_STORAGE },
	{ "HIGHESTMODSEQ", HIGHESTMODSEQ },
};

enum { ITEMS = sizeof items / sizeof *items };

bool
status_parse(struct reader *r, unsigned *wanted)
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
number(const struct mailbox_status *st, unsigned item)
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
	case APPENDLIMIT:
		return UINT32_MAX;
	case HIGHESTMODSEQ:
		return (long long)st->highest_modseq;
	default:
		return (long long)st->wire;
	}
}

/*
 * What an EXPUNGE would free, in octets as the quota counts them.  What
 * cannot be read is worth nothing.
 */
static long long
deleted_storage(struct session *s, const char *name)
{
	char dir[MAILDIR_NAME_SIZE];
	struct mailbox_news news;
	struct mailbox box;
	long long sum = 0;

	if (folder_dir(dir, name) == -1 ||
	    mailbox_open(&box, s->root, dir, MAILBOX_READ) == -1)
		return 0;
	if (mailbox_sync(&box, &news) == 0)
		for (size_t i = 0; i < box.count; i++)
			if ((box.msg[i].flags & FLAG_TRASHED) != 0 &&
			    mail_stat(&box, &box.msg[i]) == 0)
				sum += box.msg[i].size;
	mailbox_close(&box);
	return sum;
}

static void
write_item(struct session *s, const char *name, unsigned item,
    const struct mailbox_status *st)
{
	char id[OBJECTID_SIZE];

	if (item == DELETED_STORAGE)
		output_format(&s->out, "%lld", deleted_storage(s, name));
	else if (item != MAILBOXID)
		output_format(&s->out, "%lld", number(st, item));
	else if (objectid_named(id, s->root, name) == 0)
		output_format(&s->out, "(%s)", id);
	else
		output_text(&s->out, "NIL");
}

void
status_write(struct session *s, const char *name, unsigned wanted,
    const struct mailbox_status *st)
{
	struct buf *b = &s->scratch;
	const char *before = "";

	buf_clear(b);
	if (buf_text(b, "* STATUS ") == -1 || name_render(s, b, name) == -1)
		return;
	output_bytes(&s->out, b->s, b->len);
	output_text(&s->out, " (");
	for (int i = 0; i < ITEMS; i++)
		if ((wanted & items[i].item) != 0) {
			output_format(&s->out, "%s%s ", before, items[i].name);
			write_item(s, name, items[i].item, st);
			before = " ";
		}
	output_text(&s->out, ")\r\n");
}

const struct mailbox_status *
status_count(struct session *s)
{
	struct mailbox_status *st = &s->counts;

	if (s->counted == s->box.version)
		return st;
	*st = (struct mailbox_status){ .messages = s->box.count -
	    s->box.gone };
	for (size_t i = 0; i < s->box.count; i++) {
		const unsigned state = s->box.msg[i].state;
		const unsigned flags = s->box.msg[i].flags;
		const unsigned there = (state & MSG_GONE) == 0;

		st->recent += there & ((state & MSG_RECENT) != 0);
		st->unseen += there & ((flags & FLAG_SEEN) == 0);
		st->deleted += there & ((flags & FLAG_TRASHED) != 0);
	}
	s->counted = s->box.version;
	return st;
}

/* Of the mailbox that is selected, and was just synced, all is at hand. */
static bool
status_of_selected(struct session *s, const char *name, unsigned wanted,
    struct mailbox_status *st)
{
	if ((wanted & SIZE) != 0 || !mailbox_is_selected(s, name))
		return false;
	*st = *status_count(s);
	st->uidnext = s->box.uidnext;
	st->uidvalidity = s->box.uidvalidity;
	st->highest_modseq = mailbox_highest_modseq(&s->box);
	return true;
}

int
status_send(struct session *s, const char *name, unsigned wanted)
{
	struct mailbox_status st;
	char dir[MAILDIR_NAME_SIZE];
	unsigned want = ((wanted & SIZE) != 0 ? STATUS_SIZES : 0) |
	    ((wanted & HIGHESTMODSEQ) != 0 ? STATUS_MODSEQ : 0);

	if ((wanted & HIGHESTMODSEQ) != 0)
		condstore_enable(s);
	left_close_named(s, name);
	if (!status_of_selected(s, name, wanted, &st) &&
	    (folder_dir(dir, name) == -1 || mailbox_status(s->root, dir, want,
	    &st) == -1))
		return -1;
	status_write(s, name, wanted, &st);
	return 0;
}

void
cmd_status(struct session *s)
{
	struct reader *r = &s->reader;
	char name[NAME_SIZE];
	unsigned wanted;
	bool named;

	if (!reader_space(r))
		return;
	named = name_parse(s, name);
	if (!reader_space(r) || !status_parse(r, &wanted) || !reader_end(r) ||
	    !named)
		return;
	/* It may be the one that is selected. */
	update_send(s, true);
	if (s->over)
		return;
	if (status_send(s, name, wanted) == -1)
		reply_errno(s, "Status");
	else
		reply_ok(s, "Status completed");
}
