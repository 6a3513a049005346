/*
 * mail_index.c - labnet.index of any octets
 *
 * The first octet chooses: the rest is the file; or it overwrites what a
 * sound one holds, or are notes behind it, with sums that are right.  What is
 * not believed is scanned for, and what is believed has UIDs that rise and
 * names that end.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "file.h"
#include "library.h"
#include "mail/index_file.h"
#include "mail/mailbox.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

enum { MESSAGES = 60, SIZE_MAX_FILE = 1 << 16 };

static void
start(struct mailbox *box)
{
	struct mailbox_news news;

	assert(mailbox_open(box, fuzz_site, ".", MAILBOX_READ) == 0);
	assert(mailbox_sync(box, &news) == 0);
}

/* Once: a maildir that stands still, and its index; how long that is. */
static size_t
make_index(uint8_t sound[SIZE_MAX_FILE])
{
	static const struct timespec old[2] = { { 1, 0 }, { 1, 0 } };
	struct mailbox box;
	char name[32];
	ssize_t n;
	int fd;

	assert(maildir_make(fuzz_site, ".") == 0);
	for (int i = 0; i < MESSAGES; i++) {
		snprintf(name, sizeof name, "cur/%d.h,S=1,W=2:2,%s", i,
		    i % 7 == 0 ? "X" : "S");
		close(openat(fuzz_site, name, O_WRONLY | O_CREAT, 0600));
	}
	assert(unlinkat(fuzz_site, INDEX_NAME, 0) == 0);
	assert(utimensat(fuzz_site, "cur", old, 0) == 0);
	assert(utimensat(fuzz_site, "new", old, 0) == 0);
	start(&box);
	mailbox_close(&box);
	fd = openat(fuzz_site, INDEX_NAME, O_RDONLY);
	n = read(fd, sound, SIZE_MAX_FILE);
	assert(n > (ssize_t)sizeof(struct index_head));
	close(fd);
	return (size_t)n;
}

/* The sum of records, names and notes, as index.c has it. */
static uint64_t
sum_of(const struct index_head *h, const uint8_t *p)
{
	const size_t records = h->count * h->record;
	uint64_t sum = 0;

	assert(records <= INDEX_PIECE && h->text <= INDEX_PIECE);
	sum = index_sum(sum, p, records);
	sum = index_sum(sum, p + records, h->text);
	return index_sum_words(sum, p + records + h->text, h->notes);
}

/* A file whose sums are right; its length. */
static size_t
make_file(uint8_t *file, size_t len, const uint8_t *data, size_t size)
{
	struct index_head h;
	uint8_t *body = file + sizeof h;
	size_t at;

	memcpy(&h, file, sizeof h);
	if ((data[0] & 3) == 1 && size > 3) {
		at = (size_t)(data[1] << 8 | data[2]) % (len - sizeof h);
		for (size_t i = 3; i < size && at < len - sizeof h; i++)
			body[at++] = data[i];
	} else if (size - 1 < SIZE_MAX_FILE - len) {
		memcpy(file + len, data + 1, size - 1);
		h.notes = (size - 1) / 8 * 8;
		h.joined = h.notes / sizeof(struct note);
	}
	h.sum = sum_of(&h, body);
	h.head_sum = index_head_sum(&h);
	memcpy(file, &h, sizeof h);
	return index_size(&h);
}

static void
check(struct mailbox *box)
{
	char name[MAILDIR_NAME_SIZE];

	for (size_t i = 0; i < box->count; i++) {
		assert(i == 0 || box->msg[i].uid > box->msg[i - 1].uid);
		assert(box->msg[i].base_len < MAILDIR_NAME_SIZE);
		mail_name(&box->msg[i], name);
		assert(strlen(name) < sizeof name);
	}
	assert(box->gone == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t sound[SIZE_MAX_FILE], file[SIZE_MAX_FILE];
	static size_t len;
	struct mailbox box;
	bool raw = size < 2 || (data[0] & 3) == 0;

	fuzz_enter(INDEX_NAME, data, 0);
	if (len == 0)
		len = make_index(sound);
	memcpy(file, sound, len);
	if (raw)
		fuzz_enter(INDEX_NAME, data, size);
	else
		fuzz_enter(INDEX_NAME, file, make_file(file, len, data, size));
	start(&box);
	check(&box);
	if (raw)
		assert(box.count == MESSAGES);
	mailbox_close(&box);
	fuzz_leave();
	return 0;
}
