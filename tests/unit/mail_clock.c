/*
 * mail_clock.c - names, dates and leftovers while the clock jumps
 *
 * Rows O11 and O12.  A process cannot be given a clock of its own from
 * outside, so the files that read it are compiled here with another.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "mail/datetext.h"

static time_t	moment;

static time_t
clock_read(void)
{
	return moment;
}

static int
clock_read_fine(struct timespec *t)
{
	*t = (struct timespec){ moment, 0 };
	return 0;
}

#define time(to)		clock_read()
#define clock_gettime(which, t)	clock_read_fine(t)
#include "../../services/lib/mail/maildir.c"
#include "../../services/lib/mail/scan.c"
#undef time
#undef clock_gettime

enum { MINUTE = 60, DAY = 24 * HOUR, NAMES = 200 };

static int
by_text(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* Back by ten minutes and a day, on to 2038 and 2106, and never moving. */
static void
test_names(void)
{
	static const time_t jumps[] = { 0, -10 * MINUTE, -DAY, 0x7fffffff,
	    0x80000000, 0x100000000, 0 };
	static char names[7 * NAMES][MAILDIR_NAME_SIZE];
	struct maildir_name parts;
	size_t n = 0;

	for (size_t i = 0; i < 7; i++) {
		moment = jumps[i] < DAY ? 1795340000 + jumps[i] : jumps[i];
		for (size_t k = 0; k < NAMES; k++, n++) {
			maildir_name_new(names[n], 10, 11);
			CHECK(maildir_name_parse(names[n], &parts));
			CHECK(strtoll(names[n], NULL, 10) == moment);
		}
	}
	qsort(names, n, sizeof names[0], by_text);
	for (size_t i = 1; i < n; i++)
		CHECK(strcmp(names[i - 1], names[i]) != 0);
}

static void
test_dates(void)
{
	char text[DATE_TEXT_SIZE];

	date_text(text, 0x7fffffff);
	CHECK_TEXT(text, "Tue, 19 Jan 2038 03:14:07 +0000");
	date_text(text, 0x80000000);
	CHECK_TEXT(text, "Tue, 19 Jan 2038 03:14:08 +0000");
	date_text(text, 0x100000000);
	CHECK_TEXT(text, "Sun, 7 Feb 2106 06:28:16 +0000");
	date_text(text, 0);
	CHECK_TEXT(text, "Thu, 1 Jan 1970 00:00:00 +0000");
}

/* What a crash left in tmp/ is there for 36 hours, and no longer. */
static void
test_leftovers(void)
{
	char path[] = "/tmp/labnet-clock.XXXXXX";
	struct stat st;
	int tmp, fd;

	CHECK(mkdtemp(path) != NULL);
	tmp = open(path, O_RDONLY | O_DIRECTORY);
	CHECK(tmp != -1);
	fd = openat(tmp, "left", O_WRONLY | O_CREAT, 0600);
	CHECK(fd != -1 && fstat(fd, &st) == 0);
	close(fd);
	moment = st.st_mtime;
	scan_clean_tmp(tmp);
	moment = st.st_mtime - DAY;
	scan_clean_tmp(tmp);
	moment = st.st_mtime + 36 * HOUR;
	scan_clean_tmp(tmp);
	CHECK(fstatat(tmp, "left", &st, 0) == 0);
	moment++;
	scan_clean_tmp(tmp);
	CHECK(fstatat(tmp, "left", &st, 0) == -1);
	close(tmp);
	CHECK(rmdir(path) == 0);
}

int
main(void)
{
	test_names();
	test_dates();
	test_leftovers();
	return check_end("mail_clock");
}
