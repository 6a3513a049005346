/*
 * mailbox.c - the mail store, in a maildir of its own
 *
 * "The others" are plain rename(2) and unlink(2) behind the store's back.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
#include "mail/folder.h"
#include "mail/mailbox.h"

static int root;
static struct mailbox box;
static struct mailbox_news news;

static void
put(const char *path, const char *text)
{
	int fd = openat(root, path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	CHECK(fd != -1);
	CHECK(write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	close(fd);
}

static void
get(const char *path, char *text, size_t size)
{
	int fd = openat(root, path, O_RDONLY);
	ssize_t n = fd == -1 ? 0 : read(fd, text, size - 1);

	text[n < 0 ? 0 : n] = '\0';
	if (fd != -1)
		close(fd);
}

static void
open_box(const char *dir, enum mailbox_mode mode)
{
	CHECK(mailbox_open(&box, root, dir, mode) == 0);
	CHECK(mailbox_sync(&box, &news) == 0);
}

static const char *
name_of(size_t i)
{
	static char name[MAILDIR_NAME_SIZE];

	mail_name(&box.msg[i], name);
	return name;
}

/* Put a text into a folder; its UID. */
static uint32_t
append(struct mailbox *to, const char *text, unsigned flags)
{
	static struct append a;
	struct append *const list[] = { &a };

	CHECK(append_start(&a, to) == 0);
	a.flags = flags;
	CHECK(append_write(&a, text, strlen(text)) == 0);
	CHECK(mailbox_append(to, list, 1) == 0);
	return a.uid;
}

static void
test_first_open(void)
{
	put("new/20.M1.h", "b\n");
	put("new/10.M9.h", "a\n");
	put("cur/30.h,S=2,W=3:2,SX", "c\n");
	put("cur/.hidden", "");
	put("cur/line\nbreak", "");
	CHECK(mkdirat(root, "cur/5.dir", 0700) == 0);
	CHECK(symlinkat("nowhere", root, "cur/6.link") == 0);
	open_box(".", MAILBOX_WRITE);
	CHECK(box.count == 3 && news.arrived == 3);
	CHECK(box.msg[0].uid == 1 && box.msg[2].uid == 3);
	CHECK(box.uidnext == 4 && box.uidvalidity != 0 && box.sticky);
	CHECK_TEXT(name_of(0), "10.M9.h:2,");
	CHECK_TEXT(name_of(1), "20.M1.h:2,");
	CHECK_TEXT(name_of(2), "30.h,S=2,W=3:2,SX");
	CHECK((box.msg[0].state & MSG_RECENT) != 0);
	CHECK((box.msg[2].state & MSG_RECENT) == 0);
	CHECK(box.msg[2].flags == FLAG_SEEN && box.msg[2].wire == 3);
	CHECK(mail_measure(&box, &box.msg[0]) == 0 && box.msg[0].wire == 3);
	CHECK(faccessat(root, "cur/10.M9.h:2,", F_OK, 0) == 0);
	mailbox_close(&box);

	uint32_t validity = box.uidvalidity;
	open_box(".", MAILBOX_READ);
	CHECK(box.count == 3 && box.uidvalidity == validity);
	CHECK(box.msg[0].uid == 1 && box.msg[0].wire == 3);
	CHECK((box.msg[0].state & MSG_RECENT) == 0);
	CHECK(mail_flag(&box, &box.msg[0], &(struct flag_change){ 0 }) == -1 &&
	    errno == EROFS);
	mailbox_close(&box);
}

