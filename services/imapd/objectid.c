/* objectid.c - MAILBOXID and EMAILID */

#include <errno.h>
#include <stdio.h>

#include "dns/digest.h"
#include "objectid.h"

void
objectid_mailbox(char id[OBJECTID_SIZE], const struct uidlist *list)
{
	/* A list that another program made may have no id. */
	if (list->guid[0] == '\0')
		snprintf(id, OBJECTID_SIZE, "V%08x",
		    (unsigned)list->uidvalidity);
	else
		snprintf(id, OBJECTID_SIZE, "F%s", list->guid);
}

int
objectid_named(char id[OBJECTID_SIZE], int root, const char *name)
{
	char dir[MAILDIR_NAME_SIZE];
	struct mailbox_news news;
	struct mailbox box;
	int status, saved;

	if (folder_dir(dir, name) == -1 ||
	    mailbox_open(&box, root, dir, MAILBOX_READ) == -1)
		return -1;
	status = uidlist_skip(&box.uids);
	/* The first look at a folder gives it its list. */
	if (status == 0 && box.uids.uidvalidity == 0)
		status = mailbox_sync(&box, &news);
	if (status == 0)
		objectid_mailbox(id, &box.uids);
	saved = errno;
	mailbox_close(&box);
	errno = saved;
	return status;
}

int
objectid_render(struct buf *b, const char *text, size_t len)
{
	uint8_t digest[SHA1_OCTETS];
	char id[2 * SHA1_OCTETS + 1];

	digest_sha1(digest, text, len, NULL, 0);
	for (int i = 0; i < SHA1_OCTETS; i++)
		snprintf(id + 2 * i, 3, "%02x", digest[i]);
	return buf_format(b, "(M%s)", id);
}

int
objectid_get(struct session *s, struct mail *m, struct text *id)
{
	cache_open(&s->cache, &s->box);
	if (cache_get(&s->cache, m->uid, CACHE_EMAILID, id))
		return 0;
	buf_clear(&s->scratch);
	if (load_message(s, m, false) == -1 || objectid_render(&s->scratch,
	    s->message.text, s->message.len) == -1)
		return -1;
	*id = (struct text){ s->scratch.s, s->scratch.len };
	cache_put(&s->cache, m->uid, CACHE_EMAILID, id);
	return 0;
}
