/* envelope.c - ENVELOPE: ten fields in a fixed order */

#include <strings.h>

#include "render.h"

enum { ADDRESSES_MAX = 10000 };		/* of one field that are shown */

enum { DATE, SUBJECT, FROM, SENDER, REPLY_TO, TO, CC, BCC, IN_REPLY_TO,
    MESSAGE_ID, FIELDS };

static const struct { const char *name; size_t len; } names[FIELDS] = {
	{ "Date", 4 }, { "Subject", 7 }, { "From", 4 }, { "Sender", 6 },
	{ "Reply-To", 8 }, { "To", 2 }, { "Cc", 2 }, { "Bcc", 3 },
	{ "In-Reply-To", 11 }, { "Message-ID", 10 },
};

/* The first field of each name. */
static void
collect(struct field *fields, bool *have, const char *at, const char *end)
{
	struct field f;

	while (header_next(&at, end, &f))
		for (int i = 0; i < FIELDS; i++)
			if (!have[i] &&
			    field_is(&f, names[i].name, names[i].len)) {
				fields[i] = f;
				have[i] = true;
				break;
			}
}

/* What clients of other servers know for a part that is not there. */
static const struct text no_local = { "MISSING_MAILBOX", 15 };
static const struct text no_domain = { "MISSING_DOMAIN", 14 };

static int
address(struct buf *b, const struct address *a)
{
	static const struct text nil = { NULL, 0 };
	const struct text *name = &a->name, *local = &a->local;
	const struct text *domain = &a->domain;

	if (a->kind == ADDRESS_GROUP) {
		local = &a->name;
		name = &nil;
	} else if (a->kind == ADDRESS_BOX) {
		if (name->n == 0)
			name = &nil;
		if (local->s == NULL)
			local = &no_local;
		if (domain->s == NULL)
			domain = &no_domain;
	}
	return buf_text(b, "(") == -1 || render_nstring(b, name) == -1 ||
	    buf_text(b, " ") == -1 || render_nstring(b, &a->route) == -1 ||
	    buf_text(b, " ") == -1 || render_nstring(b, local) == -1 ||
	    buf_text(b, " ") == -1 || render_nstring(b, domain) == -1 ||
	    buf_text(b, ")") == -1 ? -1 : 0;
}

/* The list of addresses; NIL if it would be empty. */
static int
addresses(struct buf *b, const struct field *f)
{
	struct addresses list;
	struct address a;
	unsigned n = 0;
	int status = 0;

	if (addresses_start(&list, f) == -1)
		return -1;
	while (status == 0 && n < ADDRESSES_MAX &&
	    addresses_next(&list, &a)) {
		if (n++ == 0)
			status = buf_text(b, "(");
		if (status == 0)
			status = address(b, &a);
	}
	addresses_end(&list);
	if (status == 0)
		status = buf_text(b, n == 0 ? "NIL" : ")");
	return status;
}

static int
field(struct buf *b, const struct field *f, bool have, int which)
{
	if (!have)
		return buf_text(b, "NIL");
	return which >= FROM && which <= BCC ? addresses(b, f) :
	    render_field(b, f);
}

int
render_envelope(struct buf *b, const char *at, const char *end)
{
	struct field fields[FIELDS];
	bool have[FIELDS] = { false };
	const char *before = "(";

	collect(fields, have, at, end);
	/* RFC 3501 7.4.2: these two stand for From where they lack. */
	for (int i = SENDER; i <= REPLY_TO; i++)
		if ((!have[i] || fields[i].value_len == 0) && have[FROM]) {
			fields[i] = fields[FROM];
			have[i] = true;
		}
	for (int i = 0; i < FIELDS; i++, before = " ")
		if (buf_text(b, before) == -1 ||
		    field(b, &fields[i], have[i], i) == -1)
			return -1;
	return buf_text(b, ")");
}
