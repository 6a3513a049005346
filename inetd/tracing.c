/* tracing.c - put trace(8) between client and service */

#include <sys/socket.h>
#include <sys/stat.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "calls.h"
#include "child.h"
#include "tracing.h"

static char	 tracer[] = "trace", keep[] = "-k";

const char *
tracing_begin(struct service *s)
{
	char *path = s->trace;
	int len = snprintf(path, sizeof s->trace, "spool/trace/%s", s->name);

	if (s->kind != NOWAIT || s->type != SOCK_STREAM)
		return "only a nowait stream service can be traced";
	if (s->small != NULL)
		return "it has no program";
	if (s->paths != NULL)
		return "its paths= would hide the trace from it";
	if (calls_forbid_fork(s->calls))
		return "its calls= would keep the tracer from starting it";
	if (len >= (int)sizeof s->trace)
		return "the name is too long";
	for (char *p = path + strlen("spool/trace/"); *p != '\0'; p++)
		if (*p == '/' || *p == '.')
			*p = '_';
	/* The umask has kept others out; they may pass to what is theirs. */
	if ((mkdir("spool/trace", 0700) == -1 && errno != EEXIST) ||
	    chmod("spool/trace", 0711) == -1 ||
	    (mkdir(path, 0700) == -1 && errno != EEXIST) || (child_is_root() &&
	    lchown(path, s->user.uid, s->user.gid) == -1))
		return path;
	s->traced = true;
	return NULL;
}

const char *
tracing_command(const struct service *s, char *const **argv)
{
	static char *words[ARGS_MAX + 6];
	size_t n = 0;

	*argv = s->argv;
	if (!s->traced)
		return s->program;
	*argv = words;
	words[n++] = tracer;
	if (s->user.becomes)
		words[n++] = keep;
	words[n++] = (char *)(uintptr_t)s->trace;
	words[n++] = (char *)(uintptr_t)s->program;
	for (char *const *word = s->argv; *word != NULL; word++)
		words[n++] = *word;
	words[n] = NULL;
	return tracer;
}
