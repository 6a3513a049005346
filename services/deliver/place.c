/* place.c - one file of one user's maildir, from tmp/ to new/ */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "deliver.h"
#include "mail/become.h"

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

/* All that is done with the user's own rights. */
static int
open_as_user(struct place *p, const char *from)
{
	char path[sizeof "spool/mail/" + ACCOUNT_NAME_MAX];
	int box, status;

	snprintf(path, sizeof path, "spool/mail/%s", p->user);
	box = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (box == -1)
		return -1;
	status = maildir_open(&p->dirs, box, ".");
	close(box);
	if (status == -1)
		return -1;
	maildir_name_new(p->name, -1, -1);
	p->file = openat(p->dirs.tmp, p->name, O_WRONLY | O_CREAT | O_EXCL |
	    O_NOFOLLOW | O_CLOEXEC, 0600);
	if (p->file != -1 && write_trace(p, from) == 0)
		return 0;
	status = errno;
	if (p->file != -1) {
		unlinkat(p->dirs.tmp, p->name, 0);
		close(p->file);
		p->file = -1;
	}
	maildir_close(&p->dirs);
	errno = status;
	return -1;
}

int
place_open(struct place *p, const char *from)
{
	int status, saved;

	p->file = -1;
	if (become_for_files(p->uid, p->gid) == -1)
		return -1;
	status = open_as_user(p, from);
	saved = errno;
	become_self();
	errno = saved;
	return status;
}

/* Sync, link under the name that tells the sizes, sync the directory. */
static int
commit_as_user(struct place *p, size_t lines)
{
	char name[MAILDIR_NAME_SIZE + 64];
	struct stat st;

	if (fsync(p->file) == -1 || fstat(p->file, &st) == -1)
		return -1;
	snprintf(name, sizeof name, "%s,S=%lld,W=%lld", p->name,
	    (long long)st.st_size,
	    (long long)st.st_size + (long long)(lines + p->header_lines));
	if (linkat(p->dirs.tmp, p->name, p->dirs.new, name, 0) == -1)
		return -1;
	return fsync(p->dirs.new);
}

int
place_commit(struct place *p, size_t lines)
{
	int status, saved;

	if (become_for_files(p->uid, p->gid) == -1)
		return -1;
	status = commit_as_user(p, lines);
	saved = errno;
	become_self();
	errno = saved;
	return status;
}

void
place_drop(struct place *p)
{
	if (p->file == -1)
		return;
	if (become_for_files(p->uid, p->gid) == 0) {
		unlinkat(p->dirs.tmp, p->name, 0);
		become_self();
	}
	close(p->file);
	maildir_close(&p->dirs);
	p->file = -1;
}
