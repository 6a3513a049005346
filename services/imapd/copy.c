/* copy.c - COPY (RFC 3501 6.4.7, RFC 4315) */

#include <errno.h>
#include <stdlib.h>

#include "imapd.h"

/* [COPYUID validity from to], behind it text. */
static void
reply_copied(struct session *s, const struct mailbox *to,
    const struct selection *sel, const uint32_t *uids)
{
	struct sequence old = { 0 }, new = { 0 };
	struct buf *b = &s->reply;

	for (size_t i = 0; i < sel->n; i++)
		if (sequence_add(&old, s->box.msg[sel->index[i]].uid) == -1 ||
		    sequence_add(&new, uids[i]) == -1)
			break;
	reply_ok(s, "Copy completed");
	buf_clear(b);
	if (sel->n == 0 || buf_format(b, "[COPYUID %u ",
	    to->uidvalidity) == -1 || sequence_write(&old, b) == -1 ||
	    buf_text(b, " ") == -1 || sequence_write(&new, b) == -1 ||
	    buf_text(b, "] Copy completed") == -1)
		buf_clear(b);
	sequence_free(&old);
	sequence_free(&new);
}

static void
copy_all(struct session *s, const struct selection *sel, const char *name)
{
	struct mailbox to;
	uint32_t *uids = malloc((sel->n + 1) * sizeof *uids);

	if (uids == NULL) {
		reply_errno(s, "Copy");
		return;
	}
	if (name_open(s, &to, name, MAILBOX_WRITE, true)) {
		if (mailbox_copy(&s->box, sel->index, sel->n, &to, uids) == 0)
			reply_copied(s, &to, sel, uids);
		else if (errno == ENOENT)
			reply_no(s, "[EXPUNGEISSUED] Some messages are gone");
		else
			reply_errno(s, "Copy");
		mailbox_close(&to);
	}
	free(uids);
}

void
cmd_copy(struct session *s)
{
	struct reader *r = &s->reader;
	struct selection sel = { NULL, 0 };
	char name[NAME_SIZE];
	bool named;

	if (reader_space(r) && selection_parse(s, &sel) && reader_space(r)) {
		named = name_parse(s, name);
		if (reader_end(r) && named)
			copy_all(s, &sel, name);
	}
	selection_free(&sel);
}
