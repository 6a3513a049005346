/* index.c - labnet.index: a mailbox as it was when nobody changed it */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/log.h"
#include "mail/index.h"
#include "mail/look.h"

#define FILE_NAME	"labnet.index"

enum {
	VERSION = 5,
	WORTH_IT = 50,		/* messages; fewer are scanned as fast */
	PIECE = 32768,		/* octets that are summed at once ... */
	RECORDS = PIECE / sizeof(struct mail),	/* ... of whole records */
	BLOCK = 65536
};

/*
 * The file: this, `count` records as struct mail with the offset of the name
 * for the pointer, `text` octets of names.  Of this machine's make: another
 * byte order or layout does not match.
 */
struct head {
	char		magic[8];
	uint32_t	version, record;	/* size of a record */
	uint64_t	count, text;
	uint64_t	sum;			/* of the records, then of
						   the names, by pieces */
	struct timespec	new_time, cur_time;
	struct uidlist_mark list;
};

static const char magic[8] = "labindex";

static uint64_t
add_sum(uint64_t sum, const void *data, size_t len)
{
	const char *p = data;
	uint64_t word;

	for (; len >= sizeof word; p += sizeof word, len -= sizeof word) {
		memcpy(&word, p, sizeof word);
		sum = (sum ^ word) * UINT64_C(0x9e3779b97f4a7c15);
		sum ^= sum >> 29;
	}
	word = len;
	memcpy(&word, p, len);
	return (sum ^ word) * UINT64_C(0x9e3779b97f4a7c15);
}

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

/* Is it ours, of this size, and of the directories as they are now? */
static bool
head_fits(const struct mailbox *box, const struct head *h, int fd)
{
	struct timespec new, cur;
	struct stat st;

	return memcmp(h->magic, magic, sizeof magic) == 0 &&
	    h->version == VERSION && h->record == sizeof(struct mail) &&
	    fstat(fd, &st) == 0 && h->count < UINT32_MAX &&
	    h->text <= (uint64_t)st.st_size &&
	    (uint64_t)st.st_size - h->text ==
	    sizeof *h + h->count * h->record &&
	    look_times(box, &new, &cur) == 0 &&
	    same_time(new, h->new_time) && same_time(cur, h->cur_time);
}

/* Offsets become pointers again; nothing is taken on trust. */
static bool
relocate(struct mail *m, size_t count, const char *text, size_t size)
{
	uint32_t last = 0;

	for (size_t i = 0; i < count; i++, m++) {
		uintptr_t at = (uintptr_t)m->base;

		if (m->uid <= last || at >= size ||
		    m->base_len >= MAILDIR_NAME_SIZE ||
		    m->base_len >= size - at || m->base_len == 0 ||
		    (m->state & ~(MSG_ODD | MSG_OPEN)) != 0 ||
		    memchr(text + at, '\0', MAILDIR_NAME_SIZE) == NULL)
			return false;
		last = m->uid;
		m->base = text + at;
	}
	return true;
}

/* Records and names into memory that the mailbox owns. */
static bool
load_body(struct mailbox *box, const struct head *h, int fd)
{
	size_t room = 64;
	uint64_t sum = 0;
	char *text;
	size_t n;

	while (room <= h->count)
		room *= 2;
	box->msg = malloc(room * sizeof *box->msg);
	text = table_block(box, h->text + MAILDIR_NAME_SIZE);
	if (box->msg == NULL || text == NULL)
		return false;
	memset(text + h->text, 0, MAILDIR_NAME_SIZE);
	box->table.room = room;
	if (!read_all(fd, box->msg, h->count * sizeof *box->msg) ||
	    !read_all(fd, text, h->text))
		return false;
	for (size_t i = 0; i < h->count; i += n) {
		n = h->count - i < RECORDS ? h->count - i : RECORDS;
		sum = add_sum(sum, &box->msg[i], n * sizeof box->msg[i]);
	}
	for (size_t at = 0; at < h->text; at += n) {
		n = h->text - at < PIECE ? h->text - at : PIECE;
		sum = add_sum(sum, text + at, n);
	}
	return sum == h->sum &&
	    relocate(box->msg, h->count, text, h->text);
}

