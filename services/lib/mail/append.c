/* append.c - a message on its way into a folder */

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mail/arrive.h"
#include "mail/mailbox.h"
#include "mail/quota.h"

int
append_start(struct append *a, struct mailbox *to)
{
	a->flags = 0;
	a->keywords = 0;
	a->date = (time_t)-1;
	a->uid = 0;
	a->size = a->wire = 0;
	a->crs = 0;
	a->last = '\0';
	a->held = 0;
	maildir_name_new(a->tmp, -1, -1);
	a->fd = openat(to->dir.tmp, a->tmp,
	    O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	return a->fd == -1 ? -1 : 0;
}

void
append_abort(struct append *a, struct mailbox *to)
{
	int saved = errno;

	if (a->fd != -1) {
		close(a->fd);
		unlinkat(to->dir.tmp, a->tmp, 0);
	}
	a->fd = -1;
	errno = saved;
}

static int
flush(struct append *a)
{
	size_t put = 0;
	ssize_t n;

	while (put < a->held) {
		n = write(a->fd, a->buf + put, a->held - put);
		if (n >= 0)
			put += (size_t)n;
		else if (errno != EINTR)
			return -1;
	}
	a->held = 0;
	return 0;
}

/* Store n octets as they are, counting what they will be on the wire. */
static int
store(struct append *a, const char *p, size_t n)
{
	const char *lf = p, *end = p + n;
	size_t part;

	if (n == 0)
		return 0;
	a->size += (int64_t)n;
	a->wire += (int64_t)n;
	for (; (lf = memchr(lf, '\n', (size_t)(end - lf))) != NULL; lf++)
		a->wire += (lf == p ? a->last : lf[-1]) != '\r';
	a->last = end[-1];
	for (; n > 0; p += part, n -= part) {
		if (a->held == sizeof a->buf && flush(a) == -1)
			return -1;
		part = sizeof a->buf - a->held;
		if (part > n)
			part = n;
		memcpy(a->buf + a->held, p, part);
		a->held += part;
	}
	return 0;
}

/*
 * What comes behind a CR.  One CR before LF goes; of several all stay, or
 * the reader, who adds none where there is one, would send less than came.
 */
static int
after_cr(struct append *a, char next)
{
	int crs = a->crs;

	a->crs = 0;
	if (next == '\r') {
		a->crs = 2;
		return store(a, "\r\r", crs == 1 ? 2 : 1);
	}
	if (next != '\n' && crs == 1)
		return store(a, "\r", 1);
	return 0;
}

int
append_write(struct append *a, const void *text, size_t n)
{
	const char *p = text, *end = p + n, *cr;

	while (p < end) {
		if (a->crs > 0) {
			if (after_cr(a, *p) == -1)
				return -1;
			if (a->crs > 0) {
				p++;
				continue;
			}
		}
		cr = memchr(p, '\r', (size_t)(end - p));
		if (store(a, p, (size_t)((cr == NULL ? end : cr) - p)) == -1)
			return -1;
		a->crs = cr != NULL;
		p = cr == NULL ? end : cr + 1;
	}
	return 0;
}

/* Everything into the file, and the file onto the disk. */
static int
finish(struct append *a)
{
	struct timespec times[2] = { { a->date, 0 }, { a->date, 0 } };

	if (a->crs == 1 && store(a, "\r", 1) == -1)
		return -1;
	a->crs = 0;
	if (flush(a) == -1)
		return -1;
	if (a->date != (time_t)-1 && futimens(a->fd, times) == -1)
		return -1;
	return fsync(a->fd);
}

/* The name it shall have: in new/ if nothing is known of it. */
static int
name_it(const struct append *a, struct mailbox *to, struct arrival *to_be)
{
	char base[MAILDIR_NAME_SIZE];

	to_be->from = to->dir.tmp;
	strcpy(to_be->source, a->tmp);
	to_be->wire = -1;
	to_be->in_new = a->flags == 0 && a->keywords == 0;
	maildir_name_new(base, a->size, a->wire);
	if (!to_be->in_new)
		return maildir_name_make(to_be->name, base, a->flags,
		    a->keywords);
	strcpy(to_be->name, base);
	return 0;
}

int
mailbox_append(struct mailbox *to, struct append *const a[], size_t n)
{
	struct arrival *coming = calloc(n, sizeof *coming);
	int64_t octets = 0;
	size_t failed;
	int status = coming == NULL ? -1 : 0, saved;

	for (size_t i = 0; i < n && status == 0; i++) {
		if (finish(a[i]) == -1 || name_it(a[i], to, &coming[i]) == -1)
			status = -1;
		octets += a[i]->size;
	}
	if (status == 0)
		status = quota_admit(to->root, octets, (int64_t)n);
	if (status == 0)
		status = arrive(to, coming, n, &failed);
	if (status == 0)
		quota_add(to->root, octets, (int64_t)n);
	saved = errno;
	for (size_t i = 0; i < n; i++) {
		if (status == 0)
			a[i]->uid = coming[i].uid;
		append_abort(a[i], to);
	}
	free(coming);
	errno = saved;
	return status;
}
