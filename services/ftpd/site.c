/* site.c - SITE's own commands, and what else changes a file's attributes */

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "commands.h"
#include "io/close.h"
#include "session.h"
#include "times.h"

/* Octal digits alone, up to most.  -1 if it is no such number. */
static long
octal(const char *text, long most)
{
	char *end;
	long n;

	if (*text < '0' || *text > '7' || strlen(text) > 4)
		return -1;
	n = strtol(text, &end, 8);
	return *end == '\0' && n <= most ? n : -1;
}

/* Cut the first word off; what follows its one space is returned. */
static char *
cut_word(char *text)
{
	char *rest = text + strcspn(text, " ");

	if (*rest != '\0')
		*rest++ = '\0';
	return rest;
}

/*
 * Change the named file itself, never what a link leads to.  0, or -1 with
 * errno set.
 */
static int
change(const struct session *s, const char *path, const mode_t *mode,
    const struct timespec *times)
{
	const char *last;
	int dir, status;

	dir = path_parent(&s->root, path, &last);
	if (dir == -1)
		return -1;
	status = mode != NULL ?
	    fchmodat(dir, last, *mode, AT_SYMLINK_NOFOLLOW) :
	    utimensat(dir, last, times, AT_SYMLINK_NOFOLLOW);
	close_quietly(dir);
	return status;
}

static void
site_chmod(struct session *s, char *arg)
{
	char *name = cut_word(arg), path[PATH_SIZE];
	long n = octal(arg, 0777);
	mode_t mode = (mode_t)n;

	if (n == -1 || *name == '\0') {
		reply(s, 501, "Syntax: SITE CHMOD <octal mode> <path>");
		return;
	}
	if (!path_for_change(s, name, 550, path))
		return;
	if (change(s, path, &mode, NULL) == -1)
		reply_errno(s, 550, name);
	else
		reply(s, 200, "Mode set to %03lo.", n);
}

static void
site_umask(struct session *s, char *arg)
{
	long n = octal(arg, 0777);
	mode_t old;

	if (*arg == '\0') {
		old = umask(0);
		umask(old);
		reply(s, 200, "Umask is %03o.", (unsigned)old);
	} else if (n == -1) {
		reply(s, 501, "Syntax: SITE UMASK [<octal mask>]");
	} else {
		umask((mode_t)n);
		reply(s, 200, "Umask set to %03lo.", n);
	}
}

/*
 * Set a file's time from "YYYYMMDDHHMMSS path".  False: the reply has been
 * sent.
 */
static bool
set_time(struct session *s, const char *arg, const char *syntax)
{
	struct timespec times[2];
	char path[PATH_SIZE];
	const char *name;

	times[0].tv_sec = 0;
	times[0].tv_nsec = UTIME_OMIT;
	if (!time_parse(arg, &times[1], &name) || name[0] != ' ' ||
	    name[1] == '\0') {
		reply(s, 501, "Syntax: %s YYYYMMDDHHMMSS <path>", syntax);
		return false;
	}
	if (!path_for_change(s, ++name, 550, path))
		return false;
	if (change(s, path, NULL, times) == -1) {
		reply_errno(s, 550, name);
		return false;
	}
	return true;
}

static void
site_utime(struct session *s, char *arg)
{
	if (set_time(s, arg, "SITE UTIME"))
		reply(s, 200, "Time set.");
}

/* MFMT (draft-somers-ftp-mfxx): the reply repeats the fact and the name. */
void
cmd_mfmt(struct session *s, char *arg)
{
	if (set_time(s, arg, "MFMT"))
		reply(s, 213, "Modify=%.*s; %s", (int)strcspn(arg, " "), arg,
		    arg + strcspn(arg, " ") + 1);
}

static void
site_idle(struct session *s, char *arg)
{
	char *end = arg;
	long n = *arg >= '0' && *arg <= '9' ? strtol(arg, &end, 10) : -1;

	if (*arg != '\0' && (*end != '\0' || n < 5 || n > 7200)) {
		reply(s, 501, "Syntax: SITE IDLE [<5 to 7200 seconds>]");
		return;
	}
	if (*arg != '\0')
		s->settings.idle_seconds = n;
	reply(s, 200, "Idle timeout is %ld seconds.",
	    s->settings.idle_seconds);
}

static handler	site_help;

static const struct command commands[] = {
	{ "CHMOD", READY, ARG_MUST, site_chmod, "<octal mode> <path>", false },
	{ "HELP",  READY, ARG_MAY,  site_help,	"", false },
	{ "IDLE",  READY, ARG_MAY,  site_idle,	"[<seconds>]", false },
	{ "UMASK", READY, ARG_MAY,  site_umask,	"[<octal mask>]", false },
	{ "UTIME", READY, ARG_MUST, site_utime,	"YYYYMMDDHHMMSS <path>",
	    false },
	{ NULL, 0, ARG_NONE, NULL, NULL, false }
};

static void
site_help(struct session *s, char *arg)
{
	const struct command *c;

	(void)arg;
	reply_more(s, 214, "SITE knows:");
	for (c = commands; c->verb != NULL; c++)
		reply_inner(s, "%s %s", c->verb, c->help);
	reply(s, 214, "End.");
}

void
cmd_site(struct session *s, char *arg)
{
	const struct command *c;
	char *rest;

	c = command_find(commands, arg, &rest);
	if (c == NULL)
		reply(s, 502, "No such SITE command; try SITE HELP.");
	else if (c->arg == ARG_MUST && *rest == '\0')
		reply(s, 501, "Syntax: SITE %s %s", c->verb, c->help);
	else
		c->run(s, rest);
}
