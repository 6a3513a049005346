/* select.c - SELECT, EXAMINE and leaving again (RFC 3501 6.3.1, 6.4.2) */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "condstore.h"
#include "list.h"
#include "objectid.h"

bool
mailbox_is_selected(const struct session *s, const char *name)
{
	char dir[MAILDIR_NAME_SIZE];
	struct stat named, open;

	return s->state == SELECTED && folder_dir(dir, name) == 0 &&
	    fstatat(s->root, dir, &named, AT_SYMLINK_NOFOLLOW) == 0 &&
	    fstat(s->box.dir.folder, &open) == 0 &&
	    named.st_ino == open.st_ino && named.st_dev == open.st_dev;
}

/* The number of the first message without \Seen, 0 if there is none. */
static size_t
first_unseen(const struct mailbox *box)
{
	for (size_t i = 0; i < box->count; i++)
		if ((box->msg[i].flags & FLAG_SEEN) == 0)
			return i + 1;
	return 0;
}

static void
describe(struct session *s)
{
	const struct mailbox *box = &s->box;
	size_t unseen = first_unseen(box);
	bool rev2 = (s->enabled & ENABLED_REV2) != 0;
	char id[OBJECTID_SIZE];

	update_flags(s);
	output_format(&s->out, "* %zu EXISTS\r\n", box->count);
	/* RFC 9051 6.3.2 knows neither RECENT nor UNSEEN. */
	if (!rev2)
		output_format(&s->out, "* %zu RECENT\r\n",
		    status_count(s)->recent);
	if (unseen > 0 && !rev2)
		output_format(&s->out, "* OK [UNSEEN %zu] First unseen\r\n",
		    unseen);
	output_format(&s->out, "* OK [UIDVALIDITY %u] UIDs valid\r\n"
	    "* OK [UIDNEXT %u] Predicted next UID\r\n", box->uidvalidity,
	    box->uidnext);
	condstore_describe(s);
	objectid_mailbox(id, &box->uids);
	output_format(&s->out, "* OK [MAILBOXID (%s)] Its name for ever\r\n",
	    id);
	if (!box->sticky)	/* RFC 4315 3 */
		output_text(&s->out, "* NO [UIDNOTSTICKY] UIDs could not be "
		    "stored\r\n");
	if (rev2)
		list_announce(s, s->box_name, NULL);
}

static void
open_mailbox(struct session *s, const char *name, bool read_only,
    const struct resync *resync)
{
	struct mailbox_news news;

	if (s->state == SELECTED) {
		mailbox_leave(s);
		output_text(&s->out, "* OK [CLOSED] Previous mailbox left\r\n");
	}
	left_close_named(s, name);
	if (!name_open(s, &s->box, name,
	    read_only ? MAILBOX_READ : MAILBOX_WRITE, false))
		return;
	mailbox_may_watch(&s->box, s->path);
	resync_begin(s, resync);
	if (mailbox_sync(&s->box, &news) == -1) {
		reply_errno(s, "Reading the mailbox");
		mailbox_close(&s->box);
		return;
	}
	s->state = SELECTED;
	s->read_only = read_only;
	s->exists = s->box.count;
	s->counted = 0;
	s->loaded = 0;
	strcpy(s->box_name, name);
	describe(s);
	resync_send(s, resync);
	reply_ok(s, "[READ-%s] %s completed", read_only ? "ONLY" : "WRITE",
	    read_only ? "Examine" : "Select");
}

static void
select_command(struct session *s, bool read_only)
{
	struct resync resync = { .known = { 0 } };
	char name[NAME_SIZE];
	bool named;

	if (!reader_space(&s->reader))
		return;
	named = name_parse(s, name);
	if (!resync_parse(s, &resync) || !reader_end(&s->reader))
		;
	else if (named)
		open_mailbox(s, name, read_only, &resync);
	else	/* A SELECT that fails leaves nothing selected (6.3.1). */
		mailbox_leave(s);
	resync_free(&resync);
}

void
cmd_select(struct session *s)
{
	select_command(s, false);
}

void
cmd_examine(struct session *s)
{
	select_command(s, true);
}

void
cmd_unselect(struct session *s)
{
	if (!reader_end(&s->reader))
		return;
	mailbox_leave(s);
	reply_ok(s, "Unselected");
}
