/* io_command.c - verbs, states, arguments: what is refused and what runs */

#include "check.h"
#include "io/command.h"

struct session {
	char		said[256];	/* what ran or was refused */
};

static void
cmd_quit(struct session *s, char *arg)
{
	snprintf(s->said, sizeof s->said, "quit(%s)", arg);
}

static void
cmd_user(struct session *s, char *arg)
{
	snprintf(s->said, sizeof s->said, "user(%s)", arg);
}

static void
cmd_list(struct session *s, char *arg)
{
	snprintf(s->said, sizeof s->said, "list(%s)", arg);
}

static const struct command table[] = {
	{ "QUIT", 1 | 2, ARG_NONE, cmd_quit, NULL, false },
	{ "USER", 1,	 ARG_MUST, cmd_user, "name", false },
	{ "LIST", 2,	 ARG_MAY,  cmd_list, "[number]", false },
	{ NULL, 0, ARG_MAY, NULL, NULL, false },
};

void
command_refuse(struct session *s, enum refusal why, const struct command *c)
{
	static const char *const words[] = { "unknown", "state", "missing",
	    "extra" };

	snprintf(s->said, sizeof s->said, "%s %s", words[why],
	    c == NULL ? "-" : c->verb);
}

static void
check_run(unsigned state, const char *text, const char *want)
{
	struct session s = { "" };
	char line[256];

	snprintf(line, sizeof line, "%s", text);
	command_run(table, &s, state, line);
	CHECK_TEXT(s.said, want);
}

int
main(void)
{
	const struct command *c;
	char line[] = "list 1 2 ", *arg;

	check_run(1, "QUIT", "quit()");
	check_run(1, "quit", "quit()");
	check_run(1, "qUiT ", "quit()");
	check_run(1, "QUIT now", "extra QUIT");
	check_run(1, "QUIT  ", "extra QUIT");
	check_run(1, "USER bob", "user(bob)");
	check_run(1, "user  bob ", "user( bob )");
	check_run(1, "USER", "missing USER");
	check_run(1, "USER ", "missing USER");
	check_run(2, "USER bob", "state USER");
	check_run(2, "USER", "state USER");
	check_run(4, "QUIT", "state QUIT");
	check_run(0, "QUIT x", "state QUIT");
	check_run(2, "LIST", "list()");
	check_run(2, "LIST 1 2", "list(1 2)");
	check_run(1, "LIST", "state LIST");
	check_run(1, "", "unknown -");
	check_run(1, " ", "unknown -");
	check_run(1, " QUIT", "unknown -");
	check_run(1, "QUI", "unknown -");
	check_run(1, "QUITE", "unknown -");
	check_run(1, "QUIT\tx", "unknown -");
	check_run(1, "QUIT\r", "unknown -");
	check_run(1, "QU\xc4\xb0T", "unknown -");

	c = command_find(table, line, &arg);
	CHECK(c == &table[2]);
	CHECK_TEXT(line, "list");
	CHECK_TEXT(arg, "1 2 ");
	return check_end("io_command");
}
