/* session.c - the loop of a dialogue, and the half that serves files */

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "commands.h"
#include "io/log.h"
#include "session.h"

void
command_refuse(struct session *s, enum refusal why, const struct command *c)
{
	char *arg;

	switch (why) {
	case REFUSE_UNKNOWN:
		if (s->root.fd == -1 &&
		    command_find(session_commands, s->line, &arg) != NULL) {
			reply(s, 530, "Please log in with USER and PASS.");
			break;
		}
		reply(s, 500, "Unknown command.");
		s->unknown++;
		break;
	case REFUSE_STATE:
		reply(s, 503, "Bad sequence of commands.");
		break;
	case REFUSE_ARG_MISSING:
	case REFUSE_ARG_EXTRA:
		reply(s, 501, "Syntax: %s%s%s", c->verb,
		    c->help[0] == '\0' ? "" : " ", c->help);
		break;
	}
}

/* One line.  Only the command right after RNFR may be RNTO. */
static void
answer(struct session *s, char *line)
{
	unsigned state = s->state, unknown = s->unknown;

	s->line = line;
	if (state == RENAMING)
		s->state = READY;
	command_run(s->commands, s, state, line);
	if (s->unknown == unknown)
		s->unknown = 0;
	if (s->unknown >= UNKNOWN_MAX) {
		reply(s, 421, "This is FTP; closing control connection.");
		s->over = true;
	}
}

void
session_run(struct session *s, int (*seconds)(const struct session *))
{
	char *line;

	while (!s->over) {
		switch (control_line(&s->control, seconds(s), &line)) {
		case INPUT_OK:
			answer(s, line);
			break;
		case INPUT_LONG:
			reply(s, 500, "Command line too long.");
			break;
		case INPUT_NUL:
			reply(s, 501, "A command holds no NUL.");
			break;
		case INPUT_LATE:
			reply(s, 421, "Timeout; closing control connection.");
			s->over = true;
			break;
		case INPUT_EOF:
		case INPUT_FAILED:
			s->over = true;
			break;
		}
	}
	output_flush(&s->control.out);
}

static int
idle_seconds(const struct session *s)
{
	return (int)s->settings.idle_seconds;
}

int
session_half(struct session *s, const char *home)
{
	const char *user = getenv("USER");

	s->commands = session_commands;
	s->state = READY;
	if (user != NULL && strlen(user) <= LOGIN_USER_MAX)
		strcpy(s->user, user);
	protect_take_over(s, getenv("LOGIN_TAG"));
	s->uid = geteuid();
	s->gid = getegid();
	s->anonymous = strcmp(s->user, "anonymous") == 0;
	s->read_only = s->anonymous ||
	    settings_read_only(&s->settings, s->user);
	s->ascii = true;	/* RFC 959 5.1: TYPE is ASCII Non-print */
	s->facts = FACTS_ALL;
	strcpy(s->cwd, "/");
	/* A full quota of RLIMIT_FSIZE is to be an error, not the end. */
	signal(SIGXFSZ, SIG_IGN);
	umask((mode_t)s->settings.umask);
	if (root_open(&s->root, home) == -1) {
		log_errno("home %s", home);
		reply(s, 421, "Home directory not available.");
		output_flush(&s->control.out);
		return EXIT_LATER;
	}
	message_show(s, 230, "/");
	reply(s, 230, "%s logged in.", s->anonymous ? "Guest" : "User");
	session_run(s, idle_seconds);
	data_reset(&s->data);
	return 0;
}
