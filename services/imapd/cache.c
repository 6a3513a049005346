/* cache.c - records in a file that only grows */

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cache.h"

#define FILE_NAME	"labnet.cache"

enum { NEAR = 4 };	/* records that are passed by on the way to one */

struct head {
	char		magic[8];
	uint32_t	uidvalidity;
	uint32_t	zero;
};

/* Behind it the text, filled up to a multiple of four octets. */
struct record {
	uint32_t	uid, kind, len, sum;
};

static const char magic[8] = "labnet1\n";

static uint32_t
checksum(uint32_t uid, uint32_t kind, const char *s, size_t n)
{
	uint32_t h = 2166136261U ^ uid ^ kind << 24, word;

	for (; n >= sizeof word; n -= sizeof word, s += sizeof word) {
		memcpy(&word, s, sizeof word);
		h = (h ^ word) * 16777619U;
		h ^= h >> 15;
	}
	while (n-- > 0)
		h = (h ^ (unsigned char)*s++) * 16777619U;
	return h;
}

static size_t
padded(size_t n)
{
	return (n + 3) & ~(size_t)3;
}

static struct record
record_at(const struct cache *c, size_t at)
{
	struct record r;

	memcpy(&r, c->map + at, sizeof r);
	return r;
}

/* --- the table ------------------------------------------------------------ */

/* The slot of a record, or the free one where it would go. */
static uint32_t *
find(const struct cache *c, uint32_t uid, uint32_t kind)
{
	size_t at = (uid * UINT32_C(2654435761) + kind) & (c->slots - 1);
	struct record r;

	for (; c->slot[at] != 0; at = (at + 1) & (c->slots - 1)) {
		r = record_at(c, c->slot[at]);
		if (r.uid == uid && r.kind == kind)
			break;
	}
	return &c->slot[at];
}

/* Room for one record more.  False without memory. */
static bool
grow(struct cache *c)
{
	size_t slots = c->slots == 0 ? 1024 : c->slots * 2, n = c->slots;
	uint32_t *old = c->slot;
	struct record r;

	if (c->records * 2 < c->slots)
		return true;
	c->slot = calloc(slots, sizeof *c->slot);
	if (c->slot == NULL) {
		c->slot = old;
		return false;
	}
	c->slots = slots;
	for (size_t i = 0; i < n; i++)
		if (old[i] != 0) {
			r = record_at(c, old[i]);
			*find(c, r.uid, r.kind) = old[i];
		}
	free(old);
	return true;
}

/*
 * Take in the records that are new.  False if one makes no sense; one that
 * another session is just writing does not count yet.
 */
static bool
scan(struct cache *c)
{
	struct record r;

	while (c->len - c->known >= sizeof r) {
		r = record_at(c, c->known);
		if (r.uid == 0 || r.kind == 0 || r.kind >= CACHE_KINDS ||
		    r.len > CACHE_RECORD_MAX || !grow(c))
			return false;
		if (padded(r.len) > c->len - c->known - sizeof r)
			break;
		*find(c, r.uid, r.kind) = (uint32_t)c->known;
		c->has[r.kind] = true;
		c->records++;
		c->known += sizeof r + padded(r.len);
	}
	return true;
}

/* --- the file ------------------------------------------------------------- */

static void
forget(struct cache *c)
{
	if (c->map != NULL)
		munmap((void *)(uintptr_t)c->map, c->len);
	if (c->fd != -1)
		close(c->fd);
	free(c->slot);
	c->map = NULL;
	c->slot = NULL;
	c->fd = -1;
	c->len = c->known = c->slots = c->records = 0;
	memset(c->next, 0, sizeof c->next);
	memset(c->has, 0, sizeof c->has);
}

/* Remove the file, and take no more in while this mailbox is open. */
static void
turn_off(struct cache *c)
{
	unlinkat(c->box->dir.folder, FILE_NAME, 0);
	c->off = true;
}

/* The same, and what is there is not believed. */
static void
give_up(struct cache *c)
{
	forget(c);
	turn_off(c);
}

