/* copy.c - messages from one folder to another */

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/close.h"
#include "mail/arrive.h"
#include "mail/look.h"
#include "mail/mailbox.h"
#include "mail/quota.h"

enum { TRIES = 100 };		/* renames by others survived in one copy */

/*
 * The letters the keywords of m have in the other folder.  More than it has
 * letters for are lost, as they are in every maildir.
 */
static uint64_t
map_keywords(const struct mailbox *from, const struct mail *m,
    struct mailbox *to)
{
	uint64_t mapped = 0;
	int letter;

	for (int i = 0; i < KEYWORDS_MAX; i++) {
		if ((m->keywords >> i & 1) == 0)
			continue;
		letter = from->keywords.name[i][0] == '\0' ? -1 :
		    keywords_add(&to->keywords, to->dir.folder,
		    from->keywords.name[i]);
		if (letter != -1)
			mapped |= UINT64_C(1) << letter;
	}
	return mapped;
}

/* Where it is by now, and its new name with the flags that it has by now. */
static int
find_source(const struct mailbox *from, const struct mail *m,
    struct mailbox *to, struct arrival *a)
{
	char name[MAILDIR_NAME_SIZE];

	a->from = (m->state & MSG_NEW) != 0 ? from->dir.new : from->dir.cur;
	mail_name(m, a->source);
	strcpy(name, a->name);
	return maildir_name_make(a->name, name, m->flags,
	    map_keywords(from, m, to));
}

/* Where it comes from, and the name it shall have. */
static int
prepare(struct mailbox *from, struct mail *m, struct mailbox *to,
    struct arrival *a)
{
	if ((m->state & MSG_GONE) != 0) {
		errno = ENOENT;
		return -1;
	}
	a->in_new = false;
	a->wire = -1;
	maildir_name_new(a->name, m->size, m->wire);
	return find_source(from, m, to, a);
}

static int
copy_text(int in, int out)
{
	char block[16384];
	ssize_t n, put;

	while ((n = read(in, block, sizeof block)) != 0) {
		if (n == -1 && errno != EINTR)
			return -1;
		for (ssize_t done = 0; done < n; done += put) {
			put = write(out, block + done, (size_t)(n - done));
			if (put == -1 && errno != EINTR)
				return -1;
			if (put == -1)
				put = 0;
		}
	}
	return 0;
}

/* Where no link can be made: a file of its own in the other's tmp/. */
static int
copy_file(struct mailbox *from, struct mail *m, struct mailbox *to,
    struct arrival *a)
{
	struct timespec times[2];
	struct stat st;
	int in, out, status = -1;

	in = mail_open(from, m);
	if (in == -1)
		return -1;
	a->from = to->dir.tmp;
	maildir_name_new(a->source, -1, -1);
	out = openat(to->dir.tmp, a->source,
	    O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (out != -1 && fstat(in, &st) == 0 && copy_text(in, out) == 0) {
		times[0] = times[1] = st.st_mtim;
		if (futimens(out, times) == 0 && fsync(out) == 0)
			status = 0;
	}
	close_quietly(in);
	close_quietly(out);
	return status;
}

/*
 * One source was renamed by another program, and so were others perhaps:
 * where all are by now.
 */
static int
find_again(struct mailbox *from, const size_t *which, size_t n,
    struct mailbox *to, struct arrival *a, size_t failed)
{
	if (look_again(from, &from->msg[which[failed]]) == -1 ||
	    keywords_read(&from->keywords, from->dir.folder) == -1)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (a[i].from != to->dir.tmp &&
		    find_source(from, &from->msg[which[i]], to, &a[i]) == -1)
			return -1;
	return 0;
}

/*
 * One source could not be linked: it was renamed, or no link is possible and
 * it needs a copy.  0 if it is worth another try.
 */
static int
mend(struct mailbox *from, const size_t *which, size_t n,
    struct mailbox *to, struct arrival *a, size_t failed)
{
	if (a[failed].from == to->dir.tmp)
		return -1;
	if (errno == ENOENT)
		return find_again(from, which, n, to, a, failed);
	if (errno == EXDEV || errno == EMLINK || errno == EPERM)
		return copy_file(from, &from->msg[which[failed]], to,
		    &a[failed]);
	return -1;
}

static void
clean_tmp(struct mailbox *to, const struct arrival *a, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (a[i].from == to->dir.tmp && a[i].source[0] != '\0')
			unlinkat(to->dir.tmp, a[i].source, 0);
}

/* What the files hold together; 0 where nobody counts. */
static int
sum_octets(struct mailbox *from, const size_t *which, size_t n,
    const struct mailbox *to, int64_t *octets)
{
	struct mail *m;

	*octets = 0;
	if (!quota_is_kept(to->root))
		return 0;
	for (size_t i = 0; i < n; i++) {
		m = &from->msg[which[i]];
		if (m->size < 0 && mail_stat(from, m) == -1)
			return -1;
		*octets += m->size;
	}
	return 0;
}

static int
copy(struct mailbox *from, const size_t *which, size_t n,
    struct mailbox *to, uint32_t *uids)
{
	struct arrival *coming = calloc(n + 1, sizeof *coming);
	size_t failed = n;
	int status, saved;

	if (coming == NULL)
		return -1;
	status = keywords_read(&to->keywords, to->dir.folder);
	for (size_t i = 0; i < n && status == 0; i++)
		status = prepare(from, &from->msg[which[i]], to, &coming[i]);
	for (int i = 0; i < TRIES && status == 0; i++) {
		status = arrive(to, coming, n, &failed);
		if (status == 0 || failed == n ||
		    mend(from, which, n, to, coming, failed) == -1)
			break;
		status = i + 1 < TRIES ? 0 : -1;
	}
	saved = errno;
	for (size_t i = 0; i < n && status == 0 && uids != NULL; i++)
		uids[i] = coming[i].uid;
	clean_tmp(to, coming, n);
	free(coming);
	errno = saved;
	return status;
}

int
mailbox_copy(struct mailbox *from, const size_t *which, size_t n,
    struct mailbox *to, uint32_t *uids)
{
	int64_t octets;

	if (sum_octets(from, which, n, to, &octets) == -1 ||
	    quota_admit(to->root, octets, (int64_t)n) == -1 ||
	    copy(from, which, n, to, uids) == -1)
		return -1;
	quota_add(to->root, octets, (int64_t)n);
	return 0;
}

/* No quota forbids it, for in the end there is no more than before. */
int
mailbox_move(struct mailbox *from, const size_t *which, size_t n,
    struct mailbox *to, uint32_t *uids)
{
	int64_t octets;

	if (sum_octets(from, which, n, to, &octets) == -1 ||
	    copy(from, which, n, to, uids) == -1)
		return -1;
	quota_add(to->root, octets, (int64_t)n);
	return mailbox_expunge(from, which, n);
}
