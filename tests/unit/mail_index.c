/*
 * mail_index.c - labnet.index: what is loaded is what a scan would find
 *
 * Hundreds of random changes, of ours and of others; after each the mailbox
 * is closed, and opened twice: with its index, and without.
 */

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
#include "mail/folder.h"
#include "mail/index_file.h"
#include "mail/mailbox.h"
#include "torn.h"

enum { FIRST = 200, ROUNDS = 300 };

static int coming;
static struct mailbox box;
static struct mailbox_news news;

static uint64_t
chance(uint64_t below)
{
	static uint64_t state = 88172645463325252u;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state % below;
}

static void
arrive(const char *dir, const char *flags)
{
	char name[60];

	snprintf(name, sizeof name, "%s/%d.M1.h,S=2%s", dir,
	    1700000000 + coming++, flags);
	put(name, "x\n", 2);
}

static bool
look(void)
{
	CHECK(mailbox_open(&box, root, ".", MAILBOX_WRITE) == 0);
	CHECK(mailbox_sync(&box, &news) == 0);
	return box.index.current;
}

/* The directories did not change for long, and never had these times. */
static void
let_rest(void)
{
	static struct timespec old[2] = { { .tv_sec = 1000000000 } };

	old[0].tv_sec++;
	old[1] = old[0];
	CHECK(utimensat(root, "cur", old, 0) == 0 &&
	    utimensat(root, "new", old, 0) == 0);
}

static void
finish(void)
{
	/* Twice: what was in new/ is moved by the first. */
	for (int i = 0; i < 2; i++) {
		let_rest();
		CHECK(mailbox_sync(&box, &news) == 0);
	}
	mailbox_close(&box);
}

static void
change_flags(void)
{
	const struct flag_change c = { .on = (unsigned)chance(FLAG_ALL + 1),
	    .off = FLAG_ALL, .keywords_on = chance(8), .keywords_off = 7 };
	size_t from = chance(box.count), n = 1 + chance(20);

	for (size_t i = from; i < box.count && i < from + n; i++)
		CHECK(mail_flag(&box, &box.msg[i], &c) == 0);
}

static void
remove_some(void)
{
	size_t which[20], from = chance(box.count), n = 0;

	for (size_t i = from; i < box.count && n < 20; i += 1 + chance(2))
		which[n++] = i;
	CHECK(mailbox_expunge(&box, which, n) == 0);
	/* Some sessions close at once, others tell their client. */
	if (chance(2) == 0)
		mailbox_drop_gone(&box);
}

/* Of another program. */
static void
odd_name(void)
{
	char old[MAILDIR_NAME_SIZE], new[MAILDIR_NAME_SIZE + 8];
	const struct mail *m = &box.msg[chance(box.count)];

	mail_name(m, old);
	snprintf(new, sizeof new, "%.*s:2,%s", (int)m->base_len, m->base,
	    chance(2) == 0 ? "SX,odd" : "S");
	CHECK(renameat(box.dir.cur, old, box.dir.cur, new) == 0);
}

static void
change(void)
{
	for (uint64_t n = 1 + chance(3); n > 0; n--)
		switch (chance(6)) {
		case 0:
			arrive("new", "");
			break;
		case 1:
			arrive("cur", chance(2) == 0 ? ":2,S" : ":2,FQ9");
			break;
		case 2:
			remove_some();
			mailbox_drop_gone(&box);
			break;
		case 3:
			odd_name();
			CHECK(mailbox_sync(&box, &news) == 0);
			break;
		case 4:
			for (size_t i = 0; i < box.count; i += 3)
				CHECK(mail_measure(&box, &box.msg[i]) == 0 &&
				    mail_stat(&box, &box.msg[i]) == 0);
			break;
		default:
			change_flags();
		}
	while (box.count < FIRST / 2) {
		arrive("new", "");
		CHECK(mailbox_sync(&box, &news) == 0);
	}
}

/* The same messages, as far as both know. */
static void
compare(const struct mailbox *a, const struct mailbox *b)
{
	char one[MAILDIR_NAME_SIZE], other[MAILDIR_NAME_SIZE];

	CHECK(a->count == b->count && a->uidnext == b->uidnext &&
	    a->uidvalidity == b->uidvalidity && a->gone == 0);
	for (size_t i = 0; i < a->count && i < b->count; i++) {
		const struct mail *m = &a->msg[i], *n = &b->msg[i];

		mail_name(m, one);
		mail_name(n, other);
		CHECK_TEXT(one, other);
		CHECK(m->uid == n->uid && m->flags == n->flags &&
		    m->keywords == n->keywords && m->state == (n->state &
		    (MSG_ODD | MSG_OPEN)) && m->size == n->size);
		CHECK(m->wire == 3 || m->wire == n->wire);
	}
}

