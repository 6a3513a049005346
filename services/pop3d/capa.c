/* capa.c - what we can do, in one list for both halves: RFC 2449 5 */

#include <string.h>

#include "mail/sasl.h"
#include "pop3d.h"

/* Commands whose verb is a capability's name. */
static const char *const named[] = { "TOP", "UIDL", "UTF8",
    "LANG" };

/* What no command stands for. */
static const char *const others[] = {
	"RESP-CODES",		/* RFC 2449 6.4 */
	"AUTH-RESP-CODE",	/* RFC 3206 6 */
	"PIPELINING",		/* RFC 2449 6.6 */
	"EXPIRE NEVER",		/* RFC 2449 6.7: we remove nothing by itself */
	"IMPLEMENTATION labnet",
};

/* Is it in a table?  A row that goes takes its capability with it. */
static bool
has(const struct command *table, const char *verb)
{
	for (; table->verb != NULL; table++)
		if (strcmp(table->verb, verb) == 0)
			return true;
	return false;
}

/* How one may log in, and what must come first: RFC 5034, RFC 2595 4. */
static void
tell_login(struct session *s)
{
	if (s->state == TRANSACTION || s->may_login) {
		output_text(&s->out, "USER\r\nSASL");
		for (size_t i = 0; sasl_mechanisms[i] != NULL; i++)
			output_format(&s->out, " %s", sasl_mechanisms[i]);
		output_text(&s->out, "\r\n");
	}
	if (s->state != TRANSACTION && tls_is_offered(&s->tls))
		output_text(&s->out, "STLS\r\n");
}

void
cmd_capa(struct session *s, char *arg)
{
	(void)arg;
	reply_ok(s, "capabilities follow");
	tell_login(s);
	for (size_t i = 0; i < sizeof named / sizeof named[0]; i++)
		if (has(login_commands, named[i]) ||
		    has(mail_commands, named[i]))
			output_format(&s->out, "%s\r\n", named[i]);
	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
		output_format(&s->out, "%s\r\n", others[i]);
	if (s->settings.login_delay > 0)
		output_format(&s->out, "LOGIN-DELAY %ld\r\n",
		    s->settings.login_delay);
	output_text(&s->out, ".\r\n");
}
