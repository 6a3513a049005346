/*
 * list.c - LIST and LSUB (RFC 3501 6.3.8, 6.3.9), LIST-EXTENDED (RFC 5258),
 * LIST-STATUS (RFC 5819), SPECIAL-USE (RFC 6154)
 */

#include <string.h>

#include "list.h"
#include "pattern.h"
#include "use.h"

enum { PATTERNS_MAX = 64 };

/* Options in front of the reference, and behind RETURN. */
enum {
	SELECT_SUBSCRIBED = 1, SELECT_REMOTE = 2, SELECT_RECURSIVE = 4,
	SELECT_SPECIAL = 8,
	RETURN_SUBSCRIBED = 16, RETURN_CHILDREN = 32, RETURN_SPECIAL = 64,
	RETURN_STATUS = 128,
	LSUB = 256,
	EVENT = 512		/* nothing that was asked for: RFC 5465 5.4 */
};

struct listing {
	struct session	*s;
	unsigned	 options;
	unsigned	 status;	/* items of RETURN (STATUS ...) */
	struct text	 reference;
	struct text	 pattern[PATTERNS_MAX];
	size_t		 n;
	char		 joined[PATTERN_MAX + 1];
};

/* --- parsing -------------------------------------------------------------- */

static const struct option {
	const char	*name;
	unsigned	 select, give;
} options[] = {
	{ "SUBSCRIBED", SELECT_SUBSCRIBED, RETURN_SUBSCRIBED },
	{ "REMOTE", SELECT_REMOTE, 0 },
	{ "RECURSIVEMATCH", SELECT_RECURSIVE, 0 },
	{ "SPECIAL-USE", SELECT_SPECIAL, RETURN_SPECIAL },
	{ "CHILDREN", 0, RETURN_CHILDREN },
	{ "STATUS", 0, RETURN_STATUS },
};

/* One option; give: of those behind RETURN. */
static bool
parse_option(struct reader *r, struct listing *l, bool give)
{
	struct text t;
	unsigned bit = 0;

	if (!reader_word(r, &t))
		return false;
	for (size_t i = 0; i < sizeof options / sizeof *options; i++)
		if (text_is(&t, options[i].name))
			bit = give ? options[i].give : options[i].select;
	if (bit == 0)
		return reader_fail(r, "Unknown LIST option");
	l->options |= bit;
	return bit != RETURN_STATUS || (reader_space(r) &&
	    status_parse(r, &l->status));
}

static bool
parse_options(struct reader *r, struct listing *l, bool give)
{
	if (!reader_char(r, '('))
		return false;
	if (reader_try(r, ')'))
		return true;
	do
		if (!parse_option(r, l, give))
			return false;
	while (reader_try(r, ' '));
	/* RFC 5258 3: it changes what another option does. */
	if ((l->options & SELECT_RECURSIVE) != 0 &&
	    (l->options & (SELECT_SUBSCRIBED | SELECT_SPECIAL)) == 0)
		return reader_fail(r, "RECURSIVEMATCH of nothing");
	return reader_char(r, ')');
}

static bool
parse_patterns(struct reader *r, struct listing *l)
{
	bool list = (l->options & LSUB) == 0 && reader_try(r, '(');

	l->n = 0;
	do {
		if (l->n == PATTERNS_MAX)
			return reader_fail(r, "Too many patterns");
		if (!reader_list_mailbox(r, &l->pattern[l->n++]))
			return false;
	} while (list && reader_try(r, ' '));
	return !list || reader_char(r, ')');
}

static bool
parse(struct reader *r, struct listing *l)
{
	struct text t;

	if (!reader_space(r) || ((l->options & LSUB) == 0 &&
	    reader_peek(r) == '(' && (!parse_options(r, l, false) ||
	    !reader_space(r))))
		return false;
	if (!reader_astring(r, &l->reference) || !reader_space(r) ||
	    !parse_patterns(r, l))
		return false;
	if ((l->options & LSUB) == 0 && reader_try(r, ' ')) {
		if (!reader_atom(r, &t))
			return false;
		if (!text_is(&t, "RETURN"))
			return reader_fail(r, "RETURN expected");
		if (!reader_space(r) || !parse_options(r, l, true))
			return false;
	}
	return reader_end(r);
}

/* --- choosing ------------------------------------------------------------- */

/* Does it match a pattern, the reference in front (6.3.8)? */
static bool
matches(struct listing *l, const char *name)
{
	const struct text *ref = &l->reference, *p;
	char spelling[SPELLING_SIZE];

	name = name_spelling(l->s, name, spelling);
	for (p = l->pattern; p < l->pattern + l->n; p++) {
		if (p->n == 0 || ref->n + p->n > PATTERN_MAX)
			continue;
		memcpy(l->joined, ref->s, ref->n);
		memcpy(l->joined + ref->n, p->s, p->n);
		l->joined[ref->n + p->n] = '\0';
		if (pattern_match(l->joined, name))
			return true;
	}
	return false;
}

