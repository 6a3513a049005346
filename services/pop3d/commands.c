/*
 * commands.c - the session: STAT LIST RETR DELE NOOP RSET TOP UIDL QUIT
 *
 * The maildrop is what was there when the session began: numbers stay, mail
 * that arrives meanwhile waits for the next session, and nothing is removed
 * before QUIT.
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/decimal.h"
#include "io/log.h"
#include "mail/half.h"
#include "pop3d.h"

int
maildrop_open(struct session *s, const char *path)
{
	struct mailbox_news news;

	settings_read(&s->settings);
	if ((s->root = half_session("pop3d", path)) != -1 &&
	    mailbox_open(&s->box, s->root, ".", MAILBOX_WRITE) == 0 &&
	    mailbox_sync(&s->box, &news) == 0 &&
	    (s->mark = calloc(s->box.count + 1, 1)) != NULL) {
		if (is_too_soon(s)) {
			reply_err(s, "[LOGIN-DELAY] once in %ld seconds",
			    s->settings.login_delay);
			return -1;
		}
		reply_ok(s, "%s has %zu message%s", s->name, s->box.count,
		    s->box.count == 1 ? "" : "s");
		return 0;
	}
	log_errno("%s", path);
	if (errno == ETIMEDOUT)
		reply_err(s, "[IN-USE] another program holds the maildrop");
	else
		reply_err(s, "[SYS/TEMP] cannot open the maildrop");
	s->status = EXIT_LATER;
	return -1;
}

void
maildrop_close(struct session *s)
{
	if (s->mark != NULL)
		mailbox_close(&s->box);
	if (s->root != -1)
		close(s->root);
	free(s->mark);
	s->mark = NULL;
}

bool
is_deleted(const struct session *s, size_t i)
{
	return (s->mark[i] & MARK_DELETED) != 0;
}

/*
 * Octets of message i as the client gets them.  One that cannot be read now
 * counts nothing; RETR will say why.
 */
static int64_t
octets(struct session *s, size_t i)
{
	struct mail *m = &s->box.msg[i];

	if (mail_measure(&s->box, m) == -1) {
		log_errno("message %zu of %s", i + 1, s->name);
		return 0;
	}
	return m->wire + ((m->state & MSG_OPEN) != 0 ? 2 : 0);
}

/* A decimal number, and what follows it; false if there is none. */
static bool
number(char **arg, uint32_t *n)
{
	char *p = *arg;
	uint64_t value = 0;

	for (; *p >= '0' && *p <= '9'; p++) {
		value = value * 10 + (unsigned)(*p - '0');
		if (value > UINT32_MAX)
			return false;
	}
	if (p == *arg)
		return false;
	*arg = p + strspn(p, " ");
	*n = (uint32_t)value;
	return *p == '\0' || *p == ' ';
}

/*
 * The message that the number at *arg means, which moves behind it: *i is
 * its index.  False after the client has been told.
 */
static bool
message(struct session *s, char **arg, size_t *i)
{
	uint32_t n;

	if (!number(arg, &n)) {
		reply_err(s, "that is no message number");
		return false;
	}
	if (n == 0 || n > s->box.count) {
		reply_err(s, "no such message, there are %zu", s->box.count);
		return false;
	}
	*i = n - 1;
	if (is_deleted(s, *i)) {
		reply_err(s, "message %lu is deleted", (unsigned long)n);
		return false;
	}
	return true;
}

bool
only_message(struct session *s, char *arg, size_t *i)
{
	if (!message(s, &arg, i))
		return false;
	if (*arg != '\0')
		reply_err(s, "one number is enough");
	return *arg == '\0';
}

static void
count(struct session *s, size_t *messages, int64_t *total)
{
	*messages = 0;
	*total = 0;
	for (size_t i = 0; i < s->box.count; i++)
		if (!is_deleted(s, i)) {
			++*messages;
			*total += octets(s, i);
		}
}

static void
cmd_stat(struct session *s, char *arg)
{
	size_t messages;
	int64_t total;

	(void)arg;
	count(s, &messages, &total);
	reply_ok(s, "%zu %lld", messages, (long long)total);
}

static void
cmd_list(struct session *s, char *arg)
{
	char size[DECIMAL_MAX];
	size_t i, messages;
	int64_t total;

	if (*arg != '\0') {
		if (only_message(s, arg, &i))
			reply_ok(s, "%zu %lld", i + 1, (long long)octets(s, i));
		return;
	}
	count(s, &messages, &total);
	reply_ok(s, "%zu messages (%lld octets)", messages, (long long)total);
	for (i = 0; i < s->box.count; i++)
		if (!is_deleted(s, i))
			reply_line(s, i, size, (size_t)(decimal_put(size,
			    (uint64_t)octets(s, i)) - size));
	output_text(&s->out, ".\r\n");
}

