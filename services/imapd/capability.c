/* capability.c - what this server can do, in one list */

#include "condstore.h"
#include "mail/sasl.h"

static const struct {
	const char	*name;
	unsigned	 when;		/* the states in which it is told */
	unsigned	 enables;	/* ENABLED_ bit, if it is for ENABLE */
} capabilities[] = {
	{ "IMAP4rev1",	ANY_STATE, 0 },
	{ "IMAP4rev2",	ANY_STATE, ENABLED_REV2 },
	{ "LITERAL+",	ANY_STATE, 0 },
	{ "SASL-IR",	START, 0 },
	{ "ID",		ANY_STATE, 0 },
	{ "ENABLE",	LOGGED_IN, 0 },
	{ "UTF8=ACCEPT", LOGGED_IN, ENABLED_UTF8 },
	{ "NAMESPACE",	LOGGED_IN, 0 },
	{ "IDLE",	LOGGED_IN, 0 },
	{ "NOTIFY",	LOGGED_IN, 0 },
	{ "MOVE",	LOGGED_IN, 0 },
	{ "MULTIAPPEND", LOGGED_IN, 0 },
	{ "ESEARCH",	LOGGED_IN, 0 },
	{ "SEARCHRES",	LOGGED_IN, 0 },
	{ "WITHIN",	LOGGED_IN, 0 },
	{ "STATUS=SIZE", LOGGED_IN, 0 },
	{ "APPENDLIMIT=4294967295", LOGGED_IN, 0 },
	{ "UIDPLUS",	LOGGED_IN, 0 },
	{ "SORT",	LOGGED_IN, 0 },
	{ "ESORT",	LOGGED_IN, 0 },
	{ "CONTEXT=SEARCH", LOGGED_IN, 0 },
	{ "CONTEXT=SORT", LOGGED_IN, 0 },
	{ "SORT=DISPLAY", LOGGED_IN, 0 },
	{ "THREAD=ORDEREDSUBJECT", LOGGED_IN, 0 },
	{ "THREAD=REFERENCES", LOGGED_IN, 0 },
	{ "THREAD=REFS", LOGGED_IN, 0 },
	{ "UNSELECT",	LOGGED_IN, 0 },
	{ "LIST-EXTENDED", LOGGED_IN, 0 },
	{ "LIST-STATUS", LOGGED_IN, 0 },
	{ "SPECIAL-USE", LOGGED_IN, 0 },
	{ "CREATE-SPECIAL-USE", LOGGED_IN, 0 },
	{ "CONDSTORE", LOGGED_IN, ENABLED_CONDSTORE },
	{ "QRESYNC",	LOGGED_IN, ENABLED_QRESYNC },
	{ "INPROGRESS", LOGGED_IN, 0 },
	{ "PARTIAL",	LOGGED_IN, 0 },
	{ "CATENATE",	LOGGED_IN, 0 },
	{ "URL-PARTIAL", LOGGED_IN, 0 },
	{ "REPLACE",	LOGGED_IN, 0 },
	{ "BINARY",	LOGGED_IN, 0 },
	{ "OBJECTID",	LOGGED_IN, 0 },
	{ "SAVEDATE",	LOGGED_IN, 0 },
	{ "PREVIEW",	LOGGED_IN, 0 },
	{ "QUOTA",	LOGGED_IN, 0 },
	{ "QUOTA=RES-STORAGE", LOGGED_IN, 0 },
	{ "QUOTA=RES-MESSAGE", LOGGED_IN, 0 },
	{ "CHILDREN",	LOGGED_IN, 0 },
};

enum { CAPABILITIES = sizeof capabilities / sizeof *capabilities };

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

	for (int i = 0; i < CAPABILITIES; i++) {
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

/* What we do not know is passed over (3.1). */
static bool
parse_extensions(struct reader *r, unsigned *wanted)
{
	struct text t;

	*wanted = 0;
	do {
		if (!reader_space(r) || !reader_atom(r, &t))
			return false;
		for (int i = 0; i < CAPABILITIES; i++)
			if (text_is(&t, capabilities[i].name))
				*wanted |= capabilities[i].enables;
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
	for (int i = 0; i < CAPABILITIES; i++)
		if ((capabilities[i].enables & wanted) != 0) {
			output_text(&s->out, " ");
			output_text(&s->out, capabilities[i].name);
		}
	output_text(&s->out, "\r\n");
	if ((wanted & (ENABLED_CONDSTORE | ENABLED_QRESYNC)) != 0)
		condstore_enable(s);
	s->enabled |= wanted;
	reply_ok(s, "Enable completed");
}
