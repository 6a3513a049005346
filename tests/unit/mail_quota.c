/* mail_quota.c - maildirsize: read, counted, kept by the store */

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
#include "mail/folder.h"
#include "mail/mailbox.h"
#include "mail/quota.h"

static int root;
static struct quota q;

static void
put(const char *path, const char *text)
{
	int fd = openat(root, path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	CHECK(fd != -1);
	CHECK(write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	close(fd);
}

static const char *
file(void)
{
	static char text[8192];
	int fd = openat(root, "maildirsize", O_RDONLY);
	ssize_t n = fd == -1 ? 0 : read(fd, text, sizeof text - 1);

	text[n < 0 ? 0 : n] = '\0';
	if (fd != -1)
		close(fd);
	return text;
}

static bool
says(int64_t octets, int64_t messages)
{
	return quota_read(root, &q) == 0 && q.octets == octets &&
	    q.messages == messages;
}

static void
test_file(void)
{
	CHECK(quota_read(root, &q) == 0 && q.max_octets == 0);
	CHECK(quota_fits(&q, INT64_MAX, INT64_MAX));
	quota_add(root, 5, 1);
	CHECK(!quota_is_kept(root));

	put("new/1.a", "12345");
	put("cur/2.a,S=100:2,S", "its name says more");
	CHECK(folder_create(root, "Work") == 0);
	put(".Work/cur/3.a:2,", "1234567");
	CHECK(quota_set(root, 1000, 10, &q) == 0);
	CHECK(q.octets == 112 && q.messages == 3);
	CHECK_TEXT(file(), "1000S,10C\n112 3\n");
	quota_add(root, 88, 1);
	CHECK(says(200, 4));
	CHECK(quota_fits(&q, 800, 6) && !quota_fits(&q, 801, 1) &&
	    !quota_fits(&q, 1, 7));
	quota_add(root, -88, -1);
	CHECK_TEXT(file(), "1000S,10C\n112 3\n88 1\n-88 -1\n");
	/* Other limits: counted anew. */
	CHECK(quota_set(root, 0, 3, &q) == 0 && q.messages == 3);
	CHECK_TEXT(file(), "3C\n112 3\n");
	CHECK(quota_admit(root, 1, 1) == -1 && errno == EDQUOT);
	CHECK(quota_set(root, 0, 0, &q) == 0 && !quota_is_kept(root));
	CHECK(q.messages == 0 && quota_admit(root, 1, 1) == 0);
}

/* When it cannot be right it is counted anew, with what limits it has. */
static void
test_count(void)
{
	static const char *const wrong[] = {
		"1000S\n5 x\n", "1000S\n5 1", "1000S\n-900 -1\n",
		"1000S\n99999999999999999999 1\n", "1000S\n5\n",
	};
	char text[6000];

	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		put("maildirsize", wrong[i]);
		CHECK(says(112, 3) && q.max_octets == 1000);
		CHECK_TEXT(file(), "1000S\n112 3\n");
	}
	/* Over the limit by more than one line; by one line it is young. */
	put("maildirsize", "1000S\n900 9\n200 2\n");
	CHECK(says(112, 3));
	put("maildirsize", "1000S\n1200 9\n");
	CHECK(says(1200, 9));
	/* Too long. */
	strcpy(text, "1000S\n");
	for (size_t n = 6; n < 5130; n += 4)
		memcpy(text + n, "1 0\n", 5);
	put("maildirsize", text);
	CHECK(says(112, 3));
	CHECK_TEXT(file(), "1000S\n112 3\n");
	put("maildirsize", "rubbish");
	CHECK(says(112, 3) && q.max_octets == 0);
	CHECK(unlinkat(root, "maildirsize", 0) == 0);
}

static int
append(struct mailbox *to, const char *text)
{
	static struct append a;
	struct append *const list[] = { &a };

	CHECK(append_start(&a, to) == 0);
	CHECK(append_write(&a, text, strlen(text)) == 0);
	return mailbox_append(to, list, 1);
}

/* What the store puts in and takes out is counted, and no more is let in. */
static void
test_store(void)
{
	struct mailbox box, work;
	struct mailbox_news news;
	const size_t first = 0;
	size_t last;

	CHECK(quota_set(root, 150, 0, &q) == 0);
	CHECK(mailbox_open(&box, root, ".", MAILBOX_WRITE) == 0 &&
	    mailbox_open(&work, root, ".Work", MAILBOX_WRITE) == 0);
	CHECK(append(&box, "0123456789\n") == 0 && says(123, 4));
	CHECK(append(&box, "012345678901234567890123456789\n") == -1 &&
	    errno == EDQUOT && says(123, 4));
	CHECK(mailbox_sync(&box, &news) == 0 && box.count == 3);
	for (last = 0; box.msg[last].size == 100; last++)
		;
	CHECK(mailbox_copy(&box, &last, 1, &work, NULL) == 0);
	CHECK(says(123 + box.msg[last].size, 5));
	CHECK(quota_set(root, 10, 0, &q) == 0);
	CHECK(mailbox_copy(&box, &last, 1, &work, NULL) == -1 &&
	    errno == EDQUOT);
	CHECK(mailbox_move(&box, &last, 1, &work, NULL) == 0 && q.messages ==
	    5);
	CHECK(mailbox_sync(&work, &news) == 0 && work.count == 3);
	CHECK(mailbox_expunge(&work, &first, 1) == 0);
	CHECK(quota_read(root, &q) == 0 && q.messages == 4);
	/* Twice gone is once counted. */
	CHECK(mailbox_expunge(&work, &first, 1) == 0);
	CHECK(quota_read(root, &q) == 0 && q.messages == 4);
	mailbox_close(&work);
	mailbox_close(&box);
	CHECK(folder_delete(root, "Work") == 0);
	CHECK(quota_read(root, &q) == 0 && q.messages == 2);
}

int
main(void)
{
	char dir[] = "/tmp/labnet-quota-XXXXXX", command[80];

	if (mkdtemp(dir) == NULL || folder_make_root(dir) == -1 ||
	    (root = open(dir, O_RDONLY | O_DIRECTORY)) == -1) {
		perror(dir);
		return 1;
	}
	test_file();
	test_count();
	test_store();
	snprintf(command, sizeof command, "rm -rf '%s'", dir);
	CHECK(system(command) == 0);
	return check_end("mail_quota");
}
