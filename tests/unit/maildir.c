/* maildir.c - names of maildir files, taken apart and made */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "mail/maildir.h"

static void
test_parse(void)
{
	struct maildir_name n;

	CHECK(maildir_name_parse("1.M2P3.host,S=12,W=14:2,FS", &n));
	CHECK(n.base == strlen("1.M2P3.host,S=12,W=14"));
	CHECK(n.size == 12 && n.wire == 14 && n.plain);
	CHECK(n.flags == (FLAG_FLAGGED | FLAG_SEEN) && n.keywords == 0);

	CHECK(maildir_name_parse("1.host:2,DFPRSTaz", &n));
	CHECK(n.flags == FLAG_ALL && n.plain);
	CHECK(n.keywords == (1u | 1u << 25));
	CHECK(n.size == -1 && n.wire == -1);

	CHECK(maildir_name_parse("1.host:2,09ADZ", &n) && n.plain);
	CHECK(n.flags == FLAG_DRAFT && n.keywords == (UINT64_C(1) << 26 |
	    UINT64_C(1) << 45 | UINT64_C(1) << 46 | UINT64_C(1) << 55));

	CHECK(maildir_name_parse("1.host", &n));
	CHECK(n.base == 6 && n.flags == 0 && !n.plain);
	CHECK(maildir_name_parse("1.host:2,", &n) && n.plain);
	CHECK(maildir_name_parse("1.host:2,SF", &n) && !n.plain);
	CHECK(n.flags == (FLAG_FLAGGED | FLAG_SEEN));
	CHECK(maildir_name_parse("1.host:2,SS", &n) && !n.plain);
	CHECK(maildir_name_parse("1.host:2,XS", &n) && !n.plain);
	CHECK(n.flags == FLAG_SEEN);
	CHECK(maildir_name_parse("1.host:2,S,T", &n) && !n.plain);
	CHECK(n.flags == FLAG_SEEN);
	CHECK(maildir_name_parse("1.host:1,S", &n) && n.flags == 0);
	CHECK(maildir_name_parse("x,S=,W=12x,S=9", &n));
	CHECK(n.size == 9 && n.wire == -1);
	CHECK(maildir_name_parse("x,S=99999999999999999999", &n));
	CHECK(n.size == -1);
}

static void
test_refuse(void)
{
	struct maildir_name n;
	char name[300];

	CHECK(!maildir_name_parse("", &n));
	CHECK(!maildir_name_parse(".hidden", &n));
	CHECK(!maildir_name_parse(":2,S", &n));
	CHECK(!maildir_name_parse("a\nb", &n));
	CHECK(!maildir_name_parse("a\177", &n));
	memset(name, 'a', sizeof name);
	name[255] = '\0';
	CHECK(maildir_name_parse(name, &n) && n.base == 255);
	name[255] = 'a';
	name[256] = '\0';
	CHECK(!maildir_name_parse(name, &n));
}

static void
test_make(void)
{
	char new[MAILDIR_NAME_SIZE], old[MAILDIR_NAME_SIZE];

	CHECK(maildir_name_make(new, "1.host", 0, 0) == 0);
	CHECK_TEXT(new, "1.host:2,");
	CHECK(maildir_name_make(new, "1.host:2,S", FLAG_TRASHED | FLAG_DRAFT,
	    4) == 0);
	CHECK_TEXT(new, "1.host:2,DTc");
	/* What others mean by their letters is theirs: it stays. */
	CHECK(maildir_name_make(new, "1.host:2,S_b,more", FLAG_REPLIED, 0)
	    == 0);
	CHECK_TEXT(new, "1.host:2,R_,more");
	CHECK(maildir_name_make(new, "1.host:2,Sb", FLAG_REPLIED,
	    UINT64_C(7) << 25) == 0);
	CHECK_TEXT(new, "1.host:2,ABRz");
	CHECK(maildir_name_make(new, "1.host", FLAG_ALL,
	    (UINT64_C(1) << MAILDIR_KEYWORDS) - 1) == 0);
	CHECK(strlen(new) == strlen("1.host:2,") + MAILDIR_LETTERS - 1);
	CHECK(maildir_name_make(new, "1.host:1,S", FLAG_SEEN, 0) == 0);
	CHECK_TEXT(new, "1.host:2,S");

	memset(old, 'a', sizeof old);
	old[252] = '\0';
	CHECK(maildir_name_make(new, old, 0, 0) == 0);
	errno = 0;
	CHECK(maildir_name_make(new, old, FLAG_SEEN, 0) == -1);
	CHECK(errno == ENAMETOOLONG);
}

static void
test_new(void)
{
	char a[MAILDIR_NAME_SIZE], b[MAILDIR_NAME_SIZE];
	struct maildir_name n;

	maildir_name_new(a, 100, 104);
	maildir_name_new(b, 100, 104);
	CHECK(strcmp(a, b) != 0);
	CHECK(maildir_name_parse(a, &n));
	CHECK(n.size == 100 && n.wire == 104 && n.base == strlen(a));
	CHECK(strpbrk(a, "/:") == NULL);
	maildir_name_new(a, -1, -1);
	CHECK(maildir_name_parse(a, &n) && n.size == -1 && n.wire == -1);
}

int
main(void)
{
	test_parse();
	test_refuse();
	test_make();
	test_new();
	return check_end("maildir");
}
