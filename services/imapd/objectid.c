/* objectid.c - MAILBOXID, EMAILID and THREADID */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "dns/digest.h"
#include "objectid.h"
#include "sortkey.h"

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

/* A letter and the digest of a text. */
static void
name(char id[OBJECTID_SIZE], char letter, const char *text, size_t len)
{
	uint8_t digest[SHA1_OCTETS];

	digest_sha1(digest, text, len, NULL, 0);
	id[0] = letter;
	for (int i = 0; i < SHA1_OCTETS; i++)
		snprintf(id + 1 + 2 * i, 3, "%02x", digest[i]);
}

int
objectid_render(struct buf *b, const char *text, size_t len)
{
	char id[OBJECTID_SIZE];

	name(id, 'M', text, len);
	return buf_format(b, "(%s)", id);
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

/* What THREAD knows of its ids: from the cache, or made and kept. */
static int
thread_ids(struct session *s, struct mail *m, struct sortkey *k)
{
	struct text record, header;

	cache_open(&s->cache, &s->box);
	if (cache_get(&s->cache, m->uid, CACHE_THREAD, &record) &&
	    threadrecord_parse(&record, k))
		return 0;
	if (load_header(s, m, &header) == -1 ||
	    threadrecord_render(&s->scratch, &header) == -1)
		return -1;
	record = (struct text){ s->scratch.s, s->scratch.len };
	cache_put(&s->cache, m->uid, CACHE_THREAD, &record);
	return threadrecord_parse(&record, k) ? 0 : -1;
}

int
objectid_thread(struct session *s, struct mail *m, char id[OBJECTID_SIZE])
{
	struct sortkey k;
	struct text own;
	const char *first;

	if (thread_ids(s, m, &k) == -1)
		return -1;
	first = *k.references != '\0' ? k.references : k.id;
	if (*first != '\0') {
		name(id, 'T', first, strcspn(first, " "));
		return 0;
	}
	/* One that has no id is a thread of its own. */
	if (objectid_get(s, m, &own) == -1)
		return -1;
	snprintf(id, OBJECTID_SIZE, "T%.*s", 2 * SHA1_OCTETS, own.s + 2);
	return 0;
}
