/*
 * session.c - the command table and its one dispatcher
 *
 * The table is the protocol: which commands exist, in which states each is
 * legal, which may follow UID, and whether the client may learn of expunged
 * messages while it runs.
 */

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "io/log.h"
#include "notify.h"

enum how {
	PLAIN = 0,
	UID_TOO = 1,	/* may follow UID */
	HOLD = 2,	/* no EXPUNGE, for numbers are in use (7.4.1) */
	QUIET = 4,	/* no look at the mailbox afterwards */
	LATE = 8	/* the client may have its answer before the look */
};

static const struct verb {
	const char	*name;
	unsigned	 when;		/* the states in which it is legal */
	unsigned	 how;
	void		(*run)(struct session *);
} verbs[] = {
	{ "CAPABILITY",	ANY_STATE,	QUIET,		cmd_capability },
	{ "NOOP",	ANY_STATE,	PLAIN,		cmd_noop },
	{ "LOGOUT",	ANY_STATE,	QUIET,		cmd_logout },
	{ "ID",		ANY_STATE,	QUIET,		cmd_id },
	{ "LOGIN",	START,		QUIET,		cmd_login },
	{ "AUTHENTICATE", START,	QUIET,		cmd_authenticate },
	{ "STARTTLS",	START,		QUIET,		cmd_starttls },
	{ "SELECT",	LOGGED_IN,	QUIET,		cmd_select },
	{ "EXAMINE",	LOGGED_IN,	QUIET,		cmd_examine },
	{ "CREATE",	LOGGED_IN,	PLAIN,		cmd_create },
	{ "DELETE",	LOGGED_IN,	PLAIN,		cmd_delete },
	{ "RENAME",	LOGGED_IN,	PLAIN,		cmd_rename },
	{ "SUBSCRIBE",	LOGGED_IN,	PLAIN,		cmd_subscribe },
	{ "UNSUBSCRIBE", LOGGED_IN,	PLAIN,		cmd_unsubscribe },
	{ "LIST",	LOGGED_IN,	PLAIN,		cmd_list },
	{ "LSUB",	LOGGED_IN,	PLAIN,		cmd_lsub },
	{ "STATUS",	LOGGED_IN,	QUIET,		cmd_status },
	{ "ENABLE",	LOGGED_IN,	PLAIN,		cmd_enable },
	{ "GETQUOTA",	LOGGED_IN,	PLAIN,		cmd_getquota },
	{ "GETQUOTAROOT", LOGGED_IN,	PLAIN,		cmd_getquotaroot },
	{ "NAMESPACE",	LOGGED_IN,	PLAIN,		cmd_namespace },
	{ "IDLE",	LOGGED_IN,	PLAIN,		cmd_idle },
	{ "NOTIFY",	LOGGED_IN,	PLAIN,		cmd_notify },
	{ "APPEND",	LOGGED_IN,	PLAIN,		cmd_append },
	{ "REPLACE",	SELECTED,	UID_TOO,	cmd_replace },
	{ "CHECK",	SELECTED,	PLAIN,		cmd_noop },
	{ "CLOSE",	SELECTED,	QUIET,		cmd_close },
	{ "UNSELECT",	SELECTED,	QUIET,		cmd_unselect },
	{ "EXPUNGE",	SELECTED,	UID_TOO,	cmd_expunge },
	{ "SEARCH",	SELECTED,	UID_TOO | HOLD,	cmd_search },
	{ "SORT",	SELECTED,	UID_TOO | HOLD,	cmd_sort },
	{ "THREAD",	SELECTED,	UID_TOO | HOLD,	cmd_thread },
	{ "CANCELUPDATE", SELECTED,	PLAIN,		cmd_cancelupdate },
	{ "FETCH",	SELECTED,	UID_TOO | HOLD,	cmd_fetch },
	{ "STORE",	SELECTED,	UID_TOO | HOLD | LATE, cmd_store },
	{ "COPY",	SELECTED,	UID_TOO,	cmd_copy },
	{ "MOVE",	SELECTED,	UID_TOO,	cmd_move },
	{ NULL,		0,		PLAIN,		NULL },
};

void
session_init(struct session *s, int in, int out)
{
	output_init(&s->out, out, 600);
	input_init(&s->in, in, IDLE_MINUTES * 60, &s->out);
	reader_init(&s->reader, &s->in, &s->out, READER_SIZE);
	peer_get(&s->peer, in);
	s->scratch.limit = 16 << 20;
	s->reply.limit = 1 << 20;
	s->root = -1;
	s->heeds = EVENT_NEW | EVENT_EXPUNGE | EVENT_FLAGS;
}

enum { REPLY_MAX = 1024 };

static void
reply(struct session *s, enum result result, const char *text)
{
	buf_clear(&s->reply);
	/* Without memory the client gets no text, but the right word. */
	(void)buf_text(&s->reply, text);
	s->result = result;
}

void
reply_ok(struct session *s, const char *fmt, ...)
{
	char text[REPLY_MAX];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	reply(s, RESULT_OK, text);
}

void
reply_no(struct session *s, const char *fmt, ...)
{
	char text[REPLY_MAX];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	reply(s, RESULT_NO, text);
}

