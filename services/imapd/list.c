/* list.c - LIST and LSUB (RFC 3501 6.3.8, 6.3.9) */

#include <string.h>

#include "imapd.h"
#include "pattern.h"
#include "utf7.h"

/* A name as it is answered. */
struct listed {
	const char	*name;
	size_t		 len;
	bool		 exists;
};

/* What one LIST or LSUB looks at. */
struct listing {
	const char	 *word;		/* "LIST" or "LSUB" */
	char		  pattern[PATTERN_MAX + 1];
	const struct folder_list *all;	/* the folders that exist */
	const struct folder_list *names; /* those to be answered */
	char		  last[NAME_SIZE];	/* parent answered last */
};

/* Does a folder lie below name? */
static bool
has_children(const struct folder_list *all, const struct listed *l)
{
	for (size_t i = 0; i < all->count; i++)
		if (strncmp(all->name[i], l->name, l->len) == 0 &&
		    all->name[i][l->len] == DELIMITER)
			return true;
	return false;
}

static void
answer(struct session *s, const struct listing *l, const struct listed *m)
{
	struct buf *b = &s->scratch;
	char name[NAME_SIZE];

	memcpy(name, m->name, m->len);
	name[m->len] = '\0';
	buf_clear(b);
	if (buf_format(b, "* %s (%s\\Has%sChildren) \"%c\" ", l->word,
	    m->exists ? "" : "\\Noselect ",
	    has_children(l->all, m) ? "" : "No", DELIMITER) == -1 ||
	    name_render(b, name) == -1 || buf_text(b, "\r\n") == -1)
		return;
	output_bytes(&s->out, b->s, b->len);
}

/*
 * Levels above name that the pattern matches and that do not exist
 * themselves.  Names come sorted, so each such level is met in one run.
 */
static void
answer_parents(struct session *s, struct listing *l, const char *name)
{
	struct listed m = { name, 0, false };
	char parent[NAME_SIZE];

	while ((m.len = pattern_match_parent(l->pattern, name,
	    m.len + 1)) > 0) {
		memcpy(parent, name, m.len);
		parent[m.len] = '\0';
		if (strcmp(parent, "INBOX") == 0 ||
		    folder_list_has(l->names, parent) ||
		    strcmp(parent, l->last) == 0)
			continue;
		if (strncmp(l->last, parent, m.len) == 0 &&
		    l->last[m.len] == DELIMITER)
			continue;
		answer(s, l, &m);
		strcpy(l->last, parent);
	}
}

static void
list_names(struct session *s, struct listing *l, bool subscribed)
{
	const char *name;
	struct listed m;
	bool match;

	for (size_t i = 0; i < l->names->count; i++) {
		name = l->names->name[i];
		match = pattern_match(l->pattern, name);
		/* LSUB makes a level known only where % hides what is below
		   it (6.3.9). */
		if (!subscribed || !match)
			answer_parents(s, l, name);
		if (!match)
			continue;
		m = (struct listed){ name, strlen(name), true };
		if (subscribed)
			m.exists = strcmp(m.name, "INBOX") == 0 ||
			    folder_list_has(l->all, m.name);
		answer(s, l, &m);
	}
}

static void
list_all(struct session *s, struct listing *l)
{
	const struct listed inbox = { "INBOX", 5, true };

	if (pattern_match(l->pattern, "INBOX"))
		answer(s, l, &inbox);
	list_names(s, l, false);
}

/* The reference goes in front (6.3.8).  False if it is all too long. */
static bool
join(char to[PATTERN_MAX + 1], const struct text *reference,
    const struct text *pattern)
{
	if (reference->n + pattern->n > PATTERN_MAX)
		return false;
	memcpy(to, reference->s, reference->n);
	memcpy(to + reference->n, pattern->s, pattern->n);
	to[reference->n + pattern->n] = '\0';
	return true;
}

static void
list(struct session *s, struct listing *l, bool subscribed)
{
	struct folder_list all, names;

	if (folder_list(s->root, &all) == -1) {
		reply_errno(s, l->word);
		return;
	}
	l->all = l->names = &all;
	if (!subscribed) {
		list_all(s, l);
		reply_ok(s, "%s completed", l->word);
	} else if (folder_subscriptions(s->root, &names) == -1) {
		reply_errno(s, l->word);
	} else {
		l->names = &names;
		list_names(s, l, true);
		folder_list_free(&names);
		reply_ok(s, "%s completed", l->word);
	}
	folder_list_free(&all);
}

static void
list_command(struct session *s, const char *word, bool subscribed)
{
	struct reader *r = &s->reader;
	struct listing l = { .word = word };
	struct text reference, pattern;

	if (!reader_space(r) || !reader_astring(r, &reference) ||
	    !reader_space(r) || !reader_list_mailbox(r, &pattern) ||
	    !reader_end(r))
		return;
	if (pattern.n == 0) {
		/* 6.3.8: what the delimiter and the root are. */
		output_format(&s->out, "* %s (\\Noselect) \"%c\" \"\"\r\n",
		    word, DELIMITER);
		reply_ok(s, "%s completed", word);
	} else if (!join(l.pattern, &reference, &pattern)) {
		reply_no(s, "[CANNOT] Pattern too long");
	} else {
		list(s, &l, subscribed);
	}
}

void
cmd_list(struct session *s)
{
	list_command(s, "LIST", false);
}

void
cmd_lsub(struct session *s)
{
	list_command(s, "LSUB", true);
}
