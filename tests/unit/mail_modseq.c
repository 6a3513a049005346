/*
 * mail_modseq.c - mod-sequences: two sessions, other programs, a lost log
 *
 * "The others" are plain rename(2) and unlink(2) behind the store's back.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "mail/folder.h"
#include "mail/mailbox.h"

static int root;
static struct mailbox a, b;
static struct mailbox_news news;
static const struct flag_change seen = { .on = FLAG_SEEN },
    unseen = { .off = FLAG_SEEN };

static void
put(const char *path)
{
	int fd = openat(root, path, O_WRONLY | O_CREAT | O_EXCL, 0600);

	CHECK(fd != -1 && write(fd, "x\n", 2) == 2);
	close(fd);
}

static void
begin(struct mailbox *box)
{
	CHECK(mailbox_open(box, root, ".", MAILBOX_WRITE) == 0);
	mailbox_keep_modseqs(box);
	CHECK(mailbox_sync(box, &news) == 0);
}

static void
sync_box(struct mailbox *box)
{
	CHECK(mailbox_sync(box, &news) == 0);
}

static uint64_t
of(const struct mailbox *box, size_t i)
{
	return mail_modseq(box, &box->msg[i]);
}

/* Is exactly [from, to] gone since a number?  from 0: nothing is. */
static bool
gone(const struct mailbox *box, uint64_t since, uint32_t from, uint32_t to)
{
	struct uid_range *r;
	size_t n;
	bool right;

	if (mailbox_vanished(box, since, &r, &n) == -1)
		return false;
	right = from == 0 ? n == 0 :
	    n == 1 && r[0].from == from && r[0].to == to;
	free(r);
	return right;
}

static void
test_changes(void)
{
	uint64_t first, second;
	const size_t last = 2;

	for (int i = 0; i < 5; i++)
		put((const char *const[]){ "cur/1.a:2,", "cur/2.a:2,",
		    "cur/3.a:2,", "cur/4.a:2,", "cur/5.a:2,S" }[i]);
	begin(&a);
	first = mailbox_highest_modseq(&a);
	CHECK(first > 0 && of(&a, 0) == first && of(&a, 4) == first);
	begin(&b);
	CHECK(mailbox_highest_modseq(&b) == first && of(&b, 4) == first);

	/* Ours, and what the other session sees of it. */
	CHECK(mail_flag(&a, &a.msg[1], &seen) == 0);
	CHECK(of(&a, 1) == first);
	mailbox_record_changes(&a);
	second = of(&a, 1);
	CHECK(second > first && mailbox_highest_modseq(&a) == second);
	sync_box(&b);
	CHECK(of(&b, 1) == second && of(&b, 0) == first);
	CHECK(mailbox_highest_modseq(&b) == second && news.changed == 1);
	sync_box(&a);
	CHECK(mailbox_highest_modseq(&a) == second);
	/* What changes nothing has no number. */
	CHECK(mail_flag(&a, &a.msg[1], &seen) == 0);
	mailbox_record_changes(&a);
	CHECK(mailbox_highest_modseq(&a) == second);

	/* Of another program: whoever sees it first gives the number. */
	CHECK(renameat(root, "cur/3.a:2,", root, "cur/3.a:2,F") == 0);
	sync_box(&b);
	CHECK(of(&b, 2) > second);
	sync_box(&a);
	CHECK(of(&a, 2) == of(&b, 2) && of(&a, 1) == second);

	/* UNCHANGEDSINCE: not what the other has changed meanwhile. */
	b.msg[2].state = a.msg[2].state = 0;
	CHECK(mail_flag(&b, &b.msg[2], &seen) == 0);
	CHECK(mail_flag(&a, &a.msg[2], &(struct flag_change){ .on = FLAG_DRAFT,
	    .unchanged = true }) == -1 && errno == EBUSY);
	CHECK(a.msg[2].flags == (FLAG_SEEN | FLAG_FLAGGED));
	mailbox_record_changes(&b);
	sync_box(&a);
	CHECK(of(&a, 2) == mailbox_highest_modseq(&b));

	/* Expunged, by one of us, and by another program. */
	second = mailbox_highest_modseq(&a);
	CHECK(gone(&a, second, 0, 0) && gone(&a, first, 0, 0));
	CHECK(mailbox_expunge(&a, &last, 1) == 0);
	CHECK(gone(&a, second, 3, 3) && mailbox_highest_modseq(&a) > second);
	CHECK(unlinkat(root, "cur/4.a:2,", 0) == 0);
	sync_box(&b);
	CHECK(gone(&b, second, 3, 4));
	CHECK(gone(&b, mailbox_highest_modseq(&a), 4, 4));
	mailbox_close(&b);
	mailbox_close(&a);
	begin(&a);
	CHECK(a.count == 3 && gone(&a, second, 3, 4) && of(&a, 0) == first);
	CHECK(gone(&a, first - 1, 3, 4));	/* older than all we know */
	mailbox_close(&a);
}

/* A copy of the log, to put in its place what was there before. */
static void
keep_log(const char *command)
{
	char text[120];

	snprintf(text, sizeof text, "cd /proc/%ld/fd/%d && %s",
	    (long)getpid(), root, command);
	CHECK(system(text) == 0);
}