static void
test_others(void)
{
	int fd;

	open_box(".", MAILBOX_WRITE);
	CHECK(renameat(root, "cur/10.M9.h:2,", root, "cur/10.M9.h:2,F") == 0);
	fd = mail_open(&box, &box.msg[0]);
	CHECK(fd != -1 && close(fd) == 0);
	CHECK(mailbox_sync(&box, &news) == 0);
	CHECK(news.changed == 1 && news.vanished == 0 && news.arrived == 0);
	CHECK((box.msg[0].state & MSG_CHANGED) != 0);
	CHECK(box.msg[0].flags == FLAG_FLAGGED);
	box.msg[0].state &= (uint8_t)~MSG_CHANGED;

	/* Our change is relative to what the file has now. */
	CHECK(renameat(root, "cur/10.M9.h:2,F", root, "cur/10.M9.h:2,FT") == 0);
	CHECK(mail_flag(&box, &box.msg[0],
	    &(struct flag_change){ .on = FLAG_SEEN, .off = FLAG_FLAGGED })
	    == 0);
	CHECK_TEXT(name_of(0), "10.M9.h:2,ST");
	CHECK(mail_flag(&box, &box.msg[2],
	    &(struct flag_change){ .on = FLAG_DRAFT, .off = FLAG_ALL }) == 0);
	CHECK_TEXT(name_of(2), "30.h,S=2,W=3:2,DX");

	CHECK(unlinkat(root, "cur/20.M1.h:2,", 0) == 0);
	put("new/40.h", "d\n");
	CHECK(mailbox_sync(&box, &news) == 0);
	CHECK(news.vanished == 1 && news.arrived == 1 && box.count == 4);
	CHECK((box.msg[1].state & MSG_GONE) != 0 && box.msg[3].uid == 4);
	CHECK(mail_open(&box, &box.msg[1]) == -1 && errno == ENOENT);
	mailbox_drop_gone(&box);
	CHECK(box.count == 3 && box.msg[1].uid == 3 && box.gone == 0);
	CHECK(mailbox_find_uid(&box, 2) == 1 && mailbox_find_uid(&box, 9) == 3);
	mailbox_close(&box);
}

/* Two sessions and a delivery: each UID once, the same for both. */
static void
test_two_sessions(void)
{
	struct mailbox other;
	struct mailbox_news n;

	open_box(".", MAILBOX_WRITE);
	CHECK(mailbox_open(&other, root, ".", MAILBOX_READ) == 0);
	CHECK(mailbox_sync(&other, &n) == 0 && other.count == box.count);
	put("new/50.h", "e\n");
	CHECK(mailbox_sync(&other, &n) == 0 && n.arrived == 1);
	CHECK(mailbox_sync(&box, &news) == 0 && news.arrived == 1);
	CHECK(box.msg[box.count - 1].uid == other.msg[other.count - 1].uid);
	CHECK(append(&other, "f\n", FLAG_SEEN) == 6);
	CHECK(mailbox_sync(&box, &news) == 0 && news.arrived == 1);
	CHECK(mailbox_expunge(&box, &(size_t){ 0 }, 1) == 0 && box.gone == 1);
	CHECK(mailbox_sync(&other, &n) == 0 && n.vanished == 1);
	CHECK((other.msg[0].state & MSG_GONE) != 0);
	mailbox_close(&other);
	mailbox_close(&box);
}

static void
test_append(void)
{
	static struct append a, b;
	struct append *const both[] = { &a, &b };
	static const char text[] = "x: y\r\n\r\na\nb\r\r\nc\rd\r\n\r";
	char got[100], path[MAILDIR_NAME_SIZE + 16];
	struct stat st;

	CHECK(folder_create(root, "Work") == 0);
	CHECK(folder_create(root, "Work") == -1 && errno == EEXIST);
	open_box(".Work", MAILBOX_WRITE);
	CHECK(box.count == 0 && box.uidnext == 1);
	CHECK(append_start(&a, &box) == 0 && append_start(&b, &box) == 0);
	for (size_t i = 0; i < sizeof text - 1; i++)
		CHECK(append_write(&a, text + i, 1) == 0);
	CHECK(append_write(&b, text, sizeof text - 1) == 0);
	a.date = 1000000000;
	a.flags = FLAG_SEEN;
	CHECK(mailbox_append(&box, both, 2) == 0 && a.uid == 1 && b.uid == 2);
	CHECK(mailbox_sync(&box, &news) == 0 && news.arrived == 2);
	CHECK(box.msg[0].size == box.msg[1].size);
	CHECK(mail_stat(&box, &box.msg[0]) == 0);
	CHECK(box.msg[0].date == 1000000000);
	snprintf(path, sizeof path, ".Work/cur/%s", name_of(0));
	get(path, got, sizeof got);
	CHECK_TEXT(got, "x: y\n\na\nb\r\r\nc\rd\n\r");
	CHECK(box.msg[0].size == (int64_t)strlen(got));
	CHECK(box.msg[0].wire == (int64_t)strlen(got) + 4);
	box.msg[0].wire = -1;
	CHECK(mail_measure(&box, &box.msg[0]) == 0);
	CHECK(box.msg[0].wire == (int64_t)strlen(got) + 4);

	CHECK(append_start(&a, &box) == 0);
	append_abort(&a, &box);
	CHECK(fstatat(root, ".Work/labnet.undo", &st, 0) == -1);
	mailbox_close(&box);
}

