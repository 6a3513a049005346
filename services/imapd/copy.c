/* copy.c - COPY and MOVE (RFC 3501 6.4.7, RFC 6851, RFC 4315) */

#include <errno.h>
#include <stdlib.h>

#include "condstore.h"
#include "notify.h"

/* "[COPYUID validity from to] " into s->reply; nothing without memory. */
static void
write_copyuid(struct session *s, const struct mailbox *to,
    const struct selection *sel, const uint32_t *uids)
{
	struct sequence old = { 0 }, new = { 0 };
	struct buf *b = &s->reply;

	buf_clear(b);
	for (size_t i = 0; i < sel->n; i++)
		if (sequence_add(&old, s->box.msg[sel->index[i]].uid) == -1 ||
		    sequence_add(&new, uids[i]) == -1)
			break;
	if (sel->n > 0 && (buf_format(b, "[COPYUID %u ",
	    to->uidvalidity) == -1 || sequence_write(&old, b) == -1 ||
	    buf_text(b, " ") == -1 || sequence_write(&new, b) == -1 ||
	    buf_text(b, "] ") == -1))
		buf_clear(b);
	sequence_free(&old);
	sequence_free(&new);
}

/* RFC 6851 4.3: MOVE tells the UIDs before the first EXPUNGE. */
static void
tell(struct session *s, bool moved)
{
	struct buf *b = &s->reply;
	char code[CONDSTORE_CODE];

	if (moved) {
		if (b->len > 0) {
			output_text(&s->out, "* OK ");
			output_bytes(&s->out, b->s, b->len);
			output_text(&s->out, "Moved\r\n");
		}
		reply_ok(s, "%sMove completed", condstore_code(s, code));
		return;
	}
	s->result = RESULT_OK;
	(void)buf_text(b, "Copy completed");
}

static void
transfer(struct session *s, const struct selection *sel, const char *name,
    bool moves)
{
	struct mailbox to;
	uint32_t *uids = malloc((sel->n + 1) * sizeof *uids);

	if (uids == NULL) {
		reply_errno(s, "Copy");
		return;
	}
	if (name_open(s, &to, name, MAILBOX_WRITE, true)) {
		if ((moves ? mailbox_move : mailbox_copy)(&s->box, sel->index,
		    sel->n, &to, uids) == 0) {
			notify_ours(s, &to, uids, sel->n);
			write_copyuid(s, &to, sel, uids);
			tell(s, moves);
		} else if (errno == ENOENT) {
			reply_no(s, "[EXPUNGEISSUED] Some messages are gone");
		} else {
			reply_errno(s, moves ? "Move" : "Copy");
		}
		mailbox_close(&to);
	}
	free(uids);
}

static void
transfer_command(struct session *s, bool moves)
{
	struct reader *r = &s->reader;
	struct selection sel = { NULL, 0 };
	char name[NAME_SIZE];
	bool named;

	if (reader_space(r) && selection_parse(s, &sel) && reader_space(r)) {
		named = name_parse(s, name);
		if (!reader_end(r) || !named)
			;
		else if (moves && s->read_only)
			reply_no(s, "Mailbox is read-only");
		else
			transfer(s, &sel, name, moves);
	}
	selection_free(&sel);
}

void
cmd_copy(struct session *s)
{
	transfer_command(s, false);
}

void
cmd_move(struct session *s)
{
	transfer_command(s, true);
}
