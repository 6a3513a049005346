/* fetch_parse.c - the items of FETCH (RFC 3501 6.4.5) */

#include "condstore.h"
#include "fetch.h"

enum how {
	SECTION = 1,		/* [..] follows */
	BARE = 2,		/* RFC822.*: no section in the answer */
	SEEN = 4		/* it sets \Seen */
};

/* One row an item; those with a section may need more of the message. */
static const struct word {
	const char	*name;
	const char	*label;
	enum item_kind	 kind;
	unsigned	 how;
	enum fetch_reads reads;
	enum cache_kind	 cache;		/* 0: not kept */
	enum section_what what;
} words[] = {
	{ "FLAGS", "FLAGS", ITEM_FLAGS, 0, FETCH_NO_TEXT, 0, 0 },
	{ "UID", "UID", ITEM_UID, 0, FETCH_NO_TEXT, 0, 0 },
	{ "INTERNALDATE", "INTERNALDATE", ITEM_INTERNALDATE, 0,
	    FETCH_NO_TEXT, 0, 0 },
	{ "RFC822.SIZE", "RFC822.SIZE", ITEM_SIZE, 0, FETCH_NO_TEXT, 0, 0 },
	{ "ENVELOPE", "ENVELOPE", ITEM_ENVELOPE, 0, FETCH_NO_TEXT,
	    CACHE_ENVELOPE, 0 },
	{ "BODYSTRUCTURE", "BODYSTRUCTURE", ITEM_STRUCTURE, 0, FETCH_WHOLE,
	    CACHE_STRUCTURE, 0 },
	{ "BODY", "BODY", ITEM_SECTION, SECTION | SEEN, FETCH_HEADER, 0, 0 },
	{ "BODY.PEEK", "BODY", ITEM_SECTION, SECTION, FETCH_HEADER, 0, 0 },
	{ "BODY", "BODY", ITEM_BODY, 0, FETCH_WHOLE, CACHE_BODY, 0 },
	{ "BINARY", "BINARY", ITEM_BINARY, SECTION | SEEN, FETCH_HEADER, 0,
	    0 },
	{ "BINARY.PEEK", "BINARY", ITEM_BINARY, SECTION, FETCH_HEADER, 0, 0 },
	{ "BINARY.SIZE", "BINARY.SIZE", ITEM_BINARY_SIZE, SECTION,
	    FETCH_HEADER, 0, 0 },
	{ "PREVIEW", "PREVIEW", ITEM_PREVIEW, 0, FETCH_WHOLE, CACHE_PREVIEW,
	    0 },
	{ "SAVEDATE", "SAVEDATE", ITEM_SAVEDATE, 0, FETCH_NO_TEXT, 0, 0 },
	{ "EMAILID", "EMAILID", ITEM_EMAILID, 0, FETCH_HEADER, CACHE_EMAILID,
	    0 },
	{ "MODSEQ", "MODSEQ", ITEM_MODSEQ, 0, FETCH_NO_TEXT, 0, 0 },
	{ "THREADID", "THREADID", ITEM_THREADID, 0, FETCH_NO_TEXT, 0, 0 },
	{ "RFC822", "RFC822", ITEM_SECTION, BARE | SEEN, FETCH_HEADER, 0,
	    SECTION_ALL },
	{ "RFC822.HEADER", "RFC822.HEADER", ITEM_SECTION, BARE, FETCH_HEADER,
	    0, SECTION_HEADER },
	{ "RFC822.TEXT", "RFC822.TEXT", ITEM_SECTION, BARE | SEEN,
	    FETCH_HEADER, 0, SECTION_TEXT },
};

enum { WORDS = sizeof words / sizeof *words };

/* What follows the name: a section, or the modifiers of PREVIEW. */
static bool
parse_rest(struct reader *r, struct fetch *f, struct item *it)
{
	size_t at = r->at;
	struct text t;

	if (reader_try(r, '['))
		return it->kind == ITEM_SECTION ?
		    section_parse(r, &it->section, &f->names) :
		    section_parse_binary(r, &it->section,
		    it->kind == ITEM_BINARY_SIZE);
	if (it->kind != ITEM_PREVIEW)
		return true;
	/* RFC 8970 6; a parenthesis with another word is not of PREVIEW. */
	if (reader_try(r, ' ') && reader_try(r, '(') && reader_word(r, &t) &&
	    text_is(&t, "LAZY") && reader_try(r, ')'))
		it->lazy = true;
	else if (r->wrong == NULL)
		r->at = at;
	return r->wrong == NULL;
}

