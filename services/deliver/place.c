/* place.c - one file of one user's maildir, from tmp/ to new/ */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "deliver.h"
#include "io/close.h"
#include "mail/become.h"
#include "mail/quota.h"

enum { DIRECTORY = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC };

/* Write the trace header; it is short, so a short write is a full disk. */
static int
write_trace(struct place *p, const char *from)
{
	char text[2 * PATH_TEXT_SIZE + 64];
	int len = snprintf(text, sizeof text,
	    "Return-Path: <%s>\nDelivered-To: %s\n", from, p->to);
	ssize_t put;

	p->header_lines = 2;
	do
		put = write(p->file, text, (size_t)len);
	while (put == -1 && errno == EINTR);
	if (put == len)
		return 0;
	if (put != -1)
		errno = ENOSPC;
	return -1;
}

static int
open_mailbox(const struct place *p)
{
	char path[sizeof "spool/mail/" + ACCOUNT_NAME_MAX];

	snprintf(path, sizeof path, "spool/mail/%s", p->user);
	return open(path, DIRECTORY);
}

/* tmp and new of the place's folder: 0, or -1 with errno set. */
static int
open_folder(struct place *p)
{
	int box = open_mailbox(p), folder = box, saved;

	if (box != -1 && strcmp(p->folder, ".") != 0)
		folder = openat(box, p->folder, DIRECTORY);
	if (folder != -1) {
		p->tmp = openat(folder, "tmp", DIRECTORY);
		p->new = openat(folder, "new", DIRECTORY);
	}
	saved = errno;
	if (folder != -1 && folder != box)
		close(folder);
	if (box != -1)
		close(box);
	errno = saved;
	return p->tmp != -1 && p->new != -1 ? 0 : -1;
}

/* All that is done with the user's own rights. */
static int
open_as_user(struct place *p, const char *from)
{
	if (open_folder(p) == -1)
		return -1;
	maildir_name_new(p->name, -1, -1);
	p->linked = false;
	p->file = openat(p->tmp, p->name, O_WRONLY | O_CREAT | O_EXCL |
	    O_NOFOLLOW | O_CLOEXEC, 0600);
	if (p->file == -1)
		return -1;
	if (write_trace(p, from) == 0)
		return 0;
	unlinkat(p->tmp, p->name, 0);
	return -1;
}

static void
close_all(struct place *p)
{
	int saved = errno;

	if (p->file != -1)
		close(p->file);
	if (p->tmp != -1)
		close(p->tmp);
	if (p->new != -1)
		close(p->new);
	p->file = p->tmp = p->new = -1;
	errno = saved;
}

int
place_open(struct place *p, const char *from)
{
	int status, saved;

	if (become_for_files(p->uid, p->gid) == -1)
		return -1;
	status = open_as_user(p, from);
	saved = errno;
	become_self();
	errno = saved;
	if (status == -1)
		close_all(p);
	return status;
}

int
mailbox_admit(int box, int64_t size)
{
	struct quota q;

	if (quota_read(box, &q) == -1)
		return -1;
	if (quota_fits(&q, size, 1))
		return 0;
	/* If it alone is over the limit, later is no better. */
	errno = q.max_octets != 0 && size > q.max_octets ? EFBIG : EDQUOT;
	return -1;
}

static int
admit(const struct place *p)
{
	int box = open_mailbox(p), status;

	if (box == -1)
		return -1;
	status = mailbox_admit(box, p->size);
	close_quietly(box);
	return status;
}

int
place_sync(struct place *p)
{
	struct stat st;
	int status, saved;

	if (fstat(p->file, &st) == -1)
		return -1;
	p->size = st.st_size;
	if (p->bound) {
		if (become_for_files(p->uid, p->gid) == -1)
			return -1;
		status = admit(p);
		saved = errno;
		become_self();
		errno = saved;
		if (status == -1)
			return -1;
	}
	return fsync(p->file);
}

static void
count(const struct place *p, int64_t messages)
{
	int box;

	if (p->counted && (box = open_mailbox(p)) != -1) {
		quota_add(box, messages * p->size, messages);
		close(box);
	}
}

int
place_link(struct place *p, size_t lines)
{
	char name[sizeof p->name];
	int status, saved;

	snprintf(name, sizeof name, "%.*s,S=%lld,W=%lld",
	    MAILDIR_NAME_SIZE - 1, p->name, (long long)p->size,
	    (long long)p->size +
	    (long long)(lines + p->header_lines));
	if (become_for_files(p->uid, p->gid) == -1)
		return -1;
	status = linkat(p->tmp, p->name, p->new, name, 0);
	saved = errno;
	if (status == 0) {
		unlinkat(p->tmp, p->name, 0);
		strcpy(p->name, name);
		p->linked = true;
		count(p, 1);
	}
	become_self();
	errno = saved;
	return status;
}

void
place_undo(struct place *p)
{
	if (!p->linked || become_for_files(p->uid, p->gid) == -1)
		return;
	/* If another program has moved it, its user has it. */
	if (unlinkat(p->new, p->name, 0) == 0)
		count(p, -1);
	become_self();
}

int
place_settle(struct place *p)
{
	return fsync(p->new);
}

void
place_drop(struct place *p)
{
	if (p->file == -1)
		return;
	if (!p->linked && become_for_files(p->uid, p->gid) == 0) {
		unlinkat(p->tmp, p->name, 0);
		become_self();
	}
	close_all(p);
}
