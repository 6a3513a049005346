/* facts.c - MLST and MLSD (RFC 3659 7) */

#define _GNU_SOURCE	/* O_PATH */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "commands.h"
#include "listing.h"
#include "session.h"

static const struct {
	const char	*name;
	unsigned	 fact;
} names[] = {
	{ "type", FACT_TYPE }, { "size", FACT_SIZE },
	{ "modify", FACT_MODIFY }, { "perm", FACT_PERM },
	{ "unique", FACT_UNIQUE }, { "UNIX.mode", FACT_MODE },
	{ "UNIX.owner", FACT_OWNER }, { "UNIX.group", FACT_GROUP },
};

enum { NAMES = sizeof names / sizeof names[0] };

void
facts_text(unsigned chosen, bool marked, char *text, size_t size)
{
	size_t n = 0, i;

	text[0] = '\0';
	for (i = 0; i < NAMES && n < size; i++)
		if (marked || (chosen & names[i].fact) != 0)
			n += (size_t)snprintf(text + n, size - n, "%s%s;",
			    names[i].name,
			    marked && (chosen & names[i].fact) != 0 ? "*" : "");
}

unsigned
facts_choose(char *list)
{
	unsigned chosen = 0;
	size_t i;
	char *p;

	for (p = strtok(list, ";"); p != NULL; p = strtok(NULL, ";"))
		for (i = 0; i < NAMES; i++)
			if (strcasecmp(p, names[i].name) == 0)
				chosen |= names[i].fact;
	return chosen;
}

/* May the session's user do what bit (4 read, 2 write, 1 search) means? */
static bool
may(const struct stat *st, unsigned bit)
{
	if (geteuid() == 0)
		return true;
	if (st->st_uid == geteuid())
		bit <<= 6;
	else if (st->st_gid == getegid())
		bit <<= 3;
	return (st->st_mode & bit) != 0;
}

static void
perm_text(const struct session *s, const struct stat *st, bool parent,
    char *text)
{
	bool dir = S_ISDIR(st->st_mode);
	bool write = !s->read_only && may(st, 2);

	if (dir && may(st, 1))
		*text++ = 'e';
	if (dir && may(st, 4))
		*text++ = 'l';
	if (!dir && may(st, 4))
		*text++ = 'r';
	if (write) {
		strcpy(text, dir ? "cmp" : "aw");
		text += strlen(text);
	}
	if (parent && !s->read_only) {
		*text++ = 'd';
		*text++ = 'f';
	}
	*text = '\0';
}

static const char *
type_text(mode_t mode)
{
	return S_ISREG(mode) ? "file" : S_ISDIR(mode) ? "dir" :
	    S_ISLNK(mode) ? "OS.unix=symlink" : S_ISFIFO(mode) ?
	    "OS.unix=fifo" : S_ISSOCK(mode) ? "OS.unix=socket" :
	    S_ISCHR(mode) ? "OS.unix=character" : "OS.unix=block";
}

void
facts_line(const struct session *s, const struct stat *st, const char *type,
    bool parent, char *text, size_t size)
{
	char value[NAMES][48] = { "" };
	struct tm utc;
	size_t n = 0, i;

	snprintf(value[0], sizeof value[0], "%s",
	    type != NULL ? type : type_text(st->st_mode));
	if (S_ISREG(st->st_mode))
		snprintf(value[1], sizeof value[1], "%lld",
		    (long long)st->st_size);
	if (gmtime_r(&st->st_mtime, &utc) != NULL)
		strftime(value[2], sizeof value[2], "%Y%m%d%H%M%S", &utc);
	perm_text(s, st, parent, value[3]);
	snprintf(value[4], sizeof value[4], "%llxg%llx",
	    (unsigned long long)st->st_dev, (unsigned long long)st->st_ino);
	snprintf(value[5], sizeof value[5], "0%03o",
	    (unsigned)st->st_mode & 07777);
	snprintf(value[6], sizeof value[6], "%lu", (unsigned long)st->st_uid);
	snprintf(value[7], sizeof value[7], "%lu", (unsigned long)st->st_gid);
	text[0] = '\0';
	for (i = 0; i < NAMES && n < size; i++)
		if ((s->facts & names[i].fact) != 0 &&
		    (value[i][0] != '\0' || names[i].fact == FACT_PERM))
			n += (size_t)snprintf(text + n, size - n, "%s=%s;",
			    names[i].name, value[i]);
	if (n + 1 < size)
		strcpy(text + n, " ");
}

/* Open without opening what it is, and look.  0, or -1 with errno set. */
static int
look(struct session *s, const char *path, struct stat *st)
{
	int fd, status, saved;

	fd = path_open(&s->root, path, O_PATH, 0);
	if (fd == -1)
		return -1;
	status = fstat(fd, st);
	saved = errno;
	close(fd);
	errno = saved;
	return status;
}

void
cmd_mlst(struct session *s, char *arg)
{
	char path[PATH_SIZE], facts[256];
	struct stat st;

	if (!path_for(s, arg, 550, path))
		return;
	if (look(s, path, &st) == -1) {
		reply_errno(s, 550, arg);
		return;
	}
	facts_line(s, &st, NULL, path[1] != '\0', facts, sizeof facts);
	reply_more(s, 250, "Listing %s", path);
	reply_inner(s, "%s%s", facts, path);
	reply(s, 250, "End.");
}

/* The directory itself and the one above it, if types are wanted at all. */
static void
add_self(struct listing *l, const char *path)
{
	char up[PATH_SIZE], facts[256];
	struct stat st;

	if ((l->s->facts & FACT_TYPE) == 0)
		return;
	if (look(l->s, path, &st) == 0) {
		facts_line(l->s, &st, "cdir", false, facts, sizeof facts);
		listing_text(l, facts, ".");
	}
	if (path[1] != '\0' && path_join(up, path, "..") == 0 &&
	    look(l->s, up, &st) == 0) {
		facts_line(l->s, &st, "pdir", false, facts, sizeof facts);
		listing_text(l, facts, "..");
	}
}

void
cmd_mlsd(struct session *s, char *arg)
{
	char path[PATH_SIZE];
	struct listing l;
	enum outcome went;
	int fd;

	s->restart = 0;
	if (!path_for(s, arg, 550, path))
		return;
	fd = path_open(&s->root, path, O_RDONLY | O_DIRECTORY, 0);
	if (fd == -1) {
		reply_errno(s, errno == ENOTDIR ? 501 : 550, arg);
		return;
	}
	close(fd);
	if (!data_open(s, "MLSD", "Here comes the directory listing."))
		return;
	listing_init(&l, s, LISTING_FACTS);
	l.all = true;
	add_self(&l, path);
	listing_directory(&l, path, "", NULL);
	went = listing_end(&l);
	if (went == DATA_OK)
		went = data_end(s);
	data_close(s, went, "Directory send OK.");
}
