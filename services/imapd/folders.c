/* folders.c - making, removing, naming mailboxes (RFC 3501 6.3.3 to 6.3.7) */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "list.h"
#include "notify.h"
#include "objectid.h"
#include "pattern.h"
#include "use.h"

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

/* RFC 6154 5.2: (USE (\Sent ...)); uses has NO_USE for one not known. */
enum { NO_USE = 1 << 16 };

static bool
parse_uses(struct reader *r, unsigned *uses)
{
	struct text t;
	unsigned use;

	*uses = 0;
	if (!reader_try(r, ' '))
		return r->wrong == NULL;
	if (!reader_char(r, '(') || !reader_word(r, &t))
		return false;
	if (!text_is(&t, "USE"))
		return reader_fail(r, "Unknown CREATE parameter");
	if (!reader_space(r) || !reader_char(r, '('))
		return false;
	if (!reader_try(r, ')')) {
		do {
			if (!reader_flag(r, &t))
				return false;
			use = use_named(&t);
			*uses |= use == 0 ? (unsigned)NO_USE : use;
		} while (reader_try(r, ' '));
		if (!reader_char(r, ')'))
			return false;
	}
	return reader_char(r, ')');
}

/* A mailbox, with its uses or not at all. */
static void
create(struct session *s, const char *name, unsigned uses)
{
	char id[OBJECTID_SIZE];
	int saved;

	if (folder_create(s->root, name) == -1) {
		reply_errno(s, "Create");
		return;
	}
	if ((uses != 0 && use_set(s->root, name, uses) == -1) ||
	    objectid_named(id, s->root, name) == -1) {
		saved = errno;
		folder_delete(s->root, name);
		errno = saved;
		reply_errno(s, "Create");
		return;
	}
	notify_renamed(s, name, NULL);
	reply_ok(s, "[MAILBOXID (%s)] Create completed", id);
}

void
cmd_create(struct session *s)
{
	struct reader *r = &s->reader;
	char name[NAME_SIZE];
	struct text t;
	unsigned uses;

	if (!reader_space(r) || !reader_astring(r, &t) ||
	    !parse_uses(r, &uses) || !reader_end(r))
		return;
	/* A delimiter at the end only announces names below (6.3.3). */
	if (t.n > 1 && t.s[t.n - 1] == DELIMITER)
		t.n--;
	if (!name_folder(s, &t, name))
		reply_no(s, "[CANNOT] Not a name for a mailbox");
	else if (strcmp(name, "INBOX") == 0)
		reply_no(s, "[ALREADYEXISTS] INBOX is always there");
	else if ((uses & NO_USE) != 0)
		reply_no(s, "[USEATTR] No mailbox here is for that");
	else
		create(s, name, uses);
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
	if (mailbox_is_selected(s, name)) {
		mailbox_leave(s);
		output_text(&s->out, "* OK [CLOSED] Mailbox deleted\r\n");
	}
	if (folder_delete(s->root, name) == -1) {
		reply_errno(s, "Delete");
	} else {
		notify_renamed(s, name, NULL);
		reply_ok(s, "Delete completed");
	}
}

/* The selected one may have been renamed, or one above it. */
static void
follow(struct session *s, const char *from, const char *to)
{
	const size_t len = strlen(from);
	char name[MAILDIR_NAME_SIZE];

	if (s->state != SELECTED || strcmp(from, "INBOX") == 0 ||
	    strncmp(s->box_name, from, len) != 0 ||
	    (s->box_name[len] != '\0' && s->box_name[len] != DELIMITER))
		return;
	snprintf(name, sizeof name, "%s%s", to, s->box_name + len);
	strcpy(s->box_name, name);
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
	else {
		if ((s->enabled & ENABLED_REV2) != 0)
			list_announce(s, to, from);
		follow(s, from, to);
		notify_renamed(s, from, to);
		reply_ok(s, "Rename completed");
	}
}

static void
subscribe(struct session *s, bool yes)
{
	char name[NAME_SIZE];

	if (!one_name(s, name))
		return;
	if (folder_subscribe(s->root, name, yes) == -1) {
		reply_errno(s, yes ? "Subscribe" : "Unsubscribe");
	} else {
		notify_renamed(s, name, NULL);
		reply_ok(s, "%s completed", yes ? "Subscribe" : "Unsubscribe");
	}
}

void
cmd_subscribe(struct session *s)
{
	subscribe(s, true);
}

void
cmd_unsubscribe(struct session *s)
{
	subscribe(s, false);
}
