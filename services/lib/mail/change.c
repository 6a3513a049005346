/* change.c - flags, and the end of a message */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "mail/look.h"
#include "mail/mailbox.h"
#include "mail/quota.h"

enum { TRIES = 20 };		/* renames by others survived in a row */

static int
directory_of(const struct mailbox *box, const struct mail *m)
{
	return (m->state & MSG_NEW) != 0 ? box->dir.new : box->dir.cur;
}

/* Give the file its new name.  0, or -1: ENOENT if it is not where it was. */
static int
rename_to(struct mailbox *box, struct mail *m, unsigned flags,
    uint64_t keywords)
{
	char old[MAILDIR_NAME_SIZE], new[MAILDIR_NAME_SIZE];
	struct maildir_name parts;
	struct stat st;

	mail_name(m, old);
	if (flags == m->flags && keywords == m->keywords)
		return fstatat(directory_of(box, m), old, &st,
		    AT_SYMLINK_NOFOLLOW);
	look_before(box);
	if (maildir_name_make(new, old, flags, keywords) == -1 ||
	    renameat(directory_of(box, m), old, box->dir.cur, new) == -1)
		return -1;
	look_after(box, (m->state & MSG_NEW) != 0, old, new);
	maildir_name_parse(new, &parts);
	return look_rename(box, m, new, &parts, false);
}

int
mail_flag(struct mailbox *box, struct mail *m, const struct flag_change *c)
{
	if (box->mode == MAILBOX_READ) {
		errno = EROFS;
		return -1;
	}
	for (int i = 0; i < TRIES && (m->state & MSG_GONE) == 0; i++) {
		if (c->unchanged && (m->state & MSG_CHANGED) != 0) {
			errno = EBUSY;
			return -1;
		}
		if (rename_to(box, m, (m->flags & ~c->off) | c->on,
		    (m->keywords & ~c->keywords_off) | c->keywords_on) == 0) {
			modseq_touched(box, m);
			return 0;
		}
		if (errno != ENOENT || look_again(box, m) == -1)
			return -1;
	}
	errno = ENOENT;
	return -1;
}

/*
 * 1 if it was we who removed it, 0 if it was gone already or does not have
 * the flag, or -1.
 */
static int
remove_one(struct mailbox *box, struct mail *m, unsigned flag)
{
	char name[MAILDIR_NAME_SIZE];

	for (int i = 0; i < TRIES && (m->state & MSG_GONE) == 0 &&
	    (m->flags & flag) == flag; i++) {
		mail_name(m, name);
		look_before(box);
		if (unlinkat(directory_of(box, m), name, 0) == 0) {
			look_after(box, (m->state & MSG_NEW) != 0, name, NULL);
			look_gone(box, m);
			return 1;
		}
		if (errno != ENOENT ||
		    (look_again(box, m) == -1 && errno != ENOENT))
			return -1;
	}
	return 0;
}

/* All that are named, or those of them with a flag. */
static int
expunge(struct mailbox *box, const size_t *which, size_t n, unsigned flag)
{
	const bool counted = n > 0 && quota_is_kept(box->root);
	int64_t octets = 0, messages = 0;
	int status = 0, saved;
	bool new = false;
	struct mail *m;

	if (box->mode == MAILBOX_READ) {
		errno = EROFS;
		return -1;
	}
	if (n == 0)
		return 0;
	for (size_t i = 0; i < n && status != -1; i++) {
		m = &box->msg[which[i]];
		if (counted)
			(void)mail_stat(box, m);
		status = remove_one(box, m, flag);
		new |= (m->state & MSG_NEW) != 0;
		if (status == 1) {
			octets += m->size > 0 ? m->size : 0;
			messages++;
		}
	}
	saved = errno;
	if (counted)
		quota_add(box->root, -octets, -messages);
	modseq_expunged(box, which, n);
	if (fsync(box->dir.cur) == -1 ||
	    (new && fsync(box->dir.new) == -1))
		return -1;
	errno = saved;
	return status == -1 ? -1 : 0;
}

int
mailbox_expunge(struct mailbox *box, const size_t *which, size_t n)
{
	return expunge(box, which, n, 0);
}

int
mailbox_expunge_deleted(struct mailbox *box, const size_t *which, size_t n)
{
	return expunge(box, which, n, FLAG_TRASHED);
}