static void
test_copy(void)
{
	struct mailbox work;
	struct mailbox_news n;
	uint32_t uids[2];
	int k;

	open_box(".", MAILBOX_WRITE);
	CHECK(mailbox_open(&work, root, ".Work", MAILBOX_WRITE) == 0);
	CHECK(keywords_add(&work.keywords, work.dir.folder, "$Other") == 0);
	k = keywords_add(&box.keywords, box.dir.folder, "$Label");
	CHECK(k == 0 && keywords_find(&box.keywords, "$LABEL") == 0);
	CHECK(mail_flag(&box, &box.msg[0],
	    &(struct flag_change){ .keywords_on = 1u << k }) == 0);
	CHECK(mailbox_copy(&box, (size_t[]){ 0, 1 }, 2, &work, uids) == 0);
	CHECK(uids[0] == 3 && uids[1] == 4);
	CHECK(mailbox_sync(&work, &n) == 0 && work.count == 4);
	CHECK(work.msg[2].uid == 3 && work.msg[2].keywords == 1u << 1);
	CHECK(work.msg[2].flags == box.msg[0].flags);
	/* A source that is gone: nothing is copied at all. */
	CHECK(mailbox_expunge(&box, &(size_t){ 1 }, 1) == 0);
	CHECK(mailbox_copy(&box, (size_t[]){ 0, 1 }, 2, &work, uids) == -1);
	CHECK(errno == ENOENT);
	CHECK(mailbox_sync(&work, &n) == 0 && work.count == 4);
	CHECK(mailbox_move(&work, (size_t[]){ 3 }, 1, &box, uids) == 0);
	CHECK(work.gone == 1 && uids[0] == box.uidnext);
	CHECK(mailbox_sync(&box, &news) == 0 && news.arrived == 1);
	mailbox_close(&work);
	mailbox_close(&box);
}

/* A process died in the middle of a copy: the next one takes it back. */
static void
test_undo(void)
{
	struct stat st;

	put(".Work/cur/77.half:2,", "x\n");
	put(".Work/labnet.undo", "cur/77.half:2,\ncur/78.never:2,\ncur/../x\n");
	open_box(".Work", MAILBOX_WRITE);
	CHECK(box.count == 3 && box.uidnext == 5);
	CHECK(fstatat(root, ".Work/cur/77.half:2,", &st, 0) == -1);
	CHECK(fstatat(root, ".Work/labnet.undo", &st, 0) == -1);
	mailbox_close(&box);
}

