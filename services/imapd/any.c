/* any.c - commands of every state (RFC 3501 6.1) */

#include "imapd.h"
#include "pattern.h"

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

/* RFC 2971: whoever the client is, it is read and forgotten. */
static bool
parse_id(struct reader *r)
{
	struct text t;

	if (!reader_try(r, '('))
		return reader_nstring(r, &t);
	if (reader_try(r, ')'))
		return true;
	do
		if (!reader_string(r, &t) || !reader_space(r) ||
		    !reader_nstring(r, &t))
			return false;
	while (reader_try(r, ' '));
	return reader_char(r, ')');
}

void
cmd_id(struct session *s)
{
	if (!reader_space(&s->reader) || !parse_id(&s->reader) ||
	    !reader_end(&s->reader))
		return;
	output_text(&s->out, "* ID (\"name\" \"labnet imapd\")\r\n");
	reply_ok(s, "Id completed");
}

/* RFC 2342: one namespace, the user's own. */
void
cmd_namespace(struct session *s)
{
	if (!reader_end(&s->reader))
		return;
	output_format(&s->out, "* NAMESPACE ((\"\" \"%c\")) NIL NIL\r\n",
	    DELIMITER);
	reply_ok(s, "Namespace completed");
}