/* Map what is there by now and take in what is new. */
static void
remap(struct cache *c)
{
	struct head h;
	struct stat st;
	void *map;

	if (fstat(c->fd, &st) == -1 || st.st_size < (off_t)sizeof h ||
	    (size_t)st.st_size < c->len || st.st_size > 2 * (off_t)CACHE_MAX) {
		give_up(c);
		return;
	}
	if ((size_t)st.st_size == c->len)
		return;
	map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED, c->fd, 0);
	if (map == MAP_FAILED) {
		forget(c);
		c->off = true;
		return;
	}
	if (c->map != NULL)
		munmap((void *)(uintptr_t)c->map, c->len);
	c->map = map;
	c->len = (size_t)st.st_size;
	if (c->known == 0)
		c->known = sizeof h;
	memcpy(&h, c->map, sizeof h);
	if (memcmp(h.magic, magic, sizeof magic) != 0 ||
	    h.uidvalidity != c->box->uidvalidity ||
	    !scan(c) ||
	    c->records > 4096 + c->box->count * (2 * (size_t)CACHE_KINDS))
		give_up(c);
}

/* A new file; whoever comes second finds that of the first. */
static void
create(struct cache *c)
{
	struct head h = { .uidvalidity = c->box->uidvalidity };

	memcpy(h.magic, magic, sizeof magic);
	c->fd = openat(c->box->dir.folder, FILE_NAME,
	    O_RDWR | O_APPEND | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
	    0600);
	if (c->fd != -1 && write(c->fd, &h, sizeof h) != (ssize_t)sizeof h)
		give_up(c);
}

void
cache_open(struct cache *c, const struct mailbox *box)
{
	if (c->box != NULL)
		return;
	*c = (struct cache){ .box = box, .fd = -1,
	    .pending = { .limit = CACHE_PENDING } };
	c->fd = openat(box->dir.folder, FILE_NAME,
	    O_RDWR | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (c->fd == -1)
		create(c);
	if (c->fd == -1)
		c->off = true;
	else
		remap(c);
}

/*
 * Messages are asked for one after the other, and so their records came into
 * being: it is often behind the last one of its kind.  0 if it is not.
 */
static size_t
find_near(const struct cache *c, uint32_t uid, uint32_t kind)
{
	size_t at = c->next[kind];
	struct record r;

	for (int i = 0; i < NEAR && at > 0 && at + sizeof r <= c->known; i++) {
		r = record_at(c, at);
		if (r.uid == uid && r.kind == kind)
			return at;
		at += sizeof r + padded(r.len);
	}
	return 0;
}

bool
cache_get(struct cache *c, uint32_t uid, enum cache_kind kind,
    struct text *t)
{
	struct record r;
	size_t at;

	if (!c->has[kind])
		return false;
	at = find_near(c, uid, kind);
	if (at == 0)
		at = *find(c, uid, kind);
	if (at == 0)
		return false;
	r = record_at(c, at);
	c->next[kind] = at + sizeof r + padded(r.len);
	*t = (struct text){ c->map + at + sizeof r, r.len };
	return checksum(uid, kind, t->s, t->n) == r.sum;
}

/*
 * One write of whole records: those of two sessions never mix.  Where it
 * fails the map stays as it is: callers of cache_put() hold texts in it.
 */
static void
write_pending(struct cache *c)
{
	if (c->pending.len > 0 && !c->off && write(c->fd, c->pending.s,
	    c->pending.len) != (ssize_t)c->pending.len)
		turn_off(c);
	buf_clear(&c->pending);
}

void
cache_put(struct cache *c, uint32_t uid, enum cache_kind kind,
    const struct text *t)
{
	static const char zeros[4];
	struct record r = { uid, kind, (uint32_t)t->n, 0 };

	if (c->off || t->n > CACHE_RECORD_MAX || c->len > CACHE_MAX)
		return;
	if (c->pending.len + sizeof r + padded(t->n) > CACHE_PENDING)
		write_pending(c);
	r.sum = checksum(uid, kind, t->s, t->n);
	if (buf_reserve(&c->pending, sizeof r + padded(t->n)) == -1)
		return;
	(void)buf_add(&c->pending, &r, sizeof r);
	(void)buf_add(&c->pending, t->s, t->n);
	(void)buf_add(&c->pending, zeros, padded(t->n) - t->n);
}

void
cache_flush(struct cache *c)
{
	if (c->box == NULL || c->pending.len == 0)
		return;
	write_pending(c);
	buf_free(&c->pending);
	if (!c->off)
		remap(c);
}

void
cache_close(struct cache *c)
{
	if (c->box == NULL)
		return;
	write_pending(c);
	buf_free(&c->pending);
	forget(c);
	c->box = NULL;
}

void
cache_move(struct cache *to, struct cache *from, const struct mailbox *box)
{
	*to = *from;
	to->box = from->box == NULL ? NULL : box;
	*from = (struct cache){ .box = NULL };
}
