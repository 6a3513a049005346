/* fetch_parse.c - the items of FETCH (RFC 3501 6.4.5) */

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
	if (it->kind == ITEM_BODY || it->kind == ITEM_STRUCTURE ||
	    (it->kind == ITEM_SECTION && section_is_deep(&it->section)))
		return FETCH_WHOLE;
	return it->kind == ITEM_ENVELOPE || it->kind == ITEM_SECTION ?
	    FETCH_HEADER : FETCH_NO_TEXT;
}

static enum cache_kind
cached(enum item_kind kind)
{
	return kind == ITEM_ENVELOPE ? CACHE_ENVELOPE :
	    kind == ITEM_BODY ? CACHE_BODY :
	    kind == ITEM_STRUCTURE ? CACHE_STRUCTURE : (enum cache_kind)0;
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
	    .bare = words[i].bare };
	it->section.what = words[i].what;
	if (section && (!reader_char(r, '[') ||
	    !section_parse(r, &it->section, &f->names)))
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

bool
fetch_add_uid(struct reader *r, struct fetch *f)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->item[i].kind == ITEM_UID)
			return true;
	return add_word(r, f, "UID");
}