/* By hand: it stands in front of each of many small messages. */
static void
reply_octets(struct session *s, int64_t n)
{
	output_text(&s->out, "+OK ");
	output_number(&s->out, (uint64_t)n);
	output_text(&s->out, " octets\r\n");
}

/* Open message i and read the first of it, or say why not. */
static bool
open_message(struct session *s, size_t i, struct letter *l)
{
	const int64_t begun = ahead_clock();
	int fd = mail_open(&s->box, &s->box.msg[i]);

	if (fd != -1 && send_prepare(s, l, fd) == 0) {
		ahead_note(s, i, ahead_clock() - begun);
		return true;
	}
	if (errno == ENOENT) {
		reply_err(s, "message %zu was removed by another program",
		    i + 1);
	} else {
		log_errno("message %zu of %s", i + 1, s->name);
		reply_err(s, "[SYS/TEMP] cannot read message %zu", i + 1);
	}
	if (fd != -1)
		close(fd);
	return false;
}

/*
 * The text of an open message, and the end.  A half sent one ends all: then
 * it is false.
 */
static bool
send_text(struct session *s, struct letter *l, uint64_t lines)
{
	bool whole = send_message(s, l, lines) == 0;

	if (whole) {
		output_text(&s->out, ".\r\n");
	} else {
		if (s->out.error == 0)
			log_errno("a message of %s", s->name);
		s->status = s->out.error == 0 ? EXIT_LATER : 0;
		s->state = CLOSED;
	}
	close(l->fd);
	return whole;
}

static void
cmd_retr(struct session *s, char *arg)
{
	struct letter letter;
	size_t i;

	if (!only_message(s, arg, &i) || !open_message(s, i, &letter))
		return;
	s->mark[i] |= MARK_READ;
	if (letter.header > 0)
		reply_ok(s, "message %zu follows, without UTF-8", i + 1);
	else
		reply_octets(s, octets(s, i));
	if (send_text(s, &letter, ALL_LINES) && letter.header == 0)
		mail_measured(&s->box, &s->box.msg[i], letter.octets,
		    letter.open);
}

static void
cmd_top(struct session *s, char *arg)
{
	struct letter letter;
	uint32_t lines;
	size_t i;

	if (!message(s, &arg, &i))
		return;
	if (!number(&arg, &lines) || *arg != '\0') {
		reply_err(s, "syntax: TOP message lines");
		return;
	}
	if (!open_message(s, i, &letter))
		return;
	reply_ok(s, "top of message %zu follows", i + 1);
	send_text(s, &letter, lines);
}

static void
cmd_dele(struct session *s, char *arg)
{
	size_t i;

	if (!only_message(s, arg, &i))
		return;
	s->mark[i] |= MARK_DELETED;
	reply_ok(s, "message %zu deleted", i + 1);
}

static void
cmd_noop(struct session *s, char *arg)
{
	(void)arg;
	reply_ok(s, "nothing done");
}

static void
cmd_rset(struct session *s, char *arg)
{
	(void)arg;
	for (size_t i = 0; i < s->box.count; i++)
		s->mark[i] &= (unsigned char)~MARK_DELETED;
	reply_ok(s, "%zu messages, none deleted", s->box.count);
}

static void
cmd_quit(struct session *s, char *arg)
{
	size_t left = maildrop_update(s);

	(void)arg;
	if (left == 0)
		reply_ok(s, "goodbye");
	else
		reply_err(s, "[SYS/TEMP] %zu deleted messages not removed",
		    left);
	s->state = CLOSED;
}

const struct command mail_commands[] = {
	{ "STAT", TRANSACTION, ARG_NONE, cmd_stat, NULL, false },
	{ "LIST", TRANSACTION, ARG_MAY, cmd_list, "[message]", false },
	{ "UIDL", TRANSACTION, ARG_MAY, cmd_uidl, "[message]", false },
	{ "RETR", TRANSACTION, ARG_MUST, cmd_retr, "message", false },
	{ "TOP", TRANSACTION, ARG_MUST, cmd_top, "message lines", false },
	{ "DELE", TRANSACTION, ARG_MUST, cmd_dele, "message", false },
	{ "LANG", TRANSACTION, ARG_MAY, cmd_lang, "[language]", false },
	{ "NOOP", TRANSACTION, ARG_NONE, cmd_noop, NULL, false },
	{ "RSET", TRANSACTION, ARG_NONE, cmd_rset, NULL, false },
	{ "CAPA", TRANSACTION, ARG_NONE, cmd_capa, NULL, false },
	{ "QUIT", TRANSACTION, ARG_NONE, cmd_quit, NULL, false },
	{ NULL, 0, ARG_NONE, NULL, NULL, false }
};
