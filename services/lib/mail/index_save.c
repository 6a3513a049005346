/* index_save.c - labnet.index, written: notes, or all of it anew */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/write.h"
#include "mail/index_file.h"
#include "mail/look.h"

enum {
	WORTH_IT = 50,		/* messages; fewer are scanned as fast */
	NOTES_PART = 4,		/* notes are a fourth of the rest at most, */
	NOTES_MIN = 4096,	/* and some */
	BLOCK = 65536
};

/* A message as it is stored. */
static struct mail
record_of(const struct mail *m, uint64_t name)
{
	struct mail r;

	memset(&r, 0, sizeof r);	/* its gaps as well */
	r.base = (const char *)(uintptr_t)name;
	r.size = m->size;
	r.wire = m->wire;
	r.date = m->date;
	r.keywords = m->keywords;
	r.uid = m->uid;
	r.base_len = m->base_len;
	r.flags = m->flags;
	r.state = m->state & (MSG_ODD | MSG_OPEN);
	return r;
}

/* What is stored of its name, without the NUL. */
static size_t
name_len(const struct mail *m)
{
	return (m->state & MSG_ODD) != 0 ? strlen(m->base) : m->base_len;
}

/* --- notes ---------------------------------------------------------------- */

static void
put(struct index *x, const void *data, size_t n)
{
	const struct index_head *h = &x->head;
	uint64_t most = (h->count * h->record + h->text) / NOTES_PART +
	    NOTES_MIN;

	if (h->notes >= most)
		x->forgot = true;
	if (x->forgot)
		return;
	x->notes.limit = most - h->notes;
	x->forgot = buf_add(&x->notes, data, n) == -1;
}

/* A note of several messages, if there is one; then there is none. */
static void
put_range(struct index *x, struct note *n)
{
	if (n->from != 0)
		put(x, n, sizeof *n);
	n->from = 0;
}

static void
put_mail(struct index *x, const struct mail *m)
{
	static const char zeros[sizeof(uint64_t)];
	const struct mail r = record_of(m, 0);
	const size_t len = sizeof r + name_len(m);
	const size_t tail = sizeof zeros - len % sizeof zeros;
	const struct note n = { .kind = NOTE_MAIL, .from = m->uid,
	    .to = m->uid, .len = (uint32_t)(len + tail) };

	put(x, &n, sizeof n);
	put(x, &r, sizeof r);
	put(x, m->base, name_len(m));
	put(x, zeros, tail);
}

void
index_dropped(struct mailbox *box)
{
	struct note n = { .kind = NOTE_GONE };

	if (!box->index.known)
		return;
	for (size_t i = 0; i < box->count; i++)
		if ((box->msg[i].state & MSG_GONE) == 0) {
			put_range(&box->index, &n);
		} else {
			n.from = n.from == 0 ? box->msg[i].uid : n.from;
			n.to = box->msg[i].uid;
		}
	put_range(&box->index, &n);
}

/*
 * What came or changed, one note where neighbours have the same flags.  How
 * many records that makes.
 */
static uint64_t
note_changes(struct mailbox *box)
{
	struct index *x = &box->index;
	struct note n = { .kind = NOTE_FLAGS };
	uint64_t records = 0;
	const struct mail *m = box->msg, *end = m + box->count;

	for (; m < end && !x->forgot; m++) {
		if ((m->state & MSG_GONE) != 0)
			continue;
		if ((m->unsaved & UNSAVED_ALL) != 0 || m->flags != n.flags ||
		    m->keywords != n.keywords)
			put_range(x, &n);
		if ((m->unsaved & UNSAVED_ALL) != 0) {
			put_mail(x, m);
			records++;
		} else if (m->unsaved != 0) {
			n.from = n.from == 0 ? m->uid : n.from;
			n.to = m->uid;
			n.flags = m->flags;
			n.keywords = m->keywords;
		}
	}
	put_range(x, &n);
	return records;
}

/* What the head says of now. */
static bool
describe(struct mailbox *box, struct index_head *h)
{
	h->new_time = box->new_time;
	h->cur_time = box->cur_time;
	memset(&h->list, 0, sizeof h->list);	/* its gaps as well */
	if (!uidlist_mark(&box->uids, &h->list))
		return false;
	h->head_sum = index_head_sum(h);
	return true;
}

/* Is the file as we left it, and can it stay so? */
static bool
may_add(const struct mailbox *box, const struct index_head *now)
{
	const struct index *x = &box->index;

	return x->known && memcmp(now, &x->head, sizeof *now) == 0 &&
	    (box->count - box->gone) * 2 >= now->count + now->joined;
}

static bool
write_at(int fd, off_t at, const void *data, size_t n)
{
	return lseek(fd, at, SEEK_SET) == at && write_all(fd, data, n) == 0;
}

static bool
add_notes(struct mailbox *box, int fd)
{
	struct index *x = &box->index;
	struct index_head h = x->head;
	const off_t end = (off_t)index_size(&h);

	index_dropped(box);
	h.joined += note_changes(box);
	if (x->forgot)
		return false;
	h.notes += x->notes.len;
	h.sum = index_sum_words(h.sum, x->notes.s, x->notes.len);
	return describe(box, &h) &&
	    write_at(fd, end, x->notes.s, x->notes.len) &&
	    write_at(fd, 0, &h, sizeof h);
}

