/* load.c - the text of one message at a time, and where its parts are */

#include <errno.h>
#include <unistd.h>

#include "imapd.h"
#include "io/close.h"

static int
read_text(struct session *s, struct mailbox *box, struct mail *m)
{
	int fd, status;

	s->loaded = 0;
	progress_slow(&s->progress);
	fd = mail_open(box, m);
	if (fd == -1)
		return -1;
	status = textfile_read(&s->file, fd);
	close_quietly(fd);
	return status;
}

static int
parse(struct session *s, bool whole)
{
	return (whole ? message_parse : message_parse_header)(&s->message,
	    s->file.text, s->file.len);
}

int
load_from(struct session *s, struct mailbox *box, struct mail *m, bool whole)
{
	return read_text(s, box, m) == -1 ? -1 : parse(s, whole);
}

int
load_message(struct session *s, struct mail *m, bool whole)
{
	if (s->loaded == m->uid && (s->parsed || !whole))
		return 0;
	if (s->loaded != m->uid && read_text(s, &s->box, m) == -1)
		return -1;
	s->loaded = 0;
	if (parse(s, whole) == -1)
		return -1;
	s->loaded = m->uid;
	s->parsed = whole;
	return 0;
}