/* Is something subscribed below that the pattern does not show itself? */
static bool
hides_subscribed(struct listing *l, const struct tree *t, size_t i)
{
	if (t->e[i].child_subscribed)
		for (size_t k = i + 1; tree_is_below(t, k, i); k++)
			if (t->e[k].subscribed && !matches(l, t->e[k].name))
				return true;
	return false;
}

/* Does e[i], which matches the pattern, belong to the answer? */
static bool
is_wanted(struct listing *l, const struct tree *t, size_t i)
{
	const struct entry *e = &t->e[i];

	if ((l->options & LSUB) != 0)
		return e->subscribed || hides_subscribed(l, t, i);
	if ((l->options & SELECT_SUBSCRIBED) != 0 && !e->subscribed &&
	    ((l->options & SELECT_RECURSIVE) == 0 ||
	    !hides_subscribed(l, t, i)))
		return false;
	if ((l->options & SELECT_SPECIAL) != 0 &&
	    use_get(l->s->root, e->name) == 0)
		return false;
	return e->exists || e->child_exists ||
	    (l->options & SELECT_SUBSCRIBED) != 0;
}

/* --- answering ------------------------------------------------------------ */

static void
attributes(struct session *s, const struct listing *l, const struct entry *e)
{
	bool lsub = (l->options & LSUB) != 0;
	unsigned uses = e->exists && !lsub ? use_get(s->root, e->name) : 0;
	const char *use;

	if (!e->exists || (lsub && !e->subscribed))
		output_text(&s->out, lsub || (e->child_exists &&
		    (l->options & EVENT) == 0) ?
		    "\\Noselect " : "\\NonExistent ");
	if (e->subscribed && (l->options & (SELECT_SUBSCRIBED |
	    RETURN_SUBSCRIBED)) != 0)
		output_text(&s->out, "\\Subscribed ");
	output_text(&s->out, e->child_exists ? "\\HasChildren" :
	    "\\HasNoChildren");
	while ((use = use_next(&uses)) != NULL) {
		output_text(&s->out, " ");
		output_text(&s->out, use);
	}
}

/* (RFC 5465 5.4, RFC 9051 6.3.9.7) */
static int
render_old(struct session *s, struct buf *b, const char *old)
{
	return buf_text(b, " (\"OLDNAME\" (") == -1 ||
	    name_render(s, b, old) == -1 ? -1 : buf_text(b, "))");
}

static void
answer(struct session *s, const struct listing *l, const struct entry *e,
    const char *old)
{
	struct buf *b = &s->scratch;

	output_text(&s->out, (l->options & LSUB) != 0 ? "* LSUB (" :
	    "* LIST (");
	attributes(s, l, e);
	output_format(&s->out, ") \"%c\" ", DELIMITER);
	buf_clear(b);
	if (name_render(s, b, e->name) == 0 &&
	    (old == NULL || render_old(s, b, old) == 0))
		output_bytes(&s->out, b->s, b->len);
	if ((l->options & SELECT_RECURSIVE) != 0 && e->child_subscribed)
		output_text(&s->out, " (\"CHILDINFO\" (\"SUBSCRIBED\"))");
	output_text(&s->out, "\r\n");
	if ((l->options & RETURN_STATUS) != 0 && e->exists)
		(void)status_send(s, e->name, l->status);
}

static void
list(struct session *s, struct listing *l, const char *word)
{
	struct tree t;

	if (tree_read(&t, s->root) == -1) {
		reply_errno(s, word);
	} else {
		for (size_t i = 0; i < t.n; i++)
			if (matches(l, t.e[i].name) && is_wanted(l, &t, i))
				answer(s, l, &t.e[i], NULL);
		reply_ok(s, "%s completed", word);
	}
	tree_free(&t);
}

static void
list_command(struct session *s, const char *word, unsigned how)
{
	struct listing l = { .s = s, .options = how };

	if (!parse(&s->reader, &l))
		return;
	/* It may be one of those that STATUS is wanted of. */
	if ((l.options & RETURN_STATUS) != 0)
		update_send(s, true);
	if (s->over)
		return;
	if (l.n == 1 && l.pattern[0].n == 0) {
		/* 6.3.8: what the delimiter and the root are. */
		output_format(&s->out, "* %s (\\Noselect) \"%c\" \"\"\r\n",
		    word, DELIMITER);
		reply_ok(s, "%s completed", word);
	} else {
		list(s, &l, word);
	}
}

void
list_announce(struct session *s, const char *name, const char *old)
{
	struct buf *b = &s->scratch;

	buf_clear(b);
	if (buf_format(b, "* LIST () \"%c\" ", DELIMITER) == -1 ||
	    name_render(s, b, name) == -1)
		return;
	if (old != NULL && render_old(s, b, old) == -1)
		return;
	output_bytes(&s->out, b->s, b->len);
	output_text(&s->out, "\r\n");
}

void
list_changed(struct session *s, const struct entry *e, const char *old)
{
	const struct listing l = { .options = RETURN_SUBSCRIBED | EVENT };

	answer(s, &l, e, old);
}

void
cmd_list(struct session *s)
{
	list_command(s, "LIST", 0);
}

void
cmd_lsub(struct session *s)
{
	list_command(s, "LSUB", LSUB);
}
