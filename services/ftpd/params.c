/* params.c - transfer parameters (RFC 959 4.1.2) */

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "commands.h"
#include "home.h"
#include "session.h"

/*
 * Non-print and Telnet format mean the same here (RFC 1123 4.1.2.2), and so
 * do image and local octets of eight bits (4.1.2.1).
 */
void
cmd_type(struct session *s, char *arg)
{
	if (strcasecmp(arg, "A") == 0 || strcasecmp(arg, "A N") == 0 ||
	    strcasecmp(arg, "A T") == 0) {
		s->ascii = true;
		reply(s, 200, "Type set to A.");
	} else if (strcasecmp(arg, "I") == 0 || strcasecmp(arg, "L 8") == 0) {
		s->ascii = false;
		reply(s, 200, "Type set to I.");
	} else if (strchr("AaEeLl", arg[0]) != NULL &&
	    (arg[1] == ' ' || arg[1] == '\0')) {
		reply(s, 504, "Type not implemented: A, I and L 8 are.");
	} else {
		reply(s, 501, "Syntax: TYPE A | I | L 8");
	}
}

/* STRU and MODE: one letter of those the RFC knows, of which one is done. */
static void
one_letter(struct session *s, const char *arg, const char *known,
    const char *what)
{
	if (arg[1] != '\0' || strchr(known, toupper((unsigned char)arg[0])) ==
	    NULL)
		reply(s, 501, "%s is one of %s.", what, known);
	else if (toupper((unsigned char)arg[0]) == known[0])
		reply(s, 200, "%s set to %c.", what, known[0]);
	else
		reply(s, 504, "%s %s is not implemented.", what, arg);
}

void
cmd_stru(struct session *s, char *arg)
{
	one_letter(s, arg, "FRP", "Structure");
}

void
cmd_mode(struct session *s, char *arg)
{
	one_letter(s, arg, "SBC", "Mode");
}

/* Digits alone, ended by end or NUL.  -1 unless the number fits an off_t. */
static off_t
octets(const char *text, char **end)
{
	intmax_t n;

	if (!isdigit((unsigned char)*text))
		return -1;
	errno = 0;
	n = strtoimax(text, end, 10);
	return errno != 0 || (off_t)n != n ? -1 : (off_t)n;
}

/*
 * An offset counts octets on the wire, which in TYPE A are not those of the
 * file (RFC 3659 5.3): there only 0 is taken.
 */
void
cmd_rest(struct session *s, char *arg)
{
	char *end;
	off_t n = octets(arg, &end);

	s->restart = 0;
	if (n == -1 || *end != '\0') {
		reply(s, 501, "Syntax: REST <octets>");
	} else if (n > 0 && s->ascii) {
		reply(s, 501, "Restart needs TYPE I.");
	} else {
		s->restart = n;
		reply(s, 350, "Restarting at %lld.", (long long)n);
	}
}

/* Free octets for the user beneath path.  -1 with errno set. */
static off_t
room(struct session *s, const char *path)
{
	struct statvfs fs;
	off_t free, left = home_room(s);
	int fd, status;

	fd = path_open(&s->root, path, O_RDONLY | O_DIRECTORY, 0);
	if (fd == -1)
		return -1;
	status = fstatvfs(fd, &fs);
	close(fd);
	if (status == -1)
		return -1;
	if (left < 0)
		left = 0;
	free = (off_t)(fs.f_bavail * fs.f_frsize);
	return free < left ? free : left;
}

/* Nothing is ever set aside, but a file that cannot fit is told in time. */
void
cmd_allo(struct session *s, char *arg)
{
	char *end = arg;
	off_t n = octets(arg, &end), left;

	if (n != -1 && strncasecmp(end, " R ", 3) == 0 &&
	    octets(end + 3, &end) == -1)
		n = -1;
	left = room(s, s->cwd);
	if (n == -1 || *end != '\0')
		reply(s, 501, "Syntax: ALLO <octets> [R <octets>]");
	else if (left != -1 && n > left)
		reply(s, 452, "Only %lld octets are free.", (long long)left);
	else
		reply(s, 200, "Room enough.");
}

void
cmd_avbl(struct session *s, char *arg)
{
	char path[PATH_SIZE];
	off_t left;

	if (!path_for(s, arg, 550, path))
		return;
	left = room(s, path);
	if (left == -1)
		reply_errno(s, 550, path);
	else
		reply(s, 213, "%lld", (long long)left);
}
