/* help.c - what this server can do: HELP, FEAT and OPTS, from the tables */

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "commands.h"
#include "listing.h"
#include "session.h"

enum { PER_LINE = 8 };

static const struct command *
row(const struct command *table, const char *verb)
{
	for (; table->verb != NULL; table++)
		if (strcasecmp(table->verb, verb) == 0)
			return table;
	return NULL;
}

void
cmd_help(struct session *s, char *arg)
{
	const struct command *c;
	char line[PER_LINE * 8 + 1];
	size_t n = 0;

	if (*arg != '\0') {
		c = row(s->commands, arg);
		if (c == NULL)
			reply(s, 502, "Unknown command %s.", arg);
		else
			reply(s, 214, "Syntax: %s%s%s", c->verb,
			    c->help[0] == '\0' ? "" : " ", c->help);
		return;
	}
	reply_more(s, 214, "The following commands are known.");
	for (c = s->commands; c->verb != NULL; c++) {
		n += (size_t)snprintf(line + n, sizeof line - n, "%-7s",
		    c->verb);
		if (n >= PER_LINE * 7 || c[1].verb == NULL) {
			reply_inner(s, "%s", line);
			n = 0;
		}
	}
	reply(s, 214, "Help OK.");
}

/* RFC 2389 3.2: what goes beyond RFC 959, if a table has its command. */
static const struct {
	const char	*verb, *text;
} features[] = {
	{ "AVBL", "AVBL" },
	{ "CLNT", "CLNT" },
	{ "CSID", "CSID" },
	{ "EPRT", "EPRT" },
	{ "EPSV", "EPSV" },
	{ "HOST", "HOST" },
	{ "LANG", "LANG EN*" },
	{ "MDTM", "MDTM" },
	{ "MFMT", "MFMT" },
	{ "MLST", "MLST " },
	{ "REST", "REST STREAM" },
	{ "SIZE", "SIZE" },
	{ "CWD", "TVFS" },
	{ "OPTS", "UTF8" },
};

/* Both halves tell of both: clients ask before they log in. */
void
cmd_feat(struct session *s, char *arg)
{
	char facts[128];
	size_t i;

	(void)arg;
	reply_more(s, 211, "Features:");
	for (i = 0; i < sizeof features / sizeof features[0]; i++) {
		facts[0] = '\0';
		if (strcmp(features[i].verb, "MLST") == 0)
			facts_text(s->root.fd == -1 ? FACTS_ALL : s->facts,
			    true, facts, sizeof facts);
		if (row(session_commands, features[i].verb) != NULL)
			reply_inner(s, "%s%s", features[i].text, facts);
	}
	if (s->tls.active || tls_is_offered(&s->tls)) {	/* RFC 4217 6 */
		reply_inner(s, "AUTH TLS");
		reply_inner(s, "PBSZ");
		reply_inner(s, "PROT");
	}
	reply(s, 211, "End");
}

/* RFC 3659 7.9: choose facts; those that are not known are left out. */
static void
opts_mlst(struct session *s, char *list)
{
	char facts[128];

	s->facts = facts_choose(list);
	facts_text(s->facts, false, facts, sizeof facts);
	reply(s, 200, "MLST OPTS%s%s", facts[0] == '\0' ? "" : " ", facts);
}

void
cmd_opts(struct session *s, char *arg)
{
	char *options = arg + strcspn(arg, " ");

	if (*options != '\0')
		*options++ = '\0';
	if (strcasecmp(arg, "UTF8") == 0 || strcasecmp(arg, "UTF-8") == 0) {
		if (*options == '\0' || strcasecmp(options, "ON") == 0 ||
		    strcasecmp(options, "NLST") == 0)
			reply(s, 200, "UTF8 is always on.");
		else
			reply(s, 501, "UTF8 cannot be switched off.");
	} else if (strcasecmp(arg, "MLST") == 0 && s->root.fd != -1) {
		opts_mlst(s, options);
	} else {
		reply(s, row(session_commands, arg) == NULL ? 501 : 451,
		    "No options for %s.", arg);
	}
}

/* RFC 2640 4.1: English is all there is. */
void
cmd_lang(struct session *s, char *arg)
{
	if (*arg == '\0' || strcasecmp(arg, "EN") == 0 ||
	    strncasecmp(arg, "EN-", 3) == 0)
		reply(s, 200, "Messages are in English.");
	else
		reply(s, 504, "Language not known: only EN is.");
}

void
cmd_clnt(struct session *s, char *arg)
{
	(void)arg;
	reply(s, 200, "Noted.");
}

void
cmd_csid(struct session *s, char *arg)
{
	(void)arg;
	reply(s, 200, "Name=labnet ftpd; OS=Unix; CaseSensitive=1; "
	    "DirSep=/;");
}
