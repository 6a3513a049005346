/* modseq_file.c - labnet.modseq on the disk */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "io/log.h"
#include "mail/mailbox.h"
#include "mail/modseq.h"

#define FILE_NAME	"labnet.modseq"
#define TMP_NAME	"labnet.modseq.new"

/* No clock says so; and there must be numbers above it. */
#define TOO_MUCH	(UINT64_C(1) << 62)

enum {
	BATCH = 1024,			/* records read at a time */
	TRIES = 500,			/* to get the lock ... */
	NAP = 10000000			/* ... ns apart */
};

/* Of this machine's make, as labnet.index is. */
struct head {
	char		magic[8];
	uint32_t	uidvalidity, sum;
	uint64_t	floor, highest;
};

static const char magic[8] = "labmsq2\n";

static uint32_t
mix(uint64_t sum, uint64_t word)
{
	sum = (sum ^ word) * UINT64_C(0x9e3779b97f4a7c15);
	return (uint32_t)(sum ^ sum >> 32);
}

static uint32_t
record_sum(const struct modseq_record *r, uint32_t uidvalidity)
{
	uint32_t sum = mix(uidvalidity, r->modseq);

	uint64_t zero = 0;

	memcpy(&zero, r->zero, sizeof r->zero);
	sum = mix(mix(sum, r->keywords), r->uid);
	return mix(sum, zero << 16 | (uint64_t)r->flags << 8 | r->kind);
}

static uint32_t
head_sum(const struct head *h)
{
	return mix(mix(h->uidvalidity, h->floor), h->highest);
}

bool
modseq_lock(struct mailbox *box)
{
	struct timespec nap = { 0, NAP };

	for (int i = 0; i < TRIES; i++) {
		if (flock(box->dir.folder, LOCK_EX | LOCK_NB) == 0)
			return true;
		if (errno != EWOULDBLOCK && errno != EINTR)
			break;
		nanosleep(&nap, NULL);
	}
	return false;
}

void
modseq_unlock(struct mailbox *box)
{
	flock(box->dir.folder, LOCK_UN);
}

void
modseq_forget(struct modseq *q)
{
	if (q->fd != -1)
		close(q->fd);
	q->fd = -1;
	q->count = q->gone = q->records = 0;
	q->done = 0;
}

/* --- reading -------------------------------------------------------------- */

static bool
is_sound(const struct modseq_record *r, uint32_t uidvalidity)
{
	return r->modseq < TOO_MUCH &&
	    r->kind >= MODSEQ_LIVE && r->kind <= MODSEQ_SYNCED &&
	    (r->uid != 0) == (r->kind != MODSEQ_SYNCED) &&
	    r->sum == record_sum(r, uidvalidity);
}

/* Did the machine start since the file was last written? */
static bool
is_before_start(const struct stat *st)
{
	struct timespec now, up;

	clock_gettime(CLOCK_REALTIME, &now);
	clock_gettime(CLOCK_BOOTTIME, &up);
	return st->st_mtim.tv_sec < now.tv_sec - up.tv_sec - 1;
}