/* --- all of it ------------------------------------------------------------ */

/* Gathers what is written, and its sum. */
struct sink {
	FILE		*file;
	uint64_t	 sum;
};

static bool
sink_put(struct sink *s, const void *data, size_t n)
{
	s->sum = index_sum(s->sum, data, n);
	return fwrite(data, 1, n, s->file) == n;
}

/* The records; their names will lie one behind the other. */
static bool
write_records(const struct mailbox *box, struct sink *s, uint64_t *text)
{
	static struct mail piece[INDEX_RECORDS];
	struct mail *m = piece;

	*text = 0;
	for (size_t i = 0; i < box->count; i++) {
		if ((box->msg[i].state & MSG_GONE) != 0)
			continue;
		if (m == piece + INDEX_RECORDS) {
			if (!sink_put(s, piece, sizeof piece))
				return false;
			m = piece;
		}
		*m++ = record_of(&box->msg[i], *text);
		*text += name_len(&box->msg[i]) + 1;
	}
	return m == piece ||
	    sink_put(s, piece, (size_t)(m - piece) * sizeof *piece);
}

static bool
write_names(const struct mailbox *box, struct sink *s)
{
	static char piece[INDEX_PIECE];
	size_t held = 0, n, part;
	const char *p;

	for (size_t i = 0; i < box->count; i++) {
		if ((box->msg[i].state & MSG_GONE) != 0)
			continue;
		n = name_len(&box->msg[i]) + 1;
		for (p = box->msg[i].base; n > 0; p += part, n -= part) {
			part = n < sizeof piece - held ? n :
			    sizeof piece - held;
			memcpy(piece + held, p, part);
			held += part;
			/* A base does not end in a NUL everywhere. */
			if (part == n)
				piece[held - 1] = '\0';
			if (held == sizeof piece && !sink_put(s, piece, held))
				return false;
			held = held == sizeof piece ? 0 : held;
		}
	}
	return held == 0 || sink_put(s, piece, held);
}

static bool
write_all_anew(struct mailbox *box, FILE *file)
{
	struct sink s = { file, 0 };
	struct index_head h;

	memset(&h, 0, sizeof h);	/* its gaps as well */
	memcpy(h.magic, INDEX_MAGIC, sizeof h.magic);
	h.version = INDEX_VERSION;
	h.record = sizeof(struct mail);
	h.count = box->count - box->gone;
	if (fseek(file, sizeof h, SEEK_SET) == -1 ||
	    !write_records(box, &s, &h.text) || !write_names(box, &s) ||
	    fflush(file) == EOF ||
	    ftruncate(fileno(file), (off_t)index_size(&h)) == -1)
		return false;
	h.sum = s.sum;
	return describe(box, &h) && fseek(file, 0, SEEK_SET) == 0 &&
	    fwrite(&h, sizeof h, 1, file) == 1;
}

/* Takes fd over. */
static void
write_anew(struct mailbox *box, int fd)
{
	static char block[BLOCK];
	FILE *file = fdopen(fd, "w");

	if (file == NULL) {
		close(fd);
		return;
	}
	setvbuf(file, block, _IOFBF, sizeof block);
	(void)write_all_anew(box, file);
	fclose(file);
}

/* --- when ----------------------------------------------------------------- */

static bool
is_worth_it(struct mailbox *box)
{
	if (box->count - box->gone < WORTH_IT || box->index.current ||
	    !box->sticky || !look_at_rest(box) || uidlist_changed(&box->uids))
		return false;
	for (size_t i = 0; i < box->count; i++)
		if ((box->msg[i].state & MSG_NEW) != 0)
			return false;
	return true;
}

/* Did another session write what we would? */
static bool
is_done(struct mailbox *box, const struct index_head *now)
{
	struct index_head ours = *now;

	return memcmp(now, &box->index.head, sizeof *now) != 0 &&
	    now->head_sum == index_head_sum(now) && describe(box, &ours) &&
	    memcmp(&ours, now, sizeof ours) == 0;
}

/*
 * In place: memory for another file would be most of the work.  Whoever
 * reads meanwhile, or after a power cut, finds that the sum is wrong.
 */
void
index_save(struct mailbox *box)
{
	struct index_head now;
	struct stat st;
	bool old;
	int fd;

	if (!is_worth_it(box))
		return;
	fd = openat(box->dir.folder, INDEX_NAME, O_RDWR | O_CREAT |
	    O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
	if (fd == -1)
		return;
	/* Who has the lock writes what is true as well. */
	if (fstat(fd, &st) == -1 || !S_ISREG(st.st_mode) ||
	    flock(fd, LOCK_EX | LOCK_NB) == -1) {
		close(fd);
		return;
	}
	old = pread(fd, &now, sizeof now, 0) == (ssize_t)sizeof now;
	if (old && (is_done(box, &now) ||
	    (may_add(box, &now) && add_notes(box, fd))))
		close(fd);
	else
		write_anew(box, fd);
}