bool
index_load(struct mailbox *box)
{
	struct head h;
	bool loaded;
	int fd = openat(box->dir.folder, FILE_NAME,
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	if (fd == -1)
		return false;
	loaded = read_all(fd, &h, sizeof h) && head_fits(box, &h, fd) &&
	    uidlist_resume(&box->uids, &h.list);
	if (loaded && !load_body(box, &h, fd)) {
		table_free(box);
		uidlist_free(&box->uids);
		loaded = false;
	}
	close(fd);
	if (!loaded)
		return false;
	box->count = h.count;
	box->new_time = h.new_time;
	box->cur_time = h.cur_time;
	box->settled = box->indexed = true;
	return true;
}

/* Gathers what is written, and its sum. */
struct sink {
	FILE		*file;
	uint64_t	 sum;
};

static bool
put(struct sink *s, const void *data, size_t n)
{
	s->sum = add_sum(s->sum, data, n);
	return fwrite(data, 1, n, s->file) == n;
}

/* What is stored of a message: its name with the NUL. */
static size_t
name_size(const struct mail *m)
{
	return ((m->state & MSG_ODD) != 0 ? strlen(m->base) : m->base_len) + 1;
}

/* The records; their names will lie one behind the other. */
static bool
write_records(const struct mailbox *box, struct sink *s, uint64_t *text)
{
	static struct mail piece[RECORDS];
	struct mail *m = piece;

	*text = 0;
	for (size_t i = 0; i < box->count; i++, m++) {
		if (m == piece + RECORDS) {
			if (!put(s, piece, sizeof piece))
				return false;
			m = piece;
		}
		memset(m, 0, sizeof *m);	/* its gaps as well */
		*m = box->msg[i];
		m->base = (const char *)(uintptr_t)*text;
		m->chain = 0;
		m->state &= MSG_ODD | MSG_OPEN;
		*text += name_size(&box->msg[i]);
	}
	return put(s, piece, (size_t)(m - piece) * sizeof *piece);
}

static bool
write_names(const struct mailbox *box, struct sink *s)
{
	static char piece[PIECE];
	size_t held = 0, n, part;
	const char *p;

	for (size_t i = 0; i < box->count; i++) {
		n = name_size(&box->msg[i]);
		for (p = box->msg[i].base; n > 0; p += part, n -= part) {
			part = n < PIECE - held ? n : PIECE - held;
			memcpy(piece + held, p, part);
			held += part;
			/* A base does not end in a NUL everywhere. */
			if (part == n)
				piece[held - 1] = '\0';
			if (held == PIECE && !put(s, piece, held))
				return false;
			held = held == PIECE ? 0 : held;
		}
	}
	return held == 0 || put(s, piece, held);
}

static bool
write_file(struct mailbox *box, int fd)
{
	static char block[BLOCK];
	struct sink s = { fdopen(fd, "w"), 0 };
	struct head h;
	bool good;

	if (s.file == NULL) {
		close(fd);
		return false;
	}
	setvbuf(s.file, block, _IOFBF, sizeof block);
	memset(&h, 0, sizeof h);	/* its gaps as well */
	memcpy(h.magic, magic, sizeof magic);
	h.version = VERSION;
	h.record = sizeof(struct mail);
	h.count = box->count;
	h.new_time = box->new_time;
	h.cur_time = box->cur_time;
	good = uidlist_mark(&box->uids, &h.list) &&
	    fseek(s.file, sizeof h, SEEK_SET) == 0 &&
	    write_records(box, &s, &h.text) &&
	    write_names(box, &s) && fflush(s.file) == 0 &&
	    ftruncate(fd, (off_t)(sizeof h + h.count * h.record + h.text)) ==
	    0;
	h.sum = s.sum;
	if (good)
		good = fseek(s.file, 0, SEEK_SET) == 0 &&
		    fwrite(&h, sizeof h, 1, s.file) == 1;
	return fclose(s.file) == 0 && good;
}

static bool
is_worth_it(struct mailbox *box)
{
	if (box->count < WORTH_IT || box->indexed || box->gone > 0 ||
	    !box->sticky || !look_at_rest(box) || uidlist_changed(&box->uids))
		return false;
	for (size_t i = 0; i < box->count; i++)
		if ((box->msg[i].state & MSG_NEW) != 0)
			return false;
	return true;
}

/*
 * In place: memory for another file would be most of the work.  Whoever
 * reads meanwhile, or after a power cut, finds that the sum is wrong.
 */
void
index_save(struct mailbox *box)
{
	struct stat st;
	int fd;

	if (!is_worth_it(box))
		return;
	fd = openat(box->dir.folder, FILE_NAME, O_WRONLY | O_CREAT |
	    O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
	if (fd == -1)
		return;
	/* Who has the lock writes what is true as well. */
	if (fstat(fd, &st) == -1 || !S_ISREG(st.st_mode) ||
	    flock(fd, LOCK_EX | LOCK_NB) == -1)
		close(fd);
	else
		box->indexed = write_file(box, fd);
}
