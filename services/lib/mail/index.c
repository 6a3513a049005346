/* index.c - labnet.index, read: nothing in it is taken on trust */

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mail/index_file.h"
#include "mail/look.h"

/* Read exactly n octets. */
static bool
read_all(int fd, void *to, size_t n)
{
	char *p = to;
	ssize_t got;

	while (n > 0) {
		got = read(fd, p, n);
		if (got == 0 || (got == -1 && errno != EINTR))
			return false;
		p += got == -1 ? 0 : got;
		n -= got == -1 ? 0 : (size_t)got;
	}
	return true;
}

static bool
same_time(struct timespec a, struct timespec b)
{
	return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

/* Is it ours, and are the octets there that it speaks of? */
static bool
head_fits(const struct index_head *h, int fd)
{
	struct stat st;
	uint64_t size;

	if (memcmp(h->magic, INDEX_MAGIC, sizeof h->magic) != 0 ||
	    h->version != INDEX_VERSION || h->record != sizeof(struct mail) ||
	    h->head_sum != index_head_sum(h) || fstat(fd, &st) == -1)
		return false;
	size = (uint64_t)st.st_size;
	return h->count < UINT32_MAX && h->text <= size &&
	    h->notes <= size && h->notes % sizeof(uint64_t) == 0 &&
	    h->joined <= h->notes / sizeof(struct note) &&
	    index_size(h) <= size;
}

/* Is it of the directories as they are now? */
static bool
is_of_now(const struct mailbox *box, const struct index_head *h)
{
	struct timespec new, cur;

	return look_times(box, &new, &cur) == 0 &&
	    same_time(new, h->new_time) && same_time(cur, h->cur_time);
}

/* A record whose name, with its NUL, lies in the n octets at name. */
static bool
is_sound(const struct mail *m, const char *name, size_t n)
{
	return m->base_len > 0 && m->base_len < MAILDIR_NAME_SIZE &&
	    m->base_len < n && (m->state & ~(MSG_ODD | MSG_OPEN)) == 0 &&
	    m->unsaved == 0 && memchr(name, '\0', n < MAILDIR_NAME_SIZE ? n :
	    MAILDIR_NAME_SIZE) != NULL;
}

/* Offsets become pointers again. */
static bool
relocate(struct mail *m, size_t count, const char *text, size_t size)
{
	uint32_t last = 0;

	for (size_t i = 0; i < count; i++, m++) {
		uintptr_t at = (uintptr_t)m->base;

		if (m->uid <= last || at >= size ||
		    !is_sound(m, text + at, size - at))
			return false;
		last = m->uid;
		m->base = text + at;
	}
	return true;
}

/* A message that came, or about which more than flags was learned. */
static bool
take_mail(struct mailbox *box, const struct note *n, const char *p)
{
	struct mail m;
	size_t i = box->count;

	if (n->len < sizeof m)
		return false;
	memcpy(&m, p, sizeof m);
	m.base = p + sizeof m;
	if (m.uid != n->from || !is_sound(&m, m.base, n->len - sizeof m))
		return false;
	if (i > 0 && box->msg[i - 1].uid >= m.uid) {
		i = mailbox_find_uid(box, m.uid);
		if (box->msg[i].uid != m.uid)
			return false;
	} else if (box->count++ == box->table.room) {
		return false;
	}
	box->msg[i] = m;
	return true;
}

static bool
take_range(struct mailbox *box, const struct note *n)
{
	struct mail *m = &box->msg[mailbox_find_uid(box, n->from)];
	const struct mail *end = box->msg + box->count;

	if (n->len != 0 || (n->kind != NOTE_GONE && n->kind != NOTE_FLAGS) ||
	    n->flags > FLAG_ALL)
		return false;
	for (; m < end && m->uid <= n->to; m++)
		if (n->kind == NOTE_GONE) {
			box->gone += (m->state & MSG_GONE) == 0;
			m->state |= MSG_GONE;
		} else {
			m->flags = (uint8_t)n->flags;
			m->keywords = n->keywords;
		}
	return true;
}

static bool
take_notes(struct mailbox *box, const char *p, size_t left)
{
	struct note n;

	for (; left > 0; p += n.len, left -= n.len) {
		if (left < sizeof n)
			return false;
		memcpy(&n, p, sizeof n);
		p += sizeof n;
		left -= sizeof n;
		if (n.len > left || !(n.kind == NOTE_MAIL ?
		    take_mail(box, &n, p) : take_range(box, &n)))
			return false;
	}
	return true;
}

static size_t
bits(uint64_t n)
{
	size_t count = 0;

	for (; n != 0; n &= n - 1)
		count++;
	return count;
}

/* Are they flags, and is there room for their letters in a name? */
static bool
flags_fit(const struct mailbox *box)
{
	const struct mail *m = box->msg, *end = m + box->count;
	const size_t most = MAILDIR_NAME_SIZE - sizeof ":2,";

	for (; m < end; m++)
		if ((m->flags & ~FLAG_ALL) != 0 ||
		    m->keywords >> MAILDIR_KEYWORDS != 0 ||
		    (m->base_len > most - MAILDIR_LETTERS &&
		    (m->state & MSG_ODD) == 0 && m->base_len + bits(m->flags) +
		    bits(m->keywords) > most))
			return false;
	return true;
}

/* Records, names and notes into memory that the mailbox owns. */
static bool
read_body(struct mailbox *box, const struct index_head *h, int fd,
    char **text)
{
	const size_t len = h->text + h->notes;
	size_t room = 64;

	while (room <= h->count + h->joined)
		room *= 2;
	box->msg = malloc(room * sizeof *box->msg);
	*text = table_block(box, len + 1);
	if (box->msg == NULL || *text == NULL)
		return false;
	box->table.room = room;
	return read_all(fd, box->msg, h->count * sizeof *box->msg) &&
	    read_all(fd, *text, len);
}

static uint64_t
sum_body(const struct mail *m, const struct index_head *h, const char *text)
{
	uint64_t sum = 0;
	size_t n;

	for (size_t i = 0; i < h->count; i += n) {
		n = h->count - i < INDEX_RECORDS ? h->count - i :
		    INDEX_RECORDS;
		sum = index_sum(sum, &m[i], n * sizeof *m);
	}
	for (size_t at = 0; at < h->text; at += n) {
		n = h->text - at < INDEX_PIECE ? h->text - at : INDEX_PIECE;
		sum = index_sum(sum, text + at, n);
	}
	return index_sum_words(sum, text + h->text, h->notes);
}

static bool
load_body(struct mailbox *box, const struct index_head *h, int fd)
{
	char *text;

	if (!read_body(box, h, fd, &text) ||
	    sum_body(box->msg, h, text) != h->sum ||
	    !relocate(box->msg, h->count, text, h->text))
		return false;
	box->count = h->count;
	if (!take_notes(box, text + h->text, h->notes) || !flags_fit(box))
		return false;
	mailbox_drop_gone(box);
	return true;
}

bool
index_load(struct mailbox *box)
{
	struct index_head h;
	bool loaded;
	int fd = openat(box->dir.folder, INDEX_NAME,
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	if (fd == -1)
		return false;
	loaded = read_all(fd, &h, sizeof h) && head_fits(&h, fd) &&
	    is_of_now(box, &h) && uidlist_resume(&box->uids, &h.list);
	if (loaded && !load_body(box, &h, fd)) {
		table_free(box);
		box->gone = 0;
		uidlist_free(&box->uids);
		loaded = false;
	}
	close(fd);
	if (!loaded)
		return false;
	box->new_time = h.new_time;
	box->cur_time = h.cur_time;
	box->settled = true;
	box->index.current = box->index.known = true;
	box->index.head = h;
	return true;
}

void
index_free(struct index *x)
{
	buf_free(&x->notes);
	*x = (struct index){ .known = false };
}
