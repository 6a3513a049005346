/* folders.c - making, removing, naming mailboxes (RFC 3501 6.3.3 to 6.3.7) */

#include <errno.h>
#include <string.h>

#include "imapd.h"
#include "pattern.h"

/* One name, the last argument.  False: there is nothing more to do. */
static bool
one_name(struct session *s, char name[NAME_SIZE])
{
	bool named;

	if (!reader_space(&s->reader))
		return false;
	named = name_parse(s, name);
	return reader_end(&s->reader) && named;
}

void
cmd_create(struct session *s)
{
	char name[NAME_SIZE];
	struct text t;

	if (!reader_space(&s->reader) || !reader_astring(&s->reader, &t) ||
	    !reader_end(&s->reader))
		return;
	/* A delimiter at the end only announces names below (6.3.3). */
	if (t.n > 1 && t.s[t.n - 1] == DELIMITER)
		t.n--;
	if (!name_folder(&t, name))
		reply_no(s, "[CANNOT] Not a name for a mailbox");
	else if (strcmp(name, "INBOX") == 0)
		reply_no(s, "[ALREADYEXISTS] INBOX is always there");
	else if (folder_create(s->root, name) == -1)
		reply_errno(s, "Create");
	else
		reply_ok(s, "Create completed");
}

void
cmd_delete(struct session *s)
{
	char name[NAME_SIZE];

	if (!one_name(s, name))
		return;
	if (strcmp(name, "INBOX") == 0) {
		reply_no(s, "[CANNOT] INBOX cannot be deleted");
		return;
	}
	if (s->state == SELECTED && strcmp(name, s->box_name) == 0) {
		mailbox_leave(s);
		output_text(&s->out, "* OK [CLOSED] Mailbox deleted\r\n");
	}
	if (folder_delete(s->root, name) == -1)
		reply_errno(s, "Delete");
	else
		reply_ok(s, "Delete completed");
}

void
cmd_rename(struct session *s)
{
	char from[NAME_SIZE], to[NAME_SIZE];
	bool named;

	if (!reader_space(&s->reader))
		return;
	named = name_parse(s, from);
	if (!reader_space(&s->reader))
		return;
	named = name_parse(s, to) && named;
	if (!reader_end(&s->reader) || !named)
		return;
	if (strcmp(to, "INBOX") == 0)
		reply_no(s, "[ALREADYEXISTS] INBOX is always there");
	else if (folder_rename(s->root, from, to) == -1)
		reply_errno(s, "Rename");
	else
		reply_ok(s, "Rename completed");
}

void
cmd_subscribe(struct session *s)
{
	char name[NAME_SIZE];

	if (!one_name(s, name))
		return;
	if (folder_subscribe(s->root, name, true) == -1)
		reply_errno(s, "Subscribe");
	else
		reply_ok(s, "Subscribe completed");
}

void
cmd_unsubscribe(struct session *s)
{
	char name[NAME_SIZE];

	if (!one_name(s, name))
		return;
	if (folder_subscribe(s->root, name, false) == -1)
		reply_errno(s, "Unsubscribe");
	else
		reply_ok(s, "Unsubscribe completed");
}