static void
test_random(void)
{
	static char index[FILE_MAX_SIZE];
	struct mailbox loaded;
	size_t len, least = SIZE_MAX, notes = 0;

	for (int round = 0; round < ROUNDS; round++) {
		look();
		change();
		if (chance(4) == 0 && box.count > 20)
			remove_some();
		finish();
		CHECK(look());
		loaded = box;
		len = get(INDEX_NAME, index);
		notes += loaded.index.head.notes > 0;
		least = len < least ? len : least;
		CHECK(index_size(&loaded.index.head) <= len);
		CHECK(unlinkat(root, INDEX_NAME, 0) == 0);
		CHECK(!look());
		for (size_t i = 0; i < box.count; i++) {
			box.msg[i].state &= (uint8_t)~MSG_RECENT;
			box.msg[i].seen = 0;
		}
		compare(&loaded, &box);
		mailbox_close(&box);
		mailbox_close(&loaded);
		put(INDEX_NAME, index, len);
	}
	CHECK(notes > ROUNDS / 2);
}

/* A change of flags is worth a note, wherever it is. */
static void
test_small(void)
{
	static char before[FILE_MAX_SIZE], after[FILE_MAX_SIZE];
	const struct flag_change on = { .on = FLAG_ALL, .keywords_on = 63 };
	struct index_head h;
	size_t len;

	CHECK(unlinkat(root, INDEX_NAME, 0) == 0);
	look();
	/* A name of the usual form for all. */
	for (size_t i = box.count; i-- > 0;)
		if ((box.msg[i].state & MSG_ODD) != 0)
			CHECK(mailbox_expunge(&box, &i, 1) == 0);
	mailbox_drop_gone(&box);
	finish();
	len = get(INDEX_NAME, before);
	CHECK(look());
	CHECK(mail_flag(&box, &box.msg[0], &on) == 0);
	for (size_t i = box.count / 2; i < box.count; i++)
		CHECK(mail_flag(&box, &box.msg[i], &on) == 0);
	finish();
	CHECK(get(INDEX_NAME, after) == len + 2 * sizeof(struct note));
	CHECK(memcmp(before + sizeof h, after + sizeof h,
	    len - sizeof h) == 0);
	memcpy(&h, after, sizeof h);
	CHECK(h.notes == 2 * sizeof(struct note) && h.joined == 0);

	/* Two sessions at once: the second finds nothing to be done. */
	struct mailbox other;

	CHECK(look());
	other = box;
	CHECK(look());
	CHECK(mail_flag(&box, &box.msg[3], &on) == 0);
	let_rest();
	CHECK(mailbox_sync(&box, &news) == 0 && mailbox_sync(&other, &news) ==
	    0);
	mailbox_close(&box);
	len = get(INDEX_NAME, before);
	mailbox_close(&other);
	CHECK(get(INDEX_NAME, after) == len && memcmp(before, after, len) == 0);
}

/* Torn within the notes, at their end, or behind. */
static void
test_torn(void)
{
	static char index[FILE_MAX_SIZE], torn[FILE_MAX_SIZE];
	struct index_head h;
	size_t len = get(INDEX_NAME, index), count;

	memcpy(&h, index, sizeof h);
	CHECK(h.notes > 0 && index_size(&h) == len);
	CHECK(look());
	count = box.count;
	mailbox_close(&box);
	for (size_t cut = len - h.notes; cut < len; cut++)
		for (int zeros = 0; zeros < 2; zeros++) {
			memset(torn, 0, len);
			memcpy(torn, index, cut);
			put(INDEX_NAME, torn, zeros ? len : cut);
			/* The last octets may be zeros anyway. */
			CHECK(!look() || (zeros &&
			    memcmp(torn, index, len) == 0));
			CHECK(box.count == count);
			box.index.current = true;
			mailbox_close(&box);
		}
	/* Notes that a dead session could not call its own do not count. */
	memcpy(torn, index, len);
	memset(torn + len, 'x', 100);
	put(INDEX_NAME, torn, len + 100);
	CHECK(look() && box.count == count);
	CHECK(mail_flag(&box, &box.msg[5], &(struct flag_change){
	    .off = FLAG_ALL }) == 0);
	finish();
	CHECK(look() && box.msg[5].flags == 0);
	mailbox_close(&box);
}

int
main(void)
{
	char dir[] = "/tmp/labnet-index-XXXXXX", command[80];

	if (mkdtemp(dir) == NULL || folder_make_root(dir) == -1 ||
	    (root = open(dir, O_RDONLY | O_DIRECTORY)) == -1) {
		perror(dir);
		return 1;
	}
	for (int i = 0; i < FIRST; i++)
		arrive("cur", ":2,");
	put("dovecot-keywords", "0 a\n1 b\n2 c\n", 12);
	test_random();
	test_small();
	test_torn();
	snprintf(command, sizeof command, "rm -rf '%s'", dir);
	CHECK(system(command) == 0);
	return check_end("mail_index");
}
