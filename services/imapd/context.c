/* context.c - CONTEXT=SEARCH and CONTEXT=SORT */

#include <stdlib.h>
#include <string.h>

#include "context.h"
#include "sort.h"

struct context {
	char		 tag[TAG_MAX + 1];
	bool		 uid;		/* UIDs are told, not numbers */
	struct search	 search;
	struct sequence	 members;	/* UIDs */
	bool		 sorted;
	struct sort_order by;
	uint32_t	*order;		/* of SORT: UIDs as they stand there */
	size_t		 n;
	struct fetch	*attributes;	/* of new messages, or NULL */
	struct buf	 texts;		/* of these */
};

static struct context *contexts[CONTEXTS_MAX];
static unsigned count;

/* The messages as they were when the results were. */
static struct looked {
	uint32_t	uid;
	uint8_t		flags;
	uint64_t	keywords;
} *looked;
static size_t n_looked;
static unsigned long looked_at;		/* box.version */

static void
release(struct context *c)
{
	search_free(&c->search);
	sequence_free(&c->members);
	free(c->order);
	free(c->attributes);
	buf_free(&c->texts);
	free(c);
}

void
contexts_end(void)
{
	while (count > 0)
		release(contexts[--count]);
	free(looked);
	looked = NULL;
	n_looked = 0;
	looked_at = 0;
}

static int
find(const struct text *tag)
{
	for (unsigned i = 0; i < count; i++)
		if (strlen(contexts[i]->tag) == tag->n &&
		    memcmp(contexts[i]->tag, tag->s, tag->n) == 0)
			return (int)i;
	return -1;
}

/* --- beginning and ending one --------------------------------------------- */

bool
context_may_add(struct session *s, const struct search_return *w)
{
	const struct text tag = { s->tag, strlen(s->tag) };

	if ((w->wanted & RETURN_UPDATE) == 0 || find(&tag) == -1)
		return true;
	reply_bad(s, "Tag reuse");
	return false;
}

/* Remember all messages as they are now.  -1: no memory. */
static int
look(const struct session *s)
{
	const struct mail *m = s->box.msg;
	struct looked *more;

	more = reallocarray(looked, s->box.count + 1, sizeof *more);
	if (more == NULL)
		return -1;
	looked = more;
	n_looked = s->box.count;
	looked_at = s->box.version;
	for (size_t i = 0; i < n_looked; i++, m++)
		looked[i] = (struct looked){ m->uid, m->flags, m->keywords };
	return 0;
}

/* UIDs in their order, one by one. */
static int
set_order(struct context *c, const struct found *f)
{
	uint32_t *order = reallocarray(NULL, f->n + 1, sizeof *order);

	if (order == NULL)
		return -1;
	free(c->order);
	c->order = order;
	c->n = 0;
	for (size_t i = 0; i < f->uids.n; i++)
		for (uint32_t uid = f->uids.r[i].from; ; uid++) {
			order[c->n++] = uid;
			if (uid == f->uids.r[i].to)
				break;
		}
	return 0;
}

static int
fill(struct session *s, struct context *c, const struct sort_order *order,
    const struct found *f)
{
	strcpy(c->tag, s->tag);
	c->uid = s->uid;
	c->sorted = order != NULL;
	if (search_keep(s, &c->search) == -1 ||
	    sequence_copy(&c->members, &f->uids) == -1 ||
	    (c->attributes != NULL &&
	    (fetch_keep(c->attributes, &c->texts) == -1 ||
	    !fetch_add_modseq(s, c->attributes))))
		return -1;
	sequence_sort(&c->members);
	if (order != NULL) {
		c->by = *order;
		if (set_order(c, f) == -1)
			return -1;
	}
	/* Else those that are going on would miss what happened since. */
	return count > 0 ? 0 : look(s);
}

void
context_add(struct session *s, struct search *q,
    const struct sort_order *order, struct search_return *w,
    const struct found *f)
{
	struct context *c = NULL;

	if (count < CONTEXTS_MAX && !search_is_timed(q))
		c = calloc(1, sizeof *c);
	if (c != NULL) {
		c->search = *q;
		*q = (struct search){ 0 };
		c->attributes = w->attributes;
		w->attributes = NULL;
		contexts_update(s);
		if (fill(s, c, order, f) == 0) {
			contexts[count++] = c;
			return;
		}
		release(c);
	}
	output_format(&s->out, "* NO [NOUPDATE \"%s\"] %s\r\n", s->tag,
	    count == CONTEXTS_MAX ? "Too many contexts" :
	    search_is_timed(q) ? "Not of such a search" : "Not possible now");
}

bool
contexts_any(void)
{
	return count > 0;
}

/* RFC 5267 4.3.5 */
void
cmd_cancelupdate(struct session *s)
{
	struct reader *r = &s->reader;
	bool all = true;
	struct text tag;
	int i;

	if (!reader_space(r))
		return;
	do {
		if (!reader_string(r, &tag))
			return;
		i = find(&tag);
		all = all && i != -1;
		if (i != -1) {
			release(contexts[i]);
			contexts[i] = contexts[--count];
		}
	} while (reader_try(r, ' '));
	if (!reader_end(r))
		return;
	if (all)
		reply_ok(s, "No further updates");
	else
		reply_bad(s, "No search with that tag is going on");
}

/* --- telling -------------------------------------------------------------- */

/* What changes in one result. */
struct change {
	struct sequence	 members;	/* as they will be: UIDs */
	struct sequence	 gone, come;	/* as they are told */
};

