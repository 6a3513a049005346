/* mailbox.c - opening a folder, and one message of it */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/close.h"
#include "io/log.h"
#include "mail/arrive.h"
#include "mail/index.h"
#include "mail/look.h"
#include "mail/mailbox.h"

enum {
	TRIES = 8,		/* renames by others survived in a row */
	WASTE = 4,		/* rewrite when a fourth of the list is dead */
	WASTE_MIN = 1000,
	MEASURED = 200,		/* or a 200th had to be measured; the same
				   holds for what the index knows */
	PREFETCH = 1 << 17	/* octets; the rest is read ahead anyway */
};

int
mailbox_open(struct mailbox *box, int root, const char *dir,
    enum mailbox_mode mode)
{
	memset(box, 0, sizeof *box);
	box->root = root;
	box->mode = mode;
	box->sticky = true;
	box->modseq.fd = -1;
	box->watch.fd = -1;
	snprintf(box->name, sizeof box->name, "%s", dir);
	if (maildir_open(&box->dir, root, dir) == -1)
		return -1;
	uidlist_init(&box->uids, box->dir.folder);
	return 0;
}

/* Is it worth while to write the UID list anew? */
static bool
is_untidy(const struct mailbox *box)
{
	size_t live = box->count - box->gone;

	if (box->mode != MAILBOX_WRITE || box->uids.fd == -1 || !box->sticky)
		return false;
	return box->uids.damaged || box->corrected ||
	    box->uids.records > live + live / WASTE + WASTE_MIN ||
	    (box->measured > 0 && box->measured * MEASURED >= live);
}

/* The wire size that the list should hold: -1 if the name says the same. */
static int64_t
size_for_list(const struct mail *m)
{
	struct maildir_name parts;
	char name[MAILDIR_NAME_SIZE];

	mail_name(m, name);
	/* A size from the list could not tell this one from the others. */
	if ((m->state & MSG_OPEN) != 0 || (maildir_name_parse(name, &parts) &&
	    parts.wire == m->wire))
		return -1;
	return m->wire;
}

/*
 * Write those records of the list that still have a file, with the sizes we
 * had to count.  What is not in the mailbox arrived since: it stays.
 */
static int
copy_list(struct mailbox *box, struct uidlist *old, struct uidlist_writer *w)
{
	struct uidlist_reader reader;
	struct uid_record rec;
	const struct mail *m;
	int n;

	if (uidlist_read(old, &reader) == -1)
		return -1;
	while ((n = uidlist_next(&reader, &rec)) == 1) {
		m = table_find(box, rec.base, rec.base_len);
		if (m == NULL ? rec.uid <= box->uids.last :
		    (m->state & MSG_GONE) != 0)
			continue;
		if (m != NULL && rec.wire != m->wire)
			rec.wire = size_for_list(m);
		uidlist_put(w, &rec);
	}
	return n;
}

/* With the lock held.  new becomes the list as it is then on the disk. */
static int
rewrite_list(struct mailbox *box, struct uidlist *new)
{
	struct uidlist_writer writer;
	struct uidlist old;

	/* The header says which UIDs were given out, so that comes first. */
	if (uidlist_skip(new) == -1)
		return -1;
	if (new->uidvalidity != box->uidvalidity) {
		errno = ESTALE;
		return -1;
	}
	if (uidlist_rewrite(new, &writer) == -1)
		return -1;
	uidlist_init(&old, box->dir.folder);
	if (copy_list(box, &old, &writer) == -1)
		writer.error = errno;
	uidlist_free(&old);
	return uidlist_commit(&writer);
}

static void
tidy(struct mailbox *box)
{
	struct uidlist new;

	if (table_ready(box) == -1 || uidlist_lock(&box->uids) == -1)
		return;
	uidlist_init(&new, box->dir.folder);
	if (arrive_recover(box) == -1 || rewrite_list(box, &new) == -1) {
		log_errno("the UID list stays as it was");
	} else if (new.last == box->uids.last) {
		/* We know all that it says: the index may be of it. */
		uidlist_free(&box->uids);
		box->uids = new;
		new.fd = -1;
	}
	uidlist_unlock(&box->uids);
	uidlist_free(&new);
}

void
mailbox_close(struct mailbox *box)
{
	if (is_untidy(box))
		tidy(box);
	if (box->corrected ||
	    (box->learned > 0 && box->learned * MEASURED >= box->count))
		box->index.current = false;
	index_save(box);
	index_free(&box->index);
	watch_close(&box->watch);
	modseq_close(box);
	table_free(box);
	uidlist_free(&box->uids);
	maildir_close(&box->dir);
}

void
mailbox_drop_gone(struct mailbox *box)
{
	size_t kept = 0;

	if (box->gone == 0)
		return;
	index_dropped(box);
	for (size_t i = 0; i < box->count; i++)
		if ((box->msg[i].state & MSG_GONE) == 0)
			box->msg[kept++] = box->msg[i];
	box->count = kept;
	box->gone = 0;
	box->version++;
	table_rebuild(box);
}

