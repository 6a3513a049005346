/* capability.c - what this server can do, in one list */

#include "condstore.h"
#include "mail/sasl.h"

static const struct {
	const char	*name;
	unsigned	 when;		/* the states in which it is told */
} capabilities[] = {
	{ "IMAP4rev1",	START | READY | SELECTED },
	{ "IMAP4rev2",	START | READY | SELECTED },
	{ "LITERAL+",	START | READY | SELECTED },
	{ "SASL-IR",	START },
	{ "ID",		START | READY | SELECTED },
	{ "ENABLE",	READY | SELECTED },
	{ "UTF8=ACCEPT", READY | SELECTED },
	{ "NAMESPACE",	READY | SELECTED },
	{ "IDLE",	READY | SELECTED },
	{ "NOTIFY",	READY | SELECTED },
	{ "MOVE",	READY | SELECTED },
	{ "MULTIAPPEND", READY | SELECTED },
	{ "ESEARCH",	READY | SELECTED },
	{ "SEARCHRES",	READY | SELECTED },
	{ "WITHIN",	READY | SELECTED },
	{ "STATUS=SIZE", READY | SELECTED },
	{ "APPENDLIMIT=4294967295", READY | SELECTED },
	{ "UIDPLUS",	READY | SELECTED },
	{ "SORT",	READY | SELECTED },
	{ "ESORT",	READY | SELECTED },
	{ "CONTEXT=SEARCH", READY | SELECTED },
	{ "CONTEXT=SORT", READY | SELECTED },
	{ "SORT=DISPLAY", READY | SELECTED },
	{ "THREAD=ORDEREDSUBJECT", READY | SELECTED },
	{ "THREAD=REFERENCES", READY | SELECTED },
	{ "UNSELECT",	READY | SELECTED },
	{ "LIST-EXTENDED", READY | SELECTED },
	{ "LIST-STATUS", READY | SELECTED },
	{ "SPECIAL-USE", READY | SELECTED },
	{ "CREATE-SPECIAL-USE", READY | SELECTED },
	{ "CONDSTORE", READY | SELECTED },
	{ "QRESYNC",	READY | SELECTED },
	{ "INPROGRESS", READY | SELECTED },
	{ "PARTIAL",	READY | SELECTED },
	{ "CATENATE",	READY | SELECTED },
	{ "URL-PARTIAL", READY | SELECTED },
	{ "REPLACE",	READY | SELECTED },
	{ "BINARY",	READY | SELECTED },
	{ "OBJECTID",	READY | SELECTED },
	{ "SAVEDATE",	READY | SELECTED },
	{ "PREVIEW",	READY | SELECTED },
	{ "QUOTA",	READY | SELECTED },
	{ "QUOTA=RES-STORAGE", READY | SELECTED },
	{ "QUOTA=RES-MESSAGE", READY | SELECTED },
	{ "CHILDREN",	READY | SELECTED },
};

/* How one may log in, and what must come first: RFC 3501 6.2. */
static void
tell_login(struct session *s)
{
	if (tls_is_offered(&s->tls))
		output_text(&s->out, " STARTTLS");
	if (!s->may_login)
		output_text(&s->out, " LOGINDISABLED");
	for (size_t i = 0; s->may_login && sasl_mechanisms[i] != NULL; i++)
		output_format(&s->out, " AUTH=%s", sasl_mechanisms[i]);
}

void
capability_write(struct session *s)
{
	const char *before = "";

	for (size_t i = 0; i < sizeof capabilities / sizeof *capabilities;
	    i++) {
		if ((capabilities[i].when & s->state) == 0)
			continue;
		output_text(&s->out, before);
		output_text(&s->out, capabilities[i].name);
		before = " ";
	}
	if (s->state == START)
		tell_login(s);
}

/* --- ENABLE (RFC 5161) ---------------------------------------------------- */

static const struct {
	const char	*name;
	unsigned	 bit;
} extensions[] = {
	{ "UTF8=ACCEPT", ENABLED_UTF8 }, { "IMAP4rev2", ENABLED_REV2 },
	{ "CONDSTORE", ENABLED_CONDSTORE }, { "QRESYNC", ENABLED_QRESYNC },
};

enum { EXTENSIONS = sizeof extensions / sizeof *extensions };

/* What we do not know is passed over (3.1). */
static bool
parse_extensions(struct reader *r, unsigned *wanted)
{
	struct text t;

	*wanted = 0;
	do {
		if (!reader_space(r) || !reader_atom(r, &t))
			return false;
		for (int i = 0; i < EXTENSIONS; i++)
			if (text_is(&t, extensions[i].name))
				*wanted |= extensions[i].bit;
	} while (reader_peek(r) == ' ');
	return reader_end(r);
}

void
cmd_enable(struct session *s)
{
	unsigned wanted;

	if (!parse_extensions(&s->reader, &wanted))
		return;
	output_text(&s->out, "* ENABLED");
	for (int i = 0; i < EXTENSIONS; i++)
		if ((extensions[i].bit & wanted) != 0) {
			output_text(&s->out, " ");
			output_text(&s->out, extensions[i].name);
		}
	output_text(&s->out, "\r\n");
	if ((wanted & (ENABLED_CONDSTORE | ENABLED_QRESYNC)) != 0)
		condstore_enable(s);
	s->enabled |= wanted;
	reply_ok(s, "Enable completed");
}
