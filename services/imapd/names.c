/* names.c - mailbox names between the client and the folders */

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "imapd.h"
#include "pattern.h"
#include "render.h"
#include "utf7.h"

bool
name_is_utf8(const struct session *s)
{
	return (s->enabled & (ENABLED_UTF8 | ENABLED_REV2)) != 0;
}

bool
name_folder(const struct session *s, const struct text *t,
    char name[NAME_SIZE])
{
	char utf7[NAME_SIZE];
	struct text u = { utf7, 0 };

	if (!name_is_utf8(s))
		return utf7_ok(t) && name_on_disk(t, name);
	if (!utf7_from_utf8(t, utf7, sizeof utf7))
		return false;
	u.n = strlen(utf7);
	return name_on_disk(&u, name);
}

bool
name_on_disk(const struct text *t, char name[NAME_SIZE])
{
	if (t->n == 0 || t->n >= NAME_SIZE)
		return false;
	memcpy(name, t->s, t->n);
	name[t->n] = '\0';
	if (strncasecmp(name, "INBOX", 5) == 0 &&
	    (name[5] == '\0' || name[5] == DELIMITER))
		memcpy(name, "INBOX", 5);
	return folder_name_ok(name);
}

bool
name_parse(struct session *s, char name[NAME_SIZE])
{
	struct text t;

	if (!reader_astring(&s->reader, &t))
		return false;
	if (name_folder(s, &t, name))
		return true;
	reply_no(s, "[CANNOT] Not a name for a mailbox");
	return false;
}

const char *
name_spelling(const struct session *s, const char *name,
    char to[SPELLING_SIZE])
{
	struct text t = { name, strlen(name) };

	return name_is_utf8(s) && utf7_to_utf8(&t, to, SPELLING_SIZE) ? to :
	    name;
}

int
name_render(const struct session *s, struct buf *b, const char *name)
{
	char utf8[SPELLING_SIZE];
	struct text t = { name_spelling(s, name, utf8), 0 };

	t.n = strlen(t.s);
	return t.s == utf8 ? render_utf8(b, &t) : render_astring(b, &t);
}

bool
name_open(struct session *s, struct mailbox *box, const char *name,
    enum mailbox_mode mode, bool trycreate)
{
	char dir[MAILDIR_NAME_SIZE];

	if (folder_dir(dir, name) == 0 &&
	    mailbox_open(box, s->root, dir, mode) == 0)
		return true;
	if (errno == ENOENT && trycreate)
		reply_no(s, "[TRYCREATE] No such mailbox");
	else
		reply_errno(s, "Opening the mailbox");
	return false;
}
