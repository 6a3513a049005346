/* arrive.c - messages put into a folder, all or none */

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "io/buf.h"
#include "io/log.h"
#include "mail/arrive.h"

#define UNDO	"labnet.undo"

enum { LINE_SIZE = MAILDIR_NAME_SIZE + 8 };

static const char *
subdir(const struct arrival *a)
{
	return a->in_new ? "new" : "cur";
}

/* Write the names down before the first of them appears. */
static int
write_undo(const struct mailbox *to, const struct arrival *a, size_t n)
{
	struct buf text = { 0 };
	int fd = -1, status = -1, saved;
	size_t put = 0;
	ssize_t len;

	for (size_t i = 0; i < n; i++)
		if (buf_format(&text, "%s/%s\n", subdir(&a[i]),
		    a[i].name) == -1)
			goto out;
	fd = openat(to->dir.folder, UNDO, O_WRONLY | O_CREAT | O_EXCL |
	    O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd == -1)
		goto out;
	while (put < text.len) {
		len = write(fd, text.s + put, text.len - put);
		if (len == -1 && errno != EINTR)
			goto out;
		put += len == -1 ? 0 : (size_t)len;
	}
	if (fsync(fd) == 0 && fsync(to->dir.folder) == 0)
		status = 0;
out:
	saved = errno;
	if (fd != -1) {
		close(fd);
		if (status == -1)
			unlinkat(to->dir.folder, UNDO, 0);
	}
	buf_free(&text);
	errno = saved;
	return status;
}

/* A line of the file: a name in cur/ or new/, and nothing else. */
static void
undo_line(struct mailbox *box, const char *line)
{
	int dir = strncmp(line, "cur/", 4) == 0 ? box->dir.cur :
	    strncmp(line, "new/", 4) == 0 ? box->dir.new : -1;

	if (dir != -1 && strchr(line + 4, '/') == NULL)
		unlinkat(dir, line + 4, 0);
}

int
arrive_recover(struct mailbox *box)
{
	char line[LINE_SIZE];
	FILE *undo;
	int fd;

	fd = openat(box->dir.folder, UNDO,
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd == -1)
		return errno == ENOENT ? 0 : -1;
	undo = fdopen(fd, "r");
	if (undo == NULL) {
		close(fd);
		return -1;
	}
	while (fgets(line, sizeof line, undo) != NULL) {
		/* A last line that was torn names a file never linked. */
		if (strchr(line, '\n') == NULL)
			break;
		line[strcspn(line, "\n")] = '\0';
		undo_line(box, line);
	}
	fclose(undo);
	log_line("took back a copy that was left half done");
	return unlinkat(box->dir.folder, UNDO, 0) == -1 ? -1 : 1;
}

static int
link_all(struct mailbox *to, struct arrival *a, size_t n, size_t *done)
{
	for (*done = 0; *done < n; ++*done, a++)
		if (linkat(a->from, a->source,
		    a->in_new ? to->dir.new : to->dir.cur, a->name, 0) == -1)
			return -1;
	return 0;
}

static void
unlink_all(struct mailbox *to, const struct arrival *a, size_t n)
{
	int saved = errno;

	for (size_t i = 0; i < n; i++)
		unlinkat(a[i].in_new ? to->dir.new : to->dir.cur, a[i].name, 0);
	errno = saved;
}

static int
sync_dirs(struct mailbox *to, const struct arrival *a, size_t n)
{
	bool new = false, cur = false;

	for (size_t i = 0; i < n; i++) {
		new |= a[i].in_new;
		cur |= !a[i].in_new;
	}
	if ((new && fsync(to->dir.new) == -1) ||
	    (cur && fsync(to->dir.cur) == -1))
		return -1;
	return 0;
}

/* The UIDs, once the files are there to stay. */
static int
record(struct uidlist_writer *writer, struct arrival *a, size_t n)
{
	uint32_t uid = writer->list->next;
	struct uid_record rec = { .size = -1 };

	if (n >= UINT32_MAX - uid) {
		writer->error = EOVERFLOW;
		n = 0;
	}
	for (size_t i = 0; i < n; i++) {
		rec.uid = a[i].uid = uid++;
		rec.base = a[i].name;
		rec.base_len = strcspn(a[i].name, ":");
		rec.wire = a[i].wire;
		uidlist_put(writer, &rec);
	}
	return uidlist_commit(writer);
}

/* All is there and numbered: from now on nobody may take it back. */
static int
drop_undo(struct mailbox *to)
{
	if (unlinkat(to->dir.folder, UNDO, 0) == -1)
		return -1;
	return fsync(to->dir.folder);
}

/* Link and number, with the lock held and the list open for writing. */
static int
commit(struct mailbox *to, struct uidlist_writer *writer, struct arrival *a,
    size_t n, size_t *failed)
{
	size_t linked = 0;
	bool undo = n > 1;
	int status = -1, saved;

	if (undo && write_undo(to, a, n) == -1) {
		uidlist_abort(writer);
		return -1;
	}
	if (link_all(to, a, n, &linked) == -1)
		*failed = linked;
	else if (sync_dirs(to, a, n) == 0)
		status = 0;
	if (status == 0)
		status = record(writer, a, n);
	else
		uidlist_abort(writer);
	if (status == 0 && undo && drop_undo(to) == -1)
		status = -1;
	if (status == -1) {
		saved = errno;
		unlink_all(to, a, linked);
		unlinkat(to->dir.folder, UNDO, 0);
		errno = saved;
	}
	return status;
}

int
arrive(struct mailbox *to, struct arrival *a, size_t n, size_t *failed)
{
	struct uidlist list;
	struct uidlist_writer writer;
	int status, saved;

	*failed = n;
	uidlist_init(&list, to->dir.folder);
	if (n == 0)
		return 0;
	if (uidlist_lock(&list) == -1)
		return -1;
	status = -1;
	if (arrive_recover(to) != -1 && uidlist_skip(&list) == 0 &&
	    uidlist_append(&list, to->root, &writer) == 0)
		status = commit(to, &writer, a, n, failed);
	if (status == 0 && to->uidvalidity == 0)
		to->uidvalidity = list.uidvalidity;
	saved = errno;
	uidlist_unlock(&list);
	uidlist_free(&list);
	errno = saved;
	return status;
}