size_t
mailbox_find_uid(const struct mailbox *box, uint32_t uid)
{
	size_t low = 0, high = box->count, mid;

	while (low < high) {
		mid = low + (high - low) / 2;
		if (box->msg[mid].uid < uid)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

int
mailbox_status(int root, const char *dir, unsigned want,
    struct mailbox_status *status)
{
	struct mailbox box;
	const bool sizes = (want & STATUS_SIZES) != 0;
	struct mailbox_news news;
	int result = 0;

	if (mailbox_open(&box, root, dir, MAILBOX_READ) == -1)
		return -1;
	if ((want & STATUS_MODSEQ) != 0)
		mailbox_keep_modseqs(&box);
	result = mailbox_sync(&box, &news);
	*status = (struct mailbox_status){ .messages = box.count,
	    .uidnext = box.uidnext, .uidvalidity = box.uidvalidity,
	    .wire = sizes ? 0 : -1,
	    .highest_modseq = mailbox_highest_modseq(&box) };
	for (size_t i = 0; i < box.count && result == 0; i++) {
		struct mail *m = &box.msg[i];

		status->recent += (m->state & MSG_RECENT) != 0;
		status->unseen += (m->flags & FLAG_SEEN) == 0;
		status->deleted += (m->flags & FLAG_TRASHED) != 0;
		if (!sizes)
			continue;
		if (mail_measure(&box, m) == 0)
			status->wire += m->wire;
		else if (errno != ENOENT)
			result = -1;
	}
	int saved = errno;
	mailbox_close(&box);
	errno = saved;
	return result;
}

void
mail_name(const struct mail *m, char name[MAILDIR_NAME_SIZE])
{
	char *p = name + m->base_len;

	if ((m->state & MSG_ODD) != 0) {
		strcpy(name, m->base);
		return;
	}
	memcpy(name, m->base, m->base_len);
	if ((m->state & MSG_NEW) == 0) {
		memcpy(p, ":2,", 3);
		p = maildir_letters(p + 3, m->flags, m->keywords);
	}
	*p = '\0';
}

static int
directory_of(const struct mailbox *box, const struct mail *m)
{
	return (m->state & MSG_NEW) != 0 ? box->dir.new : box->dir.cur;
}

/* Should it have become a FIFO, we must not wait for it. */
static int
open_file(const struct mailbox *box, const struct mail *m)
{
	char name[MAILDIR_NAME_SIZE];

	mail_name(m, name);
	return openat(directory_of(box, m), name,
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
}

int
mail_open(struct mailbox *box, struct mail *m)
{
	int fd;

	errno = ENOENT;
	for (int i = 0; i < TRIES && (m->state & MSG_GONE) == 0; i++) {
		fd = open_file(box, m);
		if (fd != -1 || errno != ENOENT ||
		    look_again(box, m) == -1)
			return fd;
	}
	errno = ENOENT;
	return -1;
}

void
mail_prefetch(const struct mailbox *box, const struct mail *m)
{
	int fd = open_file(box, m);

	if (fd == -1)
		return;
	(void)posix_fadvise(fd, 0, PREFETCH, POSIX_FADV_WILLNEED);
	close(fd);
}

int
mail_stat(struct mailbox *box, struct mail *m)
{
	char name[MAILDIR_NAME_SIZE];
	struct stat st;

	if (m->size >= 0 && m->date != -1)
		return 0;
	errno = ENOENT;
	for (int i = 0; i < TRIES && (m->state & MSG_GONE) == 0; i++) {
		mail_name(m, name);
		if (fstatat(directory_of(box, m), name, &st,
		    AT_SYMLINK_NOFOLLOW) == 0) {
			m->size = st.st_size;
			m->date = st.st_mtim.tv_sec;
			m->unsaved |= UNSAVED_ALL;
			box->learned++;
			return 0;
		}
		if (errno != ENOENT || look_again(box, m) == -1)
			return -1;
	}
	errno = ENOENT;
	return -1;
}

/* How many octets the file has on the wire, or -1; its last octet. */
static int64_t
count_wire(int fd, char *last)
{
	static char block[65536];
	int64_t wire = 0;
	const char *p;
	ssize_t n;

	*last = '\n';
	while ((n = read(fd, block, sizeof block)) != 0) {
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return -1;
		wire += n;
		for (p = block; (p = memchr(p, '\n',
		    (size_t)(block + n - p))) != NULL; p++)
			wire += (p == block ? *last : p[-1]) != '\r';
		*last = block[n - 1];
	}
	return wire;
}

int
mail_measure(struct mailbox *box, struct mail *m)
{
	int64_t wire;
	int fd;
	char last;

	if (m->wire >= 0)
		return 0;
	fd = mail_open(box, m);
	if (fd == -1)
		return -1;
	wire = count_wire(fd, &last);
	close_quietly(fd);
	if (wire == -1)
		return -1;
	mail_measured(box, m, wire, last != '\n');
	return 0;
}

void
mail_measured(struct mailbox *box, struct mail *m, int64_t wire, bool open)
{
	if (m->wire == wire && ((m->state & MSG_OPEN) != 0) == open)
		return;
	box->corrected |= m->wire >= 0;
	box->measured += !open;
	box->learned++;
	m->wire = wire;
	m->unsaved |= UNSAVED_ALL;
	m->state &= (uint8_t)~MSG_OPEN;
	m->state |= open ? MSG_OPEN : 0;
}
