/* facts.c - MLST and MLSD (RFC 3659 7) */

#define _GNU_SOURCE	/* O_PATH */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "columns.h"
#include "commands.h"
#include "io/close.h"
#include "listing.h"
#include "session.h"
#include "times.h"

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

/* stpcpy(3), but quicker for a few octets: listings are made of them. */
static char *
put(char *to, const char *text)
{
	while (*text != '\0')
		*to++ = *text++;
	return to;
}

/* May the session's user do what bit (4 read, 2 write, 1 search) means? */
static bool
may(const struct session *s, const struct stat *st, unsigned bit)
{
	if (s->uid == 0)
		return true;
	if (st->st_uid == s->uid)
		bit <<= 6;
	else if (st->st_gid == s->gid)
		bit <<= 3;
	return (st->st_mode & bit) != 0;
}

static char *
perm_text(const struct session *s, const struct stat *st, bool parent,
    char *text)
{
	bool dir = S_ISDIR(st->st_mode);
	bool write = !s->read_only && may(s, st, 2);

	if (dir && may(s, st, 1))
		*text++ = 'e';
	if (dir && may(s, st, 4))
		*text++ = 'l';
	if (!dir && may(s, st, 4))
		*text++ = 'r';
	if (write)
		text = put(text, dir ? "cmp" : "aw");
	if (parent && !s->read_only) {
		*text++ = 'd';
		*text++ = 'f';
	}
	return text;
}

static const char *
type_text(mode_t mode)
{
	return S_ISREG(mode) ? "file" : S_ISDIR(mode) ? "dir" :
	    S_ISLNK(mode) ? "OS.unix=symlink" : S_ISFIFO(mode) ?
	    "OS.unix=fifo" : S_ISSOCK(mode) ? "OS.unix=socket" :
	    S_ISCHR(mode) ? "OS.unix=character" : "OS.unix=block";
}

/* Four octal digits. */
static char *
mode_digits(char *text, mode_t mode)
{
	int i;

	for (i = 3; i >= 0; i--) {
		text[i] = (char)('0' + (mode & 7));
		mode >>= 3;
	}
	return text + 4;
}

/* The value of one fact; its end. */
static char *
fact_text(const struct session *s, const struct stat *st, unsigned fact,
    bool parent, char *text)
{
	switch (fact) {
	case FACT_TYPE:
		return put(text, type_text(st->st_mode));
	case FACT_SIZE:
		return number_text(text, (unsigned long long)st->st_size, 0);
	case FACT_MODIFY:
		return time_text(text, st->st_mtime);
	case FACT_PERM:
		return perm_text(s, st, parent, text);
	case FACT_UNIQUE:
		text = number_text(text, st->st_dev, 0);
		*text++ = 'g';
		return number_text(text, st->st_ino, 0);
	case FACT_MODE:
		return mode_digits(text, st->st_mode);
	case FACT_OWNER:
		return number_text(text, st->st_uid, 0);
	default:
		return number_text(text, st->st_gid, 0);
	}
}

char *
facts_line(const struct session *s, const struct stat *st, const char *type,
    bool parent, char *text)
{
	size_t i;

	for (i = 0; i < NAMES; i++) {
		if ((s->facts & names[i].fact) == 0 ||
		    (names[i].fact == FACT_SIZE && !S_ISREG(st->st_mode)))
			continue;
		text = put(text, names[i].name);
		*text++ = '=';
		text = names[i].fact == FACT_TYPE && type != NULL ?
		    put(text, type) :
		    fact_text(s, st, names[i].fact, parent, text);
		*text++ = ';';
	}
	*text++ = ' ';
	*text = '\0';
	return text;
}

/* Open without opening what it is, and look.  0, or -1 with errno set. */
static int
look(struct session *s, const char *path, struct stat *st)
{
	int fd, status;

	fd = path_open(&s->root, path, O_PATH, 0);
	if (fd == -1)
		return -1;
	status = fstat(fd, st);
	close_quietly(fd);
	return status;
}

void
cmd_mlst(struct session *s, char *arg)
{
	char path[PATH_SIZE], facts[FACTS_SIZE];
	struct stat st;

	if (!path_for(s, arg, 550, path))
		return;
	if (look(s, path, &st) == -1) {
		reply_errno(s, 550, arg);
		return;
	}
	facts_line(s, &st, NULL, path[1] != '\0', facts);
	reply_more(s, 250, "Listing %s", path);
	reply_inner(s, "%s%s", facts, path);
	reply(s, 250, "End.");
}

/* The directory itself and the one above it, if types are wanted at all. */
static void
add_self(struct listing *l, const char *path)
{
	char up[PATH_SIZE], facts[FACTS_SIZE];
	struct stat st;

	if ((l->s->facts & FACT_TYPE) == 0)
		return;
	if (look(l->s, path, &st) == 0) {
		facts_line(l->s, &st, "cdir", false, facts);
		listing_text(l, facts, ".");
	}
	if (path[1] != '\0' && path_join(up, path, "..") == 0 &&
	    look(l->s, up, &st) == 0) {
		facts_line(l->s, &st, "pdir", false, facts);
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
