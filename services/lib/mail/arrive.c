/* arrive.c - messages put into a folder, all or none */

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/buf.h"
#include "io/close.h"
#include "io/log.h"
#include "mail/arrive.h"

#define UNDO	"labnet.undo"

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

/* The names that UNDO holds, as far as their lines are whole. */
struct undo {
	struct buf	 text;
	char		**name;		/* "cur/..." or "new/...", then NULL */
	size_t		 count;
};

static int
load_undo(int fd, struct undo *u)
{
	char *p, *lf;
	ssize_t n;

	do {
		if (buf_reserve(&u->text, 4096) == -1)
			return -1;
		n = read(fd, u->text.s + u->text.len, 4096);
		if (n > 0)
			u->text.len += (size_t)n;
	} while (n > 0 || (n == -1 && errno == EINTR));
	if (n == -1 || buf_text(&u->text, "") == -1)
		return -1;
	u->name = calloc(u->text.len / 2 + 1, sizeof *u->name);
	if (u->name == NULL)
		return -1;
	for (p = u->text.s; (lf = strchr(p, '\n')) != NULL; p = lf + 1) {
		*lf = '\0';
		if ((strncmp(p, "cur/", 4) == 0 ||
		    strncmp(p, "new/", 4) == 0) && strchr(p + 4, '/') == NULL)
			u->name[u->count++] = p;
	}
	return 0;
}

/* The bases in front of the colon, whatever the flags. */
static int
by_base(const void *a, const void *b)
{
	const char *x = *(char *const *)a + 4, *y = *(char *const *)b + 4;
	size_t n = strcspn(x, ":"), m = strcspn(y, ":");
	int order = memcmp(x, y, n < m ? n : m);

	return order != 0 ? order : (n > m) - (n < m);
}

/* Has each of them a UID?  Then all were there, and nothing is undone. */
static int
all_listed(struct mailbox *box, struct undo *u)
{
	char key[MAILDIR_NAME_SIZE + 8], *p = key;
	struct uidlist list;
	struct uidlist_reader reader;
	struct uid_record rec;
	size_t found = 0;
	int n;

	if (u->count > 1)
		qsort(u->name, u->count, sizeof *u->name, by_base);
	uidlist_init(&list, box->dir.folder);
	n = uidlist_read(&list, &reader);
	while (n != -1 && (n = uidlist_next(&reader, &rec)) == 1) {
		snprintf(key, sizeof key, "cur/%.*s", (int)rec.base_len,
		    rec.base);
		found += bsearch(&p, u->name, u->count, sizeof *u->name,
		    by_base) != NULL;
	}
	uidlist_free(&list);
	return n == -1 ? -1 : found == u->count;
}

static void
remove_named(struct mailbox *box, const struct undo *u)
{
	for (char *const *p = u->name; *p != NULL; p++)
		unlinkat(**p == 'c' ? box->dir.cur : box->dir.new, *p + 4, 0);
}

/* What the dead one left: all of it or nothing of it stays. */
static int
settle_undo(struct mailbox *box, int fd)
{
	struct undo u = { .name = NULL };
	int keep = -1;

	if (load_undo(fd, &u) == 0)
		keep = all_listed(box, &u);
	if (keep == 0)
		remove_named(box, &u);
	if (keep != -1)
		log_line("a copy that was broken off: %s",
		    keep == 1 ? "it was complete" : "taken back");
	free(u.name);
	buf_free(&u.text);
	return keep;
}

int
arrive_recover(struct mailbox *box)
{
	int fd, keep;

	fd = openat(box->dir.folder, UNDO,
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd == -1)
		return errno == ENOENT ? 0 : -1;
	keep = settle_undo(box, fd);
	close_quietly(fd);
	if (keep == -1 || unlinkat(box->dir.folder, UNDO, 0) == -1)
		return -1;
	return keep == 0;
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

/*
 * The UIDs: of several messages once the files are there to stay, for those
 * that all have one are not undone.
 */
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
	else if (!undo || sync_dirs(to, a, n) == 0)
		status = 0;
	if (status == 0)
		status = record(writer, a, n);
	else
		uidlist_abort(writer);
	/* One without a file does no harm, and there is less to be written. */
	if (status == 0 && !undo)
		status = sync_dirs(to, a, n);
	saved = errno;
	if (status == -1)
		unlink_all(to, a, linked);
	/* Should it come back after a power cut: all have their UIDs. */
	if (undo)
		unlinkat(to->dir.folder, UNDO, 0);
	errno = saved;
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