static void
test_folders(void)
{
	struct folder_list l;
	struct mailbox_status st;

	CHECK(!folder_name_ok("..") && !folder_name_ok("a/b"));
	CHECK(!folder_name_ok("a..b") && !folder_name_ok("") &&
	    !folder_name_ok(".a") && !folder_name_ok("a."));
	CHECK(folder_create(root, "Work.2026") == 0);
	CHECK(folder_rename(root, "Work", "Work.x") == -1 && errno == EINVAL);
	CHECK(folder_rename(root, "None", "x") == -1 && errno == ENOENT);
	CHECK(folder_rename(root, "Work", "Play") == 0);
	CHECK(folder_list(root, &l) == 0 && l.count == 2);
	CHECK_TEXT(l.name[0], "Play");
	CHECK_TEXT(l.name[1], "Play.2026");
	folder_list_free(&l);
	CHECK(mailbox_status(root, ".Play", true, &st) == 0);
	CHECK(st.messages == 3 && st.wire > 0 && st.uidnext == 5);
	CHECK(folder_delete(root, "INBOX") == -1 && errno == EINVAL);
	CHECK(folder_delete(root, "Play") == 0);
	CHECK(folder_exists(root, "Play.2026") && !folder_exists(root, "Play"));
	CHECK(folder_delete(root, "Play") == -1 && errno == ENOENT);

	CHECK(folder_subscribe(root, "b", true) == 0);
	CHECK(folder_subscribe(root, "a.c", true) == 0);
	CHECK(folder_subscribe(root, "b", true) == 0);
	CHECK(folder_subscriptions(root, &l) == 0 && l.count == 2);
	CHECK_TEXT(l.name[0], "a.c");
	folder_list_free(&l);
	CHECK(folder_subscribe(root, "b", false) == 0);
	CHECK(folder_subscriptions(root, &l) == 0 && l.count == 1);
	folder_list_free(&l);
	put("subscriptions", "V\t2\n\na\tc\nINBOX\n");
	CHECK(folder_subscribe(root, "d.e", true) == 0);
	CHECK(folder_subscriptions(root, &l) == 0 && l.count == 3);
	CHECK_TEXT(l.name[1], "a.c");
	folder_list_free(&l);

	CHECK(folder_rename(root, "INBOX", "Old") == 0);
	CHECK(mailbox_status(root, ".", false, &st) == 0 && st.messages == 0);
	CHECK(mailbox_status(root, ".Old", false, &st) == 0 && st.messages > 0);
}

/* The list is written anew: no UID comes again, and no field is lost. */
static void
test_rewrite(void)
{
	char name[MAILDIR_NAME_SIZE], text[4096];
	size_t which[150];
	struct mailbox other;
	struct mailbox_news n;

	CHECK(folder_create(root, "Waste") == 0);
	for (int i = 0; i < 151; i++) {
		snprintf(name, sizeof name, ".Waste/new/%d.h", i + 1000);
		put(name, "x\n");
	}
	open_box(".Waste", MAILBOX_WRITE);
	CHECK(box.count == 151 && box.uids.records == 151);
	for (size_t i = 0; i < 150; i++)
		which[i] = i + 1;
	CHECK(mailbox_expunge(&box, which, 150) == 0);
	/* One that this session does not know yet must stay in the list. */
	CHECK(mailbox_open(&other, root, ".Waste", MAILBOX_WRITE) == 0);
	CHECK(mailbox_sync(&other, &n) == 0);
	CHECK(append(&other, "y\n", FLAG_SEEN) == 152);
	CHECK(mail_measure(&box, &box.msg[0]) == 0);
	mailbox_close(&other);
	mailbox_close(&box);
	get(".Waste/dovecot-uidlist", text, sizeof text);
	CHECK(strstr(text, " N153 ") != NULL);
	CHECK(strstr(text, "\n1 W3 :1000.h\n152 :") != NULL);
	CHECK(strstr(text, ":1001.h") == NULL);

	open_box(".Waste", MAILBOX_WRITE);
	CHECK(box.count == 2 && box.msg[1].uid == 152 && box.uidnext == 153);
	CHECK(mailbox_expunge(&box, (size_t[]){ 0, 1 }, 2) == 0);
	box.uids.damaged = true;
	mailbox_close(&box);
	put(".Waste/new/2000.h", "z\n");
	open_box(".Waste", MAILBOX_WRITE);
	CHECK(box.count == 1 && box.msg[0].uid == 153);
	mailbox_close(&box);
}

/* The directories did not change for long: what is seen may be kept. */
static void
let_rest(struct mailbox *b)
{
	const struct timespec old[2] = { { 1000000000, 5 }, { 1000000000, 5 } };

	CHECK(futimens(b->dir.cur, old) == 0 && futimens(b->dir.new, old) == 0);
}