/* Open the file, and read its head. */
static bool
open_log(struct mailbox *box)
{
	struct modseq *q = &box->modseq;
	struct head h;

	q->fd = openat(box->dir.folder, FILE_NAME,
	    O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (q->fd == -1 || fstat(q->fd, &q->seen) == -1 ||
	    pread(q->fd, &h, sizeof h, 0) != (ssize_t)sizeof h ||
	    memcmp(h.magic, magic, sizeof magic) != 0 ||
	    h.sum != head_sum(&h) || h.highest >= TOO_MUCH)
		return false;
	q->uidvalidity = h.uidvalidity;
	q->done = sizeof h;
	q->floor = h.floor;
	q->highest = h.highest;
	return true;
}

/* Is the file that we have open another than the one that is there? */
static bool
is_replaced(const struct mailbox *box)
{
	struct stat st;

	return fstatat(box->dir.folder, FILE_NAME, &st,
	    AT_SYMLINK_NOFOLLOW) == -1 ||
	    st.st_ino != box->modseq.seen.st_ino ||
	    st.st_dev != box->modseq.seen.st_dev;
}

/* Take in records up to the first that makes no sense. */
static void
take_records(struct modseq *q)
{
	struct modseq_record r[BATCH];
	size_t n = BATCH;
	ssize_t got;

	for (size_t i = BATCH; i == n && n == BATCH;) {
		got = pread(q->fd, r, sizeof r, q->done);
		n = got <= 0 ? 0 : (size_t)got / sizeof *r;
		for (i = 0; i < n && is_sound(&r[i], q->uidvalidity); i++) {
			q->synced = r[i].kind == MODSEQ_SYNCED;
			if (!q->synced && !modseq_insert(q, &r[i]))
				break;
			q->done += (off_t)sizeof *r;
			q->records++;
			if (r[i].modseq > q->highest)
				q->highest = r[i].modseq;
		}
	}
}

bool
modseq_read(struct mailbox *box, bool locked)
{
	struct modseq *q = &box->modseq;
	bool first = q->fd == -1 || is_replaced(box), sound = true;
	struct stat st;

	if (q->lost)
		return true;
	if (first) {
		modseq_forget(q);
		q->synced = false;
		sound = open_log(box);
	}
	if (sound) {
		take_records(q);
		sound = !first || q->synced || !is_before_start(&q->seen);
	}
	if (sound && locked)
		sound = q->uidvalidity == box->uids.uidvalidity &&
		    fstat(q->fd, &st) == 0 && st.st_size == q->done;
	if (!sound)
		modseq_forget(q);
	return sound;
}

/* --- writing -------------------------------------------------------------- */

uint64_t
modseq_next(const struct modseq *q)
{
	struct timespec now;
	uint64_t next;

	clock_gettime(CLOCK_REALTIME, &now);
	next = (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
	return next > q->highest ? next : q->highest + 1;
}

/* No log is better than one that lacks what we know. */
static void
give_up(struct mailbox *box)
{
	log_errno("%s cannot be written", FILE_NAME);
	unlinkat(box->dir.folder, FILE_NAME, 0);
	if (box->modseq.fd != -1)
		close(box->modseq.fd);
	box->modseq.fd = -1;
	box->modseq.lost = true;
}

static bool
write_all(int fd, const void *from, size_t n, off_t at)
{
	const char *p = from;
	ssize_t put;

	for (; n > 0; p += put, n -= (size_t)put, at += put) {
		put = pwrite(fd, p, n, at);
		if (put == -1 && errno != EINTR)
			return false;
		put = put == -1 ? 0 : put;
	}
	return true;
}

void
modseq_append(struct mailbox *box, struct modseq_record *r, size_t n)
{
	struct modseq *q = &box->modseq;
	bool kept = true;

	for (size_t i = 0; i < n; i++) {
		r[i].sum = record_sum(&r[i], box->uids.uidvalidity);
		if (r[i].kind != MODSEQ_SYNCED)
			kept &= modseq_insert(q, &r[i]);
		if (r[i].modseq > q->highest)
			q->highest = r[i].modseq;
	}
	if (q->lost)
		return;
	if (!kept || !write_all(q->fd, r, n * sizeof *r, q->done)) {
		give_up(box);
		return;
	}
	q->done += (off_t)(n * sizeof *r);
	q->records += n;
	q->synced = false;
}

void
modseq_rewrite(struct mailbox *box)
{
	struct modseq *q = &box->modseq;
	struct head h = { .uidvalidity = box->uids.uidvalidity,
	    .floor = q->floor, .highest = q->highest };
	size_t size = q->count * sizeof *q->entry;
	int fd;

	if (q->lost)
		return;
	memcpy(h.magic, magic, sizeof magic);
	h.sum = head_sum(&h);
	for (size_t i = 0; i < q->count; i++)
		q->entry[i].sum = record_sum(&q->entry[i], h.uidvalidity);
	/* Whoever left one behind is dead: we hold the lock. */
	unlinkat(box->dir.folder, TMP_NAME, 0);
	fd = openat(box->dir.folder, TMP_NAME,
	    O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd == -1 || !write_all(fd, &h, sizeof h, 0) ||
	    !write_all(fd, q->entry, size, sizeof h) ||
	    fstat(fd, &q->seen) == -1 || renameat(box->dir.folder, TMP_NAME,
	    box->dir.folder, FILE_NAME) == -1) {
		if (fd != -1) {
			close(fd);
			unlinkat(box->dir.folder, TMP_NAME, 0);
		}
		give_up(box);
		return;
	}
	if (q->fd != -1)
		close(q->fd);
	q->fd = fd;
	q->uidvalidity = h.uidvalidity;
	q->done = (off_t)(sizeof h + size);
	q->records = q->count;
	q->synced = false;
}

void
modseq_sync(struct mailbox *box)
{
	struct modseq *q = &box->modseq;
	struct modseq_record r = { .kind = MODSEQ_SYNCED,
	    .modseq = q->highest };

	if (q->lost || q->synced || fsync(box->dir.cur) == -1 ||
	    fsync(q->fd) == -1)
		return;
	modseq_append(box, &r, 1);
	q->synced = !q->lost;
}
