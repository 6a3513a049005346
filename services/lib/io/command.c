/* command.c - the one dispatcher */

#include <string.h>
#include <strings.h>

#include "io/command.h"

const struct command *
command_find(const struct command *table, char *line, char **arg)
{
	*arg = line + strcspn(line, " ");
	if (**arg != '\0')
		*(*arg)++ = '\0';
	for (; table->verb != NULL; table++)
		if (strcasecmp(table->verb, line) == 0)
			return table;
	return NULL;
}

void
command_run(const struct command *table, struct session *s, unsigned state,
    char *line)
{
	const struct command *c;
	char *arg;

	c = command_find(table, line, &arg);
	if (c == NULL)
		command_refuse(s, REFUSE_UNKNOWN, NULL);
	else if ((c->when & state) == 0)
		command_refuse(s, REFUSE_STATE, c);
	else if (*arg == '\0' && c->arg == ARG_MUST)
		command_refuse(s, REFUSE_ARG_MISSING, c);
	else if (*arg != '\0' && c->arg == ARG_NONE)
		command_refuse(s, REFUSE_ARG_EXTRA, c);
	else
		c->run(s, arg);
}
