/*
 * mail_modseq.c - labnet.modseq of any octets
 *
 * The first octet chooses: the rest is the file, or records that are put
 * behind those of a sound one, with sums that are right.  Whatever is in it,
 * each message has a number that was given out, what is said to have gone is
 * not there and was there once, and a change of flags gets a higher number,
 * which the next session knows.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "file.h"
#include "library.h"
#include "mail/mailbox.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

enum { MESSAGES = 6, BATCH = 64 };

/* Once: UIDs 3 and 8 are gone; UIDVALIDITY is that of the corpus. */
static void
make_maildir(void)
{
	static const char list[] = "3 V7 N9 G00112233445566778899aabbccddeeff\n"
	    "1 :1.h\n2 :2.h\n4 :4.h\n5 :5.h\n6 :6.h\n7 :7.h\n";
	char name[32];
	int fd;

	assert(maildir_make(fuzz_site, ".") == 0);
	for (int i = 1; i <= MESSAGES + 1; i++) {
		if (i == 3)
			continue;
		snprintf(name, sizeof name, "cur/%d.h:2,S", i);
		close(openat(fuzz_site, name, O_WRONLY | O_CREAT, 0600));
	}
	fd = openat(fuzz_site, "dovecot-uidlist", O_WRONLY | O_CREAT, 0600);
	assert(write(fd, list, sizeof list - 1) == (ssize_t)sizeof list - 1);
	close(fd);
}

static void
check(const struct mailbox *box)
{
	const uint64_t highest = mailbox_highest_modseq(box);
	struct uid_range *range;
	uint32_t last = 0;
	size_t n;

	assert(highest > 0 && highest < UINT64_C(1) << 63);
	assert(box->count == MESSAGES);
	for (size_t i = 0; i < box->count; i++)
		assert(mail_modseq(box, &box->msg[i]) > 0 &&
		    mail_modseq(box, &box->msg[i]) <= highest);
	assert(mailbox_vanished(box, 0, &range, &n) == 0);
	for (size_t i = 0; i < n; i++) {
		assert(range[i].from > last && range[i].to >= range[i].from &&
		    range[i].to < box->uidnext);
		last = range[i].to;
		for (size_t k = 0; k < box->count; k++)
			assert(box->msg[k].uid < range[i].from ||
			    box->msg[k].uid > range[i].to);
	}
	/* Both that went are told to one who knows nothing. */
	assert(n == 2 && range[0].from == 3 && last == MESSAGES + 2);
	free(range);
}

static void
start(struct mailbox *box)
{
	static const struct timespec old[2] = { { 1, 0 }, { 1, 0 } };
	struct mailbox_news news;

	/* Else it would wait until they surely stand still. */
	assert(utimensat(fuzz_site, "cur", old, 0) == 0);
	assert(utimensat(fuzz_site, "new", old, 0) == 0);
	assert(mailbox_open(box, fuzz_site, ".", MAILBOX_WRITE) == 0);
	mailbox_keep_modseqs(box);
	assert(mailbox_sync(box, &news) == 0);
}

/* Records as another program of ours might have written them. */
static void
put_records(const uint8_t *data, size_t size)
{
	struct modseq_record r[BATCH];
	size_t n = size / sizeof *r < BATCH ? size / sizeof *r : BATCH;
	struct mailbox box;

	start(&box);
	memcpy(r, data, n * sizeof *r);
	modseq_append(&box, r, n);
	mailbox_close(&box);
}

/* A change of flags; its number. */
static uint64_t
change(struct mailbox *box)
{
	struct mail *m = &box->msg[1];
	const struct flag_change flip = {
	    .on = (m->flags & FLAG_FLAGGED) == 0 ? FLAG_FLAGGED : 0,
	    .off = m->flags & FLAG_FLAGGED };
	uint64_t before = mailbox_highest_modseq(box);

	assert(mail_flag(box, m, &flip) == 0);
	mailbox_record_changes(box);
	assert(mail_modseq(box, m) > before);
	assert(mail_modseq(box, m) == mailbox_highest_modseq(box));
	return mail_modseq(box, m);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mailbox box;
	const bool raw = size > 0 && (data[0] & 1) == 0;
	const bool known = fuzz_site != -1;
	uint64_t modseq;

	fuzz_enter("labnet.modseq", data + raw, raw ? size - 1 : 0);
	if (!known)
		make_maildir();
	if (!raw && size > 1)
		put_records(data + 1, size - 1);
	start(&box);
	check(&box);
	modseq = change(&box);
	check(&box);
	mailbox_close(&box);

	start(&box);
	check(&box);
	assert(mailbox_highest_modseq(&box) >= modseq);
	assert(mail_modseq(&box, &box.msg[1]) == modseq);
	mailbox_close(&box);
	fuzz_leave();
	return 0;
}