void
reply_bad(struct session *s, const char *fmt, ...)
{
	char text[REPLY_MAX];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	reply(s, RESULT_BAD, text);
}

void
reply_errno(struct session *s, const char *what)
{
	static const struct {
		int		 number;
		const char	*text;
	} known[] = {
		{ ENOENT,	"[NONEXISTENT] No such mailbox" },
		{ EEXIST,	"[ALREADYEXISTS] Mailbox exists already" },
		{ EINVAL,	"[CANNOT] That cannot be done" },
		{ EROFS,	"Mailbox is read-only" },
		{ EDQUOT,	"[OVERQUOTA] Quota exceeded" },
		{ ENOSPC,	"[OVERQUOTA] Disk full" },
		{ EACCES,	"[NOPERM] Permission denied" },
		{ EOVERFLOW,	"[LIMIT] No more of these" },
		{ ENAMETOOLONG,	"[CANNOT] Name too long" },
	};
	int number = errno;

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (known[i].number == number) {
			reply_no(s, "%s", known[i].text);
			return;
		}
	log_errno("%s", what);
	reply_no(s, "[UNAVAILABLE] %s failed, try again later", what);
}

void
session_bye(struct session *s, const char *text)
{
	output_text(&s->out, "* BYE ");
	output_text(&s->out, text);
	output_text(&s->out, "\r\n");
	s->over = true;
}

static const struct verb *
find(const struct text *name)
{
	const struct verb *v;

	for (v = verbs; v->name != NULL; v++)
		if (text_is(name, v->name))
			return v;
	return NULL;
}

/* The verb, behind UID perhaps; NULL after saying why not. */
static const struct verb *
verb(struct session *s)
{
	const struct verb *v;
	struct text name;

	s->uid = false;
	if (!reader_atom(&s->reader, &name))
		return NULL;
	if (text_is(&name, "UID")) {
		s->uid = true;
		if (!reader_space(&s->reader) ||
		    !reader_atom(&s->reader, &name))
			return NULL;
	}
	v = find(&name);
	if (v == NULL || (s->uid && (v->how & UID_TOO) == 0)) {
		reader_fail(&s->reader, "Unknown command");
		return NULL;
	}
	if ((v->when & s->state) == 0) {
		reader_fail(&s->reader, s->state == START ? "Log in first" :
		    v->when == START ? "Logged in already" :
		    "No mailbox is selected");
		return NULL;
	}
	return v;
}

/* The tagged reply; `*` stands for a tag that could not be read. */
static void
send_reply(struct session *s)
{
	static const char *const words[] = { "BAD", "OK", "NO", "BAD" };
	const char *text = s->reply.len > 0 ? s->reply.s : "Done";

	output_text(&s->out, s->tag[0] == '\0' ? "*" : s->tag);
	output_text(&s->out, " ");
	output_text(&s->out, words[s->result]);
	output_text(&s->out, " ");
	output_text(&s->out, text);
	output_text(&s->out, "\r\n");
}

/* What follows the tag. */
static void
run(struct session *s)
{
	const struct verb *v = verb(s);

	s->result = RESULT_NONE;
	progress_start(&s->progress, clock_ms());
	if (v != NULL)
		v->run(s);
	if (!reader_finish(&s->reader)) {
		if (s->reader.end == INPUT_OK)
			session_bye(s, s->reader.wrong);
		return;
	}
	if (s->reader.wrong != NULL)
		reply_bad(s, "%s", s->reader.wrong);
	if (s->result == RESULT_SENT ||
	    (s->over && s->result == RESULT_NONE))
		return;
	if (v != NULL && (v->how & LATE) != 0 && update_may_wait(s))
		s->unlooked = true;
	else if (v != NULL && (v->how & QUIET) == 0)
		update_send(s, (v->how & HOLD) == 0 || s->uid);
	send_reply(s);
}

static void
command(struct session *s)
{
	struct text tag;

	s->tag[0] = '\0';
	buf_clear(&s->reply);
	if (reader_tag(&s->reader, &tag) && tag.n <= TAG_MAX) {
		memcpy(s->tag, tag.s, tag.n);
		s->tag[tag.n] = '\0';
		if (reader_space(&s->reader)) {
			run(s);
			return;
		}
	}
	reader_fail(&s->reader, "Tag too long");
	if (reader_finish(&s->reader)) {
		reply_bad(s, "%s", s->reader.wrong);
		send_reply(s);
	}
}

/* The next command; false: there is none. */
static bool
listen_for_command(struct session *s)
{
	left_rest(s);
	if (s->listens && !idle_wait(s, !s->delays)) {
		s->reader.end = INPUT_LATE;
		return false;
	}
	return !s->over && reader_next(&s->reader);
}

int
session_serve(struct session *s)
{
	while (!s->over && s->out.error == 0 && listen_for_command(s))
		command(s);
	if (!s->over && s->reader.end == INPUT_LATE)
		session_bye(s, "Autologout; idle for too long");
	output_flush(&s->out);
	notify_end(s);
	if (s->state == SELECTED) {
		mailbox_secure(&s->box);
		mailbox_leave(s);
	}
	left_close(s);
	return s->reader.end == INPUT_FAILED && s->out.error == 0 ?
	    EXIT_LATER : 0;
}
