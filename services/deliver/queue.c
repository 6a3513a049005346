/*
 * queue.c - the place of all remote recipients: one file in spool/queue
 *
 * deliver does this under its own uid, so that it need not be able to become
 * anybody but an account: spool/queue belongs to relay and lets deliver's
 * group pass, and the folders in it give each new file to relay's group.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "deliver.h"
#include "io/write.h"
#include "mail/queue.h"

/* Shared by the processes of all clients. */
static struct turns {
	atomic_ulong	linked;		/* files so far */
	unsigned long	synced;		/* of these; whoever has the lock */
} *turns;

/* The envelope, and a trace of the aliases that led away from here. */
static int
write_head(int fd, const struct remote *r, const char *from,
    const struct mail_parameters *with)
{
	struct buf b = { .limit = QUEUE_ENVELOPE_MAX };
	int status, saved;
	size_t at = 0;

	status = queue_begin(&b, (int64_t)time(NULL), from, with);
	for (size_t i = 0; status == 0 && i < r->n; i++)
		status = queue_add(&b, &r->to[i]);
	if (status == 0)
		status = queue_end(&b);
	for (; status == 0 && at < r->aliases.len;
	    at += strlen(r->aliases.s + at) + 1)
		status = buf_format(&b, "Delivered-To: %s\n",
		    r->aliases.s + at);
	if (status == 0)
		status = write_all(fd, b.s, b.len);
	saved = errno;
	buf_free(&b);
	errno = saved;
	return status;
}

int
remote_open(struct remote *r, const char *from,
    const struct mail_parameters *with)
{
	int saved;

	maildir_name_new(r->name, -1, -1);
	r->tmp = open(QUEUE_TMP, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	r->new = open(QUEUE_NEW, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (r->tmp != -1 && r->new != -1)
		r->file = openat(r->tmp, r->name, O_WRONLY | O_CREAT |
		    O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (r->file != -1 && fchmod(r->file, 0660) == 0 &&
	    write_head(r->file, r, from, with) == 0)
		return 0;
	saved = errno;
	remote_drop(r);
	errno = saved;
	return -1;
}

int
remote_sync(struct remote *r)
{
	return fsync(r->file);
}

int
remote_link(struct remote *r)
{
	return linkat(r->tmp, r->name, r->new, r->name, 0);
}

int
remote_share(void)
{
	void *p = mmap(NULL, sizeof *turns, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	turns = p == MAP_FAILED ? NULL : p;
	return turns == NULL ? -1 : 0;
}

/*
 * One sync of the folder is good for all that was linked before it began:
 * who waited for the lock while another's ran mostly finds that the next one
 * has done its own work, too.
 */
int
remote_settle(struct remote *r)
{
	unsigned long mine = atomic_fetch_add(&turns->linked, 1) + 1, all;
	int status = 0;

	while (flock(r->new, LOCK_EX) == -1)
		if (errno != EINTR)
			return -1;
	if (turns->synced < mine) {
		all = atomic_load(&turns->linked);
		status = fsync(r->new);
		if (status == 0)
			turns->synced = all;
	}
	flock(r->new, LOCK_UN);	/* it goes with the process anyway */
	return status;
}

void
remote_undo(struct remote *r)
{
	unlinkat(r->new, r->name, 0);
}

void
remote_drop(struct remote *r)
{
	if (r->file != -1) {
		unlinkat(r->tmp, r->name, 0);
		close(r->file);
	}
	if (r->tmp != -1)
		close(r->tmp);
	if (r->new != -1)
		close(r->new);
	r->file = r->tmp = r->new = -1;
}
