/* imap_progress.c - unit test of imapd's progress.c: when a word is due */

#include <unistd.h>

#include "../../services/imapd/progress.c"
#include "check.h"

static struct session session;
static int64_t now;

int64_t
clock_ms(void)
{
	return now;
}

static void
due(void)
{
	struct progress p;

	progress_start(&p, 5000);
	CHECK(!progress_due(&p, 5000));
	CHECK(!progress_due(&p, 14999));
	CHECK(progress_due(&p, 15000));
	CHECK(!progress_due(&p, 15001));
	CHECK(!progress_due(&p, 24999));
	/* A long time without a look counts once. */
	CHECK(progress_due(&p, 99000));
	CHECK(!progress_due(&p, 99001));
}

static void
look(size_t done)
{
	if (progress_is_time(&session.progress))
		progress_tell(&session, done, 1000);
}

static void
told(void)
{
	struct session *s = &session;
	char text[200] = "";
	int ends[2];

	CHECK(pipe(ends) == 0);
	output_init(&s->out, ends[1], 5);
	strcpy(s->tag, "A001");
	progress_start(&s->progress, now);
	now += 9999;
	progress_slow(&s->progress);
	look(100);
	now += 1;
	/* Quick ones are not worth a look at the clock each. */
	look(101);
	progress_slow(&s->progress);
	look(175);
	look(176);
	now += 10000;
	for (size_t i = 0; i < 63; i++)
		look(200 + i);
	close(ends[1]);
	CHECK(read(ends[0], text, sizeof text - 1) > 0);
	CHECK_TEXT(text, "* OK [INPROGRESS (\"A001\" 175 1000)] "
	    "Still at it\r\n"
	    "* OK [INPROGRESS (\"A001\" 262 1000)] Still at it\r\n");
	close(ends[0]);
}

int
main(void)
{
	due();
	told();
	return check_end("imap_progress");
}
