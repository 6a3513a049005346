/* flags.c - flags and keywords, read and written */

#include <errno.h>
#include <string.h>

#include "imapd.h"

static const struct {
	const char	*name;
	unsigned	 flag;
} names[] = {
	{ "\\Answered", FLAG_REPLIED },
	{ "\\Flagged", FLAG_FLAGGED },
	{ "\\Deleted", FLAG_TRASHED },
	{ "\\Seen", FLAG_SEEN },
	{ "\\Draft", FLAG_DRAFT },
};

enum { NAMES = sizeof names / sizeof *names };

/* Keywords are adjusted later: the letter P of other programs means one. */
static const char forwarded[] = "$Forwarded";

static bool
keyword(struct session *s, struct mailbox *box, const struct text *t,
    struct flag_set *set)
{
	char name[KEYWORD_SIZE];
	int i;

	if (t->n >= sizeof name) {
		reply_no(s, "[LIMIT] Keyword too long");
		return false;
	}
	memcpy(name, t->s, t->n);
	name[t->n] = '\0';
	if (box->mode == MAILBOX_READ)
		i = keywords_find(&box->keywords, name);
	else
		i = keywords_add(&box->keywords, box->dir.folder, name);
	if (i >= 0)
		set->keywords |= UINT64_C(1) << i;
	if (text_is(t, forwarded))
		set->flags |= FLAG_PASSED;
	if (i >= 0 || box->mode == MAILBOX_READ)
		return true;
	if (errno == EOVERFLOW)
		reply_no(s, "[LIMIT] No more keywords in this mailbox");
	else
		reply_errno(s, "Keyword");
	return false;
}

static bool
flag(struct session *s, struct mailbox *box, struct flag_set *set)
{
	struct text t;

	if (!reader_flag(&s->reader, &t))
		return false;
	if (t.s[0] != '\\')
		return keyword(s, box, &t, set);
	for (int i = 0; i < NAMES; i++)
		if (text_is(&t, names[i].name)) {
			set->flags |= names[i].flag;
			return true;
		}
	return reader_fail(&s->reader, "Invalid system flag");
}

bool
flags_parse(struct session *s, struct mailbox *box, bool bare,
    struct flag_set *set)
{
	struct reader *r = &s->reader;
	bool list = reader_try(r, '(');

	*set = (struct flag_set){ 0, 0 };
	if (!list && !bare)
		return reader_char(r, '(');
	if (list && reader_try(r, ')'))
		return true;
	do
		if (!flag(s, box, set))
			return false;
	while (reader_try(r, ' '));
	return !list || reader_char(r, ')');
}

/* One more name in a list. */
static int
add(struct buf *b, size_t start, const char *name)
{
	return (b->len > start && buf_text(b, " ") == -1) ||
	    buf_text(b, name) == -1 ? -1 : 0;
}

int
flags_render(const struct session *s, struct buf *b, const struct mail *m)
{
	const struct mailbox *box = &s->box;
	bool rev2 = (s->enabled & ENABLED_REV2) != 0;
	bool passed = (m->flags & FLAG_PASSED) != 0;
	size_t start;

	if (buf_text(b, "(") == -1)
		return -1;
	start = b->len;
	for (int i = 0; i < NAMES; i++)
		if ((m->flags & names[i].flag) != 0 &&
		    add(b, start, names[i].name) == -1)
			return -1;
	if ((m->state & MSG_RECENT) != 0 && !rev2 &&
	    add(b, start, "\\Recent") == -1)
		return -1;
	for (unsigned i = 0; m->keywords >> i != 0 && i < KEYWORDS_MAX; i++) {
		if ((m->keywords >> i & 1) == 0 ||
		    box->keywords.name[i][0] == '\0')
			continue;
		if (strcasecmp(box->keywords.name[i], forwarded) == 0)
			passed = false;
		if (add(b, start, box->keywords.name[i]) == -1)
			return -1;
	}
	if (passed && add(b, start, forwarded) == -1)
		return -1;
	return buf_text(b, ")");
}
