/*
 * mail_watch.c - changes of a session's own cost no scan, and hide no other's
 */

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "mail/look.h"
#include "mail/mailbox.h"

enum { MESSAGES = 400 };	/* so many that the directory is a large one */

static char root[] = "/tmp/labnet-watch-XXXXXX";
static int root_fd;
static struct mailbox box;

static void
make(void)
{
	char name[64];
	int cur, fd;

	CHECK(mkdtemp(root) != NULL);
	root_fd = open(root, O_RDONLY | O_DIRECTORY);
	CHECK(root_fd != -1 && maildir_make(root_fd, ".") == 0);
	cur = openat(root_fd, "cur", O_RDONLY | O_DIRECTORY);
	for (int i = 0; i < MESSAGES; i++) {
		snprintf(name, sizeof name, "%d.M%dP1.host,S=2,W=3:2,S",
		    1700000000 + i, i);
		fd = openat(cur, name, O_WRONLY | O_CREAT, 0600);
		CHECK(fd != -1 && write(fd, "x\n", 2) == 2);
		close(fd);
	}
	close(cur);
}

/* What another program does: the flags of message i. */
static void
other(size_t i, const char *old, const char *new)
{
	char from[128], to[128];

	snprintf(from, sizeof from, "cur/%d.M%dP1.host,S=2,W=3:2,%s",
	    1700000000 + (int)i, (int)i, old);
	snprintf(to, sizeof to, "cur/%d.M%dP1.host,S=2,W=3:2,%s",
	    1700000000 + (int)i, (int)i, new);
	CHECK(renameat(root_fd, from, root_fd, to) == 0);
}

static void
flag(size_t i, bool on)
{
	const struct flag_change c = { .on = on ? FLAG_FLAGGED : 0,
	    .off = FLAG_FLAGGED };

	CHECK(mail_flag(&box, &box.msg[i], &c) == 0);
}

static struct mailbox_news
look(void)
{
	struct mailbox_news news;
	size_t right = 0;

	CHECK(mailbox_sync(&box, &news) == 0);
	CHECK(box.count == MESSAGES && box.gone == 0);
	for (size_t i = 0; i < box.count; i++)
		right += box.msg[i].uid == i + 1;
	CHECK(right == MESSAGES);
	return news;
}

/* Till the times are old enough to tell what comes by them. */
static void
rest(void)
{
	time_t end = time(NULL) + 20;
	bool rests;

	look();
	while (!(rests = look_at_rest(&box)) && time(NULL) < end)
		continue;
	CHECK(rests);
}

static void
test_own(void)
{
	look();
	rest();
	flag(3, true);
	CHECK(box.watch.fd != -1 && !mailbox_is_stale(&box));
	flag(4, true);
	flag(3, false);
	CHECK(!mailbox_is_stale(&box));
	CHECK(look().changed == 0);
}

static void
test_others(void)
{
	/* In the same instant as ours, in front of it and behind it. */
	other(9, "S", "RS");
	flag(5, true);
	CHECK(mailbox_is_stale(&box));
	CHECK(look().changed == 1 && box.msg[9].flags ==
	    (FLAG_REPLIED | FLAG_SEEN));
	flag(5, false);
	other(9, "RS", "S");
	CHECK(mailbox_is_stale(&box));
	look();
	/* The same file. */
	flag(6, true);
	other(6, "FS", "S");
	flag(7, true);
	CHECK(mailbox_is_stale(&box));
	look();
	CHECK(box.msg[6].flags == FLAG_SEEN);
	rest();
	other(10, "S", "");
	CHECK(mailbox_is_stale(&box));
	CHECK(look().changed == 1);
}

/* More than are followed one by one; and back. */
static void
test_many(void)
{
	for (size_t i = 0; i < MESSAGES; i++)
		flag(i, true);
	look();
	for (size_t i = 0; i < MESSAGES; i++)
		flag(i, false);
	rest();
	flag(0, true);
	rest();
	other(1, "S", "RS");
	CHECK(look().changed == 1);
}

static void
start(void)
{
	CHECK(mailbox_open(&box, root_fd, ".", MAILBOX_WRITE) == 0);
	mailbox_may_watch(&box, root);
}

/* A mailbox that comes from its index: its directories were never read. */
static void
test_index(void)
{
	rest();
	mailbox_close(&box);
	start();
	look();
	CHECK(box.index.current);
	flag(0, false);
	rest();
	other(1, "RS", "S");
	CHECK(look().changed == 1);
	flag(0, true);
}

static void
test_expunge(void)
{
	const size_t which[] = { 1, 2 };
	struct mailbox_news news;

	CHECK(mailbox_expunge(&box, which, 2) == 0);
	CHECK(!mailbox_is_stale(&box));
	CHECK(mailbox_sync(&box, &news) == 0 && news.vanished == 2);
	mailbox_drop_gone(&box);
	CHECK(box.count == MESSAGES - 2 && !mailbox_is_stale(&box));
	other(0, "FS", "S");
	CHECK(mailbox_is_stale(&box));
	CHECK(mailbox_sync(&box, &news) == 0 && news.changed == 1);
}

int
main(void)
{
	char command[64];

	make();
	start();
	test_own();
	test_others();
	test_many();
	test_index();
	test_expunge();
	mailbox_close(&box);
	snprintf(command, sizeof command, "rm -rf %s", root);
	CHECK(system(command) == 0);
	return check_end("mail_watch");
}