/* Numbers rise whatever becomes of the file. */
static void
test_lost(void)
{
	uint64_t highest;

	begin(&a);
	CHECK(mail_flag(&a, &a.msg[0], &seen) == 0);
	mailbox_record_changes(&a);
	highest = mailbox_highest_modseq(&a);
	mailbox_close(&a);
	CHECK(unlinkat(root, "labnet.modseq", 0) == 0);
	begin(&a);
	CHECK(of(&a, 0) > highest && of(&a, 1) > highest);
	CHECK(gone(&a, highest, 3, 4));

	/* A torn record, and one that is damaged. */
	highest = mailbox_highest_modseq(&a);
	keep_log("printf torn >>labnet.modseq");
	begin(&b);
	CHECK(of(&b, 0) > highest && gone(&b, highest, 3, 4));
	sync_box(&a);
	highest = mailbox_highest_modseq(&b);
	keep_log("printf X | dd of=labnet.modseq bs=1 seek=50 conv=notrunc "
	    "2>/dev/null");
	mailbox_close(&b);
	begin(&b);
	CHECK(of(&b, 1) > highest);
	mailbox_close(&b);

	/* Records lost at the end: a message that came and went meanwhile. */
	sync_box(&a);
	mailbox_close(&a);
	keep_log("cp labnet.modseq old");
	begin(&a);
	put("cur/6.a:2,");
	sync_box(&a);
	highest = of(&a, a.count - 1);
	CHECK(a.msg[a.count - 1].uid == 6);
	CHECK(unlinkat(root, "cur/6.a:2,", 0) == 0);
	mailbox_close(&a);
	keep_log("mv old labnet.modseq");
	begin(&a);
	CHECK(gone(&a, highest, 6, 6));

	/* A client that knows more than we do. */
	highest = mailbox_highest_modseq(&a) + 5000000;
	mailbox_modseq_told(&a, highest);
	CHECK(of(&a, 0) > highest && gone(&a, highest, 3, 4) == false);
	mailbox_modseq_told(&a, UINT64_MAX / 2);
	CHECK(mailbox_highest_modseq(&a) < highest * 2);
	mailbox_close(&a);
}

/* The machine started anew: believed only if the file had been synced. */
static void
test_restart(void)
{
	const struct timespec old[2] = { { 1000, 0 }, { 1000, 0 } };
	uint64_t highest;

	begin(&a);
	CHECK(mail_flag(&a, &a.msg[0], &unseen) == 0);
	mailbox_record_changes(&a);
	highest = mailbox_highest_modseq(&a);
	mailbox_secure(&a);
	mailbox_close(&a);
	CHECK(utimensat(root, "labnet.modseq", old, 0) == 0);
	begin(&a);
	CHECK(mailbox_highest_modseq(&a) == highest);
	CHECK(mail_flag(&a, &a.msg[0], &seen) == 0);
	mailbox_record_changes(&a);
	highest = mailbox_highest_modseq(&a);
	mailbox_close(&a);
	CHECK(utimensat(root, "labnet.modseq", old, 0) == 0);
	begin(&a);
	CHECK(of(&a, 1) > highest);
	mailbox_close(&a);
}

/*
 * UIDs that another program gave out and whose messages went before we saw
 * them: the file stays small, and the latest of them are remembered.
 */
static void
test_many(void)
{
	char text[80], name[40];
	uint32_t uid = 0, jump = 9000;
	uint64_t since = 0;
	struct stat st;
	int fd;

	begin(&a);
	for (int round = 0; round < 4; round++) {
		since = mailbox_highest_modseq(&a);
		uid = a.uidnext + jump;
		snprintf(name, sizeof name, "cur/%u.b:2,", uid);
		put(name);
		fd = openat(root, "dovecot-uidlist", O_WRONLY | O_APPEND);
		snprintf(text, sizeof text, "%u :%u.b\n", uid, uid);
		CHECK(fd != -1 && write(fd, text, strlen(text)) ==
		    (ssize_t)strlen(text) && close(fd) == 0);
		sync_box(&a);
		CHECK(gone(&a, since, uid - jump, uid - 1));
	}
	CHECK(a.modseq.gone >= 10000 && a.modseq.gone <= 20000);
	CHECK(gone(&a, since, uid - jump, uid - 1));
	mailbox_close(&a);
	CHECK(fstatat(root, "labnet.modseq", &st, 0) == 0 &&
	    st.st_size < 25000 * 24);
	begin(&a);
	CHECK(gone(&a, since, uid - jump, uid - 1));
	/* A jump too wide to be recorded: everything is new. */
	jump = 100000;
	uid = a.uidnext + jump;
	since = mailbox_highest_modseq(&a);
	fd = openat(root, "dovecot-uidlist", O_WRONLY | O_APPEND);
	snprintf(text, sizeof text, "%u :%u.b\n", uid, uid);
	CHECK(fd != -1 && write(fd, text, strlen(text)) ==
	    (ssize_t)strlen(text) && close(fd) == 0);
	sync_box(&a);
	CHECK(of(&a, 0) > since && a.modseq.gone == 0);
	CHECK(!gone(&a, since, 0, 0));
	mailbox_close(&a);
}

int
main(void)
{
	char dir[] = "/tmp/labnet-modseq-XXXXXX", command[80];

	if (mkdtemp(dir) == NULL || folder_make_root(dir) == -1 ||
	    (root = open(dir, O_RDONLY | O_DIRECTORY)) == -1) {
		perror(dir);
		return 1;
	}
	test_changes();
	test_lost();
	test_restart();
	test_many();
	snprintf(command, sizeof command, "rm -rf '%s'", dir);
	CHECK(system(command) == 0);
	return check_end("mail_modseq");
}
