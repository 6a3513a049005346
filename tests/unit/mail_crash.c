/*
 * mail_crash.c - what a power cut may leave of the store's own files
 *
 * Each file is cut off at many octets, and filled up with zeros from there,
 * as file systems do that had written the length and not yet the text.  No
 * UID may come to mean another message, and no mod-sequence come again.
 */

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
#include "mail/folder.h"
#include "mail/mailbox.h"
#include "torn.h"

enum { MESSAGES = 6, OLD = 4 };

static struct mailbox box;
static struct mailbox_news news;

static void
arrive(int i)
{
	char name[40];

	snprintf(name, sizeof name, "cur/%d.M1.h,S=2,W=3:2,", 1700000000 + i);
	put(name, "x\n", 2);
}

static void
look(void)
{
	CHECK(mailbox_open(&box, root, ".", MAILBOX_WRITE) == 0);
	mailbox_keep_modseqs(&box);
	CHECK(mailbox_sync(&box, &news) == 0);
}

/* The number that arrive() gave to message i of the mailbox. */
static int
which(size_t i)
{
	return atoi(box.msg[i].base) - 1700000000;
}

/* What each message is called now; the same once more. */
static void
same_again(uint32_t uid[MESSAGES], uint32_t *validity)
{
	for (int round = 0; round < 2; round++) {
		look();
		CHECK(box.count == MESSAGES);
		for (size_t i = 0; i < box.count; i++) {
			CHECK(i == 0 || box.msg[i].uid > box.msg[i - 1].uid);
			CHECK(round == 0 || (uid[which(i)] == box.msg[i].uid &&
			    *validity == box.uidvalidity));
			uid[which(i)] = box.msg[i].uid;
			CHECK(box.msg[i].uid < box.uidnext);
		}
		*validity = box.uidvalidity;
		mailbox_close(&box);
	}
}

/*
 * The list had four when it was last on the disk; two more were being added.
 * The first four stay what they are, or the validity is another one; what the
 * other two are called nobody has been told.
 */
static void
test_list(void)
{
	static char before[FILE_MAX_SIZE], after[FILE_MAX_SIZE],
	    torn[FILE_MAX_SIZE];
	size_t n, len;
	uint32_t uid[MESSAGES], validity, old;

	for (int i = 0; i < OLD; i++)
		arrive(i);
	look();
	old = box.uidvalidity;
	mailbox_close(&box);
	n = get("dovecot-uidlist", before);
	arrive(4);
	arrive(5);
	look();
	mailbox_close(&box);
	len = get("dovecot-uidlist", after);
	CHECK(len > n && memcmp(before, after, n) == 0);
	for (size_t cut = n; cut <= len; cut += 3)
		for (int zeros = 0; zeros < 2; zeros++) {
			memset(torn, 0, len);
			memcpy(torn, after, cut);
			put("dovecot-uidlist", torn, zeros ? len : cut);
			same_again(uid, &validity);
			CHECK(validity == old);
			for (int i = 0; i < OLD; i++)
				CHECK(uid[i] == (uint32_t)i + 1);
		}
	/* A tail longer than any line may be, as of a large copy. */
	memset(torn, 0, sizeof torn);
	memcpy(torn, before, n);
	put("dovecot-uidlist", torn, sizeof torn);
	same_again(uid, &validity);
	CHECK(validity == old);
	/* A list that was all lost is another validity. */
	for (size_t cut = 0; cut < 20; cut++) {
		put("dovecot-uidlist", before, cut);
		same_again(uid, &validity);
		CHECK(validity > old);
		old = validity;
	}
}

/* The log of changes: whatever is left of it, no number comes again. */
static void
test_modseq(void)
{
	const struct flag_change seen = { .on = FLAG_SEEN },
	    unseen = { .off = FLAG_SEEN };
	static char after[FILE_MAX_SIZE], torn[FILE_MAX_SIZE];
	uint64_t highest;
	size_t len;

	CHECK(unlinkat(root, "labnet.modseq", 0) == 0);
	look();
	for (int i = 0; i < 3; i++) {
		CHECK(mail_flag(&box, &box.msg[i], i == 1 ? &unseen :
		    &seen) == 0);
		mailbox_record_changes(&box);
	}
	highest = mailbox_highest_modseq(&box);
	mailbox_close(&box);
	len = get("labnet.modseq", after);
	for (size_t cut = 0; cut < len; cut += 5)
		for (int zeros = 0; zeros < 2; zeros++) {
			memset(torn, 0, len);
			memcpy(torn, after, cut);
			put("labnet.modseq", torn, zeros ? len : cut);
			look();
			CHECK(mailbox_highest_modseq(&box) > 0);
			/* It may have lost the last; then a change is new. */
			CHECK(mail_flag(&box, &box.msg[3], cut % 2 == 0 ?
			    &seen : &unseen) == 0);
			mailbox_record_changes(&box);
			if (mail_modseq(&box, &box.msg[3]) <= highest)
				CHECK(box.msg[3].flags == 0);
			else
				highest = mailbox_highest_modseq(&box);
			mailbox_close(&box);
		}
}

/* The copy of everything: believed whole or not at all. */
static void
test_index(void)
{
	static char index[FILE_MAX_SIZE], torn[FILE_MAX_SIZE];
	struct timespec old[2] = { { 1700000000, 0 }, { 1700000000, 0 } };
	size_t len;

	for (int i = MESSAGES; i < 60; i++)
		arrive(i);
	for (int i = 0; i < 3; i++) {
		CHECK(utimensat(root, "cur", old, 0) == 0 &&
		    utimensat(root, "new", old, 0) == 0);
		look();
		mailbox_close(&box);
	}
	len = get("labnet.index", index);
	for (size_t cut = 0; cut < len; cut += 7) {
		memset(torn, 0, len);
		memcpy(torn, index, cut);
		put("labnet.index", torn, cut % 2 == 0 ? len : cut);
		CHECK(mailbox_open(&box, root, ".", MAILBOX_READ) == 0 &&
		    mailbox_sync(&box, &news) == 0);
		CHECK(box.count == 60 && box.msg[59].wire == 3);
		mailbox_close(&box);
	}
}

int
main(void)
{
	char dir[] = "/tmp/labnet-crash-XXXXXX", command[80];

	if (mkdtemp(dir) == NULL || folder_make_root(dir) == -1 ||
	    (root = open(dir, O_RDONLY | O_DIRECTORY)) == -1) {
		perror(dir);
		return 1;
	}
	test_list();
	test_modseq();
	test_index();
	snprintf(command, sizeof command, "rm -rf '%s'", dir);
	CHECK(system(command) == 0);
	return check_end("mail_crash");
}
