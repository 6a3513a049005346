/* fetch_parse.c - the items of FETCH (RFC 3501 6.4.5) */

#include "condstore.h"
#include "fetch.h"

static const struct {
	const char	*name;
	const char	*label;
	enum item_kind	 kind;
	enum section_what what;
	bool		 section;	/* [..] follows */
	bool		 bare;
	bool		 seen;
} words[] = {
	{ "FLAGS", "FLAGS", ITEM_FLAGS, 0, false, false, false },
	{ "UID", "UID", ITEM_UID, 0, false, false, false },
	{ "INTERNALDATE", "INTERNALDATE", ITEM_INTERNALDATE, 0, false, false,
	    false },
	{ "RFC822.SIZE", "RFC822.SIZE", ITEM_SIZE, 0, false, false, false },
	{ "ENVELOPE", "ENVELOPE", ITEM_ENVELOPE, 0, false, false, false },
	{ "BODYSTRUCTURE", "BODYSTRUCTURE", ITEM_STRUCTURE, 0, false, false,
	    false },
	{ "BODY", "BODY", ITEM_SECTION, 0, true, false, true },
	{ "BODY.PEEK", "BODY", ITEM_SECTION, 0, true, false, false },
	{ "BODY", "BODY", ITEM_BODY, 0, false, false, false },
	{ "BINARY", "BINARY", ITEM_BINARY, 0, true, false, true },
	{ "BINARY.PEEK", "BINARY", ITEM_BINARY, 0, true, false, false },
	{ "BINARY.SIZE", "BINARY.SIZE", ITEM_BINARY_SIZE, 0, true, false,
	    false },
	{ "PREVIEW", "PREVIEW", ITEM_PREVIEW, 0, false, false, false },
	{ "SAVEDATE", "SAVEDATE", ITEM_SAVEDATE, 0, false, false, false },
	{ "EMAILID", "EMAILID", ITEM_EMAILID, 0, false, false, false },
	{ "MODSEQ", "MODSEQ", ITEM_MODSEQ, 0, false, false, false },
	{ "THREADID", "THREADID", ITEM_THREADID, 0, false, false, false },
	{ "RFC822", "RFC822", ITEM_SECTION, SECTION_ALL, false, true, true },
	{ "RFC822.HEADER", "RFC822.HEADER", ITEM_SECTION, SECTION_HEADER,
	    false, true, false },
	{ "RFC822.TEXT", "RFC822.TEXT", ITEM_SECTION, SECTION_TEXT, false,
	    true, true },
};

enum { WORDS = sizeof words / sizeof *words };

static enum fetch_reads
reads(const struct item *it)
{
	switch (it->kind) {
	case ITEM_BODY:
	case ITEM_STRUCTURE:
	case ITEM_PREVIEW:
		return FETCH_WHOLE;
	case ITEM_SECTION:
	case ITEM_BINARY:
	case ITEM_BINARY_SIZE:
		return section_is_deep(&it->section) ? FETCH_WHOLE :
		    FETCH_HEADER;
	case ITEM_EMAILID:
		return FETCH_HEADER;
	default:
		return FETCH_NO_TEXT;
	}
}

static enum cache_kind
cached(enum item_kind kind)
{
	switch (kind) {
	case ITEM_ENVELOPE:
		return CACHE_ENVELOPE;
	case ITEM_BODY:
		return CACHE_BODY;
	case ITEM_STRUCTURE:
		return CACHE_STRUCTURE;
	case ITEM_PREVIEW:
		return CACHE_PREVIEW;
	case ITEM_EMAILID:
		return CACHE_EMAILID;
	default:
		return (enum cache_kind)0;
	}
}

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
	bool section = reader_peek(r) == '[';
	struct item *it = &f->item[f->n];
	int i;

	for (i = 0; i < WORDS; i++)
		if (text_is(name, words[i].name) &&
		    words[i].section == section)
			break;
	if (i == WORDS)
		return reader_fail(r, "Unknown FETCH item");
	if (f->n == FETCH_ITEMS_MAX)
		return reader_fail(r, "Too many FETCH items");
	*it = (struct item){ .kind = words[i].kind, .label = words[i].label,
	    .bare = words[i].bare, .has_section = section };
	it->section.what = words[i].what;
	if (!parse_rest(r, f, it))
		return false;
	f->sets_seen |= words[i].seen;
	f->n++;
	it->reads = reads(it);
	it->cache = cached(it->kind);
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