static uint32_t
shown(const struct session *s, const struct context *c, uint32_t uid)
{
	return c->uid ? uid : (uint32_t)mailbox_find_uid(&s->box, uid) + 1;
}

/* " WORD (0 2:3)" */
static void
write_set(struct buf *b, const char *word, const struct sequence *q)
{
	if (q->n > 0 && (buf_format(b, " %s (0 ", word) == -1 ||
	    sequence_write(q, b) == -1 || buf_text(b, ")") == -1))
		buf_clear(b);
}

/* One place of a list, and what stands there. */
static void
write_place(struct buf *b, size_t place, uint32_t number)
{
	(void)buf_format(b, "%s%zu %u", b->s[b->len - 1] >= 'A' ? " (" : " ",
	    place, number);
}

/* " REMOVEFROM (3 7 1 2)", from the end on; order loses them. */
static void
write_removed(const struct session *s, struct context *c, struct buf *b,
    const struct sequence *members)
{
	size_t to = 0;

	(void)buf_text(b, " REMOVEFROM");
	for (size_t i = c->n; i-- > 0; )
		if (!sequence_has(members, c->order[i]))
			write_place(b, i + 1, shown(s, c, c->order[i]));
	(void)buf_text(b, ")");
	for (size_t i = 0; i < c->n; i++)
		if (sequence_has(members, c->order[i]))
			c->order[to++] = c->order[i];
	c->n = to;
}

/* " ADDTO (1 9 4 10)": where each stands in the end. */
static void
write_added(struct session *s, struct context *c, struct buf *b,
    const struct sequence *members)
{
	struct key keys[2] = { { .kind = KEY_LIST, .child = 1 },
	    { .kind = KEY_UID, .set = *members } };
	const struct search all = { .key = keys, .n = 2 };
	struct found f = { .needs_uids = true };

	if (sort_find(s, &all, &c->by, &f) && set_order(c, &f) == 0) {
		(void)buf_text(b, " ADDTO");
		for (size_t i = 0; i < c->n; i++)
			if (!sequence_has(&c->members, c->order[i]))
				write_place(b, i + 1,
				    shown(s, c, c->order[i]));
		(void)buf_text(b, ")");
	}
	found_free(&f);
}

static void
tell(struct session *s, struct context *c, const struct change *change)
{
	struct buf b = { .limit = 16 << 20 };

	if (c->sorted) {
		if (change->gone.n > 0)
			write_removed(s, c, &b, &change->members);
		if (change->come.n > 0)
			write_added(s, c, &b, &change->members);
	} else {
		write_set(&b, "REMOVEFROM", &change->gone);
		write_set(&b, "ADDTO", &change->come);
	}
	if (b.len > 0) {
		output_format(&s->out, "* ESEARCH (TAG \"%s\")%s", c->tag,
		    c->uid ? " UID" : "");
		output_bytes(&s->out, b.s, b.len);
		output_text(&s->out, "\r\n");
	}
	buf_free(&b);
}

/* --- looking -------------------------------------------------------------- */

/* As it was looked at, rising from *k on; NULL: it is new. */
static const struct looked *
before(size_t *k, uint32_t uid)
{
	while (*k < n_looked && looked[*k].uid < uid)
		++*k;
	return *k < n_looked && looked[*k].uid == uid ? &looked[*k] : NULL;
}

/* Does it belong to the result now? */
static bool
belongs(struct session *s, const struct context *c, size_t i,
    const struct looked *old, bool was)
{
	const struct mail *m = &s->box.msg[i];

	if ((m->state & MSG_GONE) != 0)
		return false;
	if (old != NULL && old->flags == m->flags &&
	    old->keywords == m->keywords)
		return was;
	return search_match(s, &c->search, i) == 1;
}

/* expunge: of what is gone alone. */
static int
compare(struct session *s, struct context *c, bool expunge,
    struct change *change)
{
	const struct looked *old;
	size_t k = 0;
	uint32_t uid;
	int status = 0;
	bool was, is;

	for (size_t i = 0; i < s->box.count && status == 0; i++) {
		uid = s->box.msg[i].uid;
		was = sequence_has(&c->members, uid);
		old = before(&k, uid);
		is = expunge ? was && (s->box.msg[i].state & MSG_GONE) == 0 :
		    belongs(s, c, i, old, was);
		if (is && old == NULL && c->attributes != NULL)
			fetch_tell(s, c->attributes, i);
		if (is)
			status = sequence_add(&change->members, uid);
		if (is != was)
			status |= sequence_add(is ? &change->come :
			    &change->gone, shown(s, c, uid));
	}
	return status;
}

static void
renew(struct session *s, struct context *c, bool expunge)
{
	struct change change = { .members = { 0 } };
	struct sequence old = c->members;

	if (compare(s, c, expunge, &change) == 0 &&
	    (change.gone.n > 0 || change.come.n > 0)) {
		tell(s, c, &change);
		c->members = change.members;
		change.members = old;
	}
	sequence_free(&change.members);
	sequence_free(&change.gone);
	sequence_free(&change.come);
}

void
contexts_expunge(struct session *s)
{
	for (unsigned i = 0; s->box.gone > 0 && i < count; i++)
		renew(s, contexts[i], true);
}

void
contexts_update(struct session *s)
{
	if (count == 0 || looked_at == s->box.version)
		return;
	for (unsigned i = 0; i < count; i++) {
		search_renew(s, &contexts[i]->search);
		renew(s, contexts[i], false);
	}
	cache_flush(&s->cache);
	if (look(s) == -1)
		contexts_end();
}
