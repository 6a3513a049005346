/* any.c - commands of every state (RFC 3501 6.1) */

#include "imapd.h"

void
cmd_capability(struct session *s)
{
	if (!reader_end(&s->reader))
		return;
	output_text(&s->out, "* CAPABILITY ");
	capability_write(s);
	output_text(&s->out, "\r\n");
	reply_ok(s, "Capability completed");
}

/* CHECK as well: the dispatcher looks at the mailbox after each command. */
void
cmd_noop(struct session *s)
{
	if (reader_end(&s->reader))
		reply_ok(s, "Done");
}

void
cmd_logout(struct session *s)
{
	if (!reader_end(&s->reader))
		return;
	session_bye(s, "Good bye");
	reply_ok(s, "Logged out");
}
