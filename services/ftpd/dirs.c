/* dirs.c - the working directory, and directories made */

#define _GNU_SOURCE	/* O_PATH */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "commands.h"
#include "io/close.h"
#include "session.h"

/* A path with its quotes doubled (RFC 959, appendix II), then the words. */
static void
reply_quoted(struct session *s, const char *path, const char *words)
{
	char text[2 * PATH_SIZE];
	size_t n = 0;

	for (; *path != '\0'; path++) {
		if (*path == '"')
			text[n++] = '"';
		text[n++] = *path;
	}
	text[n] = '\0';
	reply(s, 257, "\"%s\" %s", text, words);
}

/*
 * Go to a directory that may be entered; path may be s->cwd.  The name is
 * kept as text: what the client sees is what it typed, links and all.
 */
static void
change_to(struct session *s, const char *path, int code)
{
	int fd, status;

	fd = path_open(&s->root, path, O_PATH | O_DIRECTORY, 0);
	if (fd == -1) {
		reply_errno(s, 550, path);
		return;
	}
	status = faccessat(fd, ".", X_OK, 0);
	close_quietly(fd);
	if (status == -1) {
		reply_errno(s, 550, path);
		return;
	}
	memmove(s->cwd, path, strlen(path) + 1);
	message_show(s, code, s->cwd);
	reply(s, code, "Directory changed to %s", s->cwd);
}

void
cmd_cwd(struct session *s, char *arg)
{
	char path[PATH_SIZE];

	if (path_for(s, arg, 550, path))
		change_to(s, path, 250);
}

/* 200, where CWD has 250: RFC 959 5.4 is the stricter text. */
void
cmd_cdup(struct session *s, char *arg)
{
	char path[PATH_SIZE];

	(void)arg;
	if (path_for(s, "..", 550, path))
		change_to(s, path, 200);
}

void
cmd_pwd(struct session *s, char *arg)
{
	(void)arg;
	reply_quoted(s, s->cwd, "is the current directory.");
}

void
cmd_mkd(struct session *s, char *arg)
{
	char path[PATH_SIZE];
	const char *last;
	int dir, status;

	dir = parent_for_change(s, arg, path, &last);
	if (dir == -1)
		return;
	status = mkdirat(dir, last, 0777);
	close_quietly(dir);
	if (status == -1)
		reply_errno(s, 550, arg);
	else
		reply_quoted(s, path, "created.");
}