static bool
add(struct reader *r, struct fetch *f, const struct text *name)
{
	const unsigned section = reader_peek(r) == '[' ? SECTION : 0;
	const struct word *w = words, *end = words + WORDS;
	struct item *it = &f->item[f->n];

	while (w < end && (!text_is(name, w->name) ||
	    (w->how & SECTION) != section))
		w++;
	if (w == end)
		return reader_fail(r, "Unknown FETCH item");
	if (f->n == FETCH_ITEMS_MAX)
		return reader_fail(r, "Too many FETCH items");
	*it = (struct item){ .kind = w->kind, .label = w->label,
	    .reads = w->reads, .cache = w->cache,
	    .bare = (w->how & BARE) != 0, .has_section = section != 0 };
	it->section.what = w->what;
	if (!parse_rest(r, f, it))
		return false;
	if (section_is_deep(&it->section))
		it->reads = FETCH_WHOLE;
	f->sets_seen |= (w->how & SEEN) != 0;
	f->n++;
	return true;
}

static bool
add_word(struct reader *r, struct fetch *f, const char *word)
{
	struct text t = { word, 0 };

	while (word[t.n] != '\0')
		t.n++;
	return add(r, f, &t);
}

/* ALL, FAST, FULL; false if it is none of them. */
static bool
macro(struct reader *r, struct fetch *f, const struct text *name)
{
	bool all = text_is(name, "ALL"), full = text_is(name, "FULL");

	if (!all && !full && !text_is(name, "FAST"))
		return false;
	add_word(r, f, "FLAGS");
	add_word(r, f, "INTERNALDATE");
	add_word(r, f, "RFC822.SIZE");
	if (all || full)
		add_word(r, f, "ENVELOPE");
	if (full)
		add_word(r, f, "BODY");
	return true;
}

bool
fetch_parse(struct reader *r, struct fetch *f)
{
	struct text name;

	f->n = f->names.n = 0;
	f->sets_seen = false;
	if (!reader_try(r, '('))
		return reader_word(r, &name) &&
		    (macro(r, f, &name) || add(r, f, &name));
	do
		if (!reader_word(r, &name) || !add(r, f, &name))
			return false;
	while (reader_try(r, ' '));
	return reader_char(r, ')');
}

static bool
has_item(const struct fetch *f, enum item_kind kind)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->item[i].kind == kind)
			return true;
	return false;
}

bool
fetch_add_uid(struct reader *r, struct fetch *f)
{
	return has_item(f, ITEM_UID) || add_word(r, f, "UID");
}

bool
fetch_add_modseq(struct session *s, struct fetch *f)
{
	bool asked = has_item(f, ITEM_MODSEQ);

	if (asked || f->has_since)
		condstore_enable(s);
	return asked || !condstore_is_on(s) || (!f->has_since &&
	    !f->sets_seen && !has_item(f, ITEM_FLAGS)) ||
	    add_word(&s->reader, f, "MODSEQ");
}

/* The buffer has room for it. */
static void
keep(struct text *t, struct buf *b)
{
	const char *at = b->s + b->len;

	(void)buf_add(b, t->s, t->n);
	t->s = at;
}

int
fetch_keep(struct fetch *f, struct buf *b)
{
	size_t octets = 0;

	for (size_t i = 0; i < f->names.n; i++)
		octets += f->names.name[i].n;
	for (size_t i = 0; i < f->n; i++)
		octets += f->item[i].section.path.n;
	buf_clear(b);
	if (buf_reserve(b, octets + 1) == -1)
		return -1;
	for (size_t i = 0; i < f->names.n; i++)
		keep(&f->names.name[i], b);
	for (size_t i = 0; i < f->n; i++)
		keep(&f->item[i].section.path, b);
	return 0;
}