/* Fill labnet.index, and see whether it is used after something happened. */
static bool
index_used(void)
{
	bool used;

	CHECK(mailbox_open(&box, root, ".Many", MAILBOX_WRITE) == 0);
	CHECK(mailbox_sync(&box, &news) == 0);
	CHECK(news.arrived == box.count);
	used = box.index.current;
	return used;
}

static void
test_index(void)
{
	char name[MAILDIR_NAME_SIZE], text[64];
	int fd;

	CHECK(folder_create(root, "Many") == 0);
	for (int i = 0; i < 80; i++) {
		snprintf(name, sizeof name, ".Many/cur/%d.h,W=9:2,%s", i,
		    i == 7 ? "SF" : i == 8 ? "Sb" : "");
		put(name, "text\n");
	}
	CHECK(!index_used());
	let_rest(&box);
	CHECK(mailbox_sync(&box, &news) == 0);
	mailbox_close(&box);
	CHECK(faccessat(root, ".Many/labnet.index", F_OK, 0) == 0);

	CHECK(index_used() && box.count == 80 && box.uidnext == 81);
	CHECK_TEXT(name_of(7), "7.h,W=9:2,SF");
	CHECK_TEXT(name_of(8), "8.h,W=9:2,Sb");
	CHECK(box.msg[8].flags == FLAG_SEEN && box.msg[8].keywords == 2);
	CHECK(box.msg[79].wire == 9 && box.msg[79].uid == 80);
	CHECK(mail_flag(&box, &box.msg[9],
	    &(struct flag_change){ .on = FLAG_SEEN }) == 0);
	put(".Many/new/99.h", "new\n");
	CHECK(mailbox_sync(&box, &news) == 0 && news.arrived == 1);
	CHECK(box.msg[80].uid == 81 && news.changed == 0);
	mailbox_close(&box);

	CHECK(!index_used() && box.count == 81);
	let_rest(&box);
	CHECK(mailbox_sync(&box, &news) == 0);
	mailbox_close(&box);
	CHECK(index_used());
	mailbox_close(&box);

	/* One octet is wrong: not believed. */
	fd = openat(root, ".Many/labnet.index", O_RDWR);
	CHECK(fd != -1 && pread(fd, text, 1, 3000) == 1);
	text[0] ^= 64;
	CHECK(pwrite(fd, text, 1, 3000) == 1 && close(fd) == 0);
	CHECK(!index_used() && box.count == 81 && box.uidnext == 82);
	mailbox_close(&box);
	put(".Many/labnet.index", "labindex");
	CHECK(!index_used() && box.count == 81);
	mailbox_close(&box);
	/* Another program gave a UID: the list changed, the directories not. */
	CHECK(index_used());
	mailbox_close(&box);
	fd = openat(root, ".Many/dovecot-uidlist", O_WRONLY | O_APPEND);
	CHECK(fd != -1 && write(fd, "95 :95.h\n", 9) == 9 && close(fd) == 0);
	CHECK(!index_used() && box.uidnext == 96);
	mailbox_close(&box);
}

/* Create, delete, create: never the same UIDVALIDITY. */
static void
test_uidvalidity(void)
{
	struct mailbox_status a, b;

	CHECK(folder_create(root, "V") == 0);
	CHECK(mailbox_status(root, ".V", false, &a) == 0);
	CHECK(folder_delete(root, "V") == 0 && folder_create(root, "V") == 0);
	CHECK(mailbox_status(root, ".V", false, &b) == 0);
	CHECK(b.uidvalidity > a.uidvalidity);
}

int
main(void)
{
	char dir[] = "/tmp/labnet-mailbox-XXXXXX", command[80];

	if (mkdtemp(dir) == NULL || folder_make_root(dir) == -1 ||
	    (root = open(dir, O_RDONLY | O_DIRECTORY)) == -1) {
		perror(dir);
		return 1;
	}
	test_first_open();
	test_others();
	test_two_sessions();
	test_append();
	test_copy();
	test_undo();
	test_folders();
	test_uidvalidity();
	test_index();
	test_rewrite();
	snprintf(command, sizeof command, "rm -rf '%s'", dir);
	CHECK(system(command) == 0);
	return check_end("mailbox");
}
