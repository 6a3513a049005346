/* update.c - the UPDATE state: what QUIT does to the maildir (RFC 1939 6) */

#include <errno.h>
#include <stdlib.h>

#include "io/log.h"
#include "pop3d.h"

/*
 * What was read and stays is seen: IMAP shows it so.  A flag that cannot be
 * set is no reason to tell the client that anything failed.
 */
static void
flag_read(struct session *s)
{
	const struct flag_change seen = { .on = FLAG_SEEN };

	for (size_t i = 0; i < s->box.count; i++) {
		struct mail *m = &s->box.msg[i];

		if (s->mark[i] == MARK_READ && (m->flags & FLAG_SEEN) == 0 &&
		    mail_flag(&s->box, m, &seen) == -1 && errno != ENOENT) {
			log_errno("cannot flag the mail of %s", s->name);
			return;
		}
	}
}

size_t
maildrop_update(struct session *s)
{
	size_t *which = calloc(s->box.count + 1, sizeof *which);
	size_t n = 0, left = 0;

	flag_read(s);
	for (size_t i = 0; i < s->box.count; i++)
		if ((s->mark[i] & MARK_DELETED) == 0)
			continue;
		else if (which != NULL)
			which[n++] = i;
		else
			left++;
	if (n > 0 && mailbox_expunge(&s->box, which, n) == -1) {
		log_errno("cannot remove mail of %s", s->name);
		for (size_t i = 0; i < n; i++)
			left += (s->box.msg[which[i]].state & MSG_GONE) == 0;
		/* All went, but after a power cut they may be back. */
		left = left == 0 ? n : left;
	}
	free(which);
	return left;
}
