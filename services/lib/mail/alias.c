/* alias.c - reading etc/aliases */

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "io/conf.h"
#include "io/log.h"
#include "mail/alias.h"
#include "mail/idn.h"

static const char	space[] = " \t";

static struct conf_file	file = { .fd = -1 };

/* What the file is searched for, and what has been found of it so far. */
struct search {
	const char *const *names;
	size_t		 n;
	size_t		 best;		/* index of the name found, or n */
	bool		 ours;		/* the entry at hand is that name's */
	bool		 broken;	/* something of it is wrong */
	struct buf	*targets;
};

/* A list's file: an address a line. */
static const char *
include(struct buf *targets, const char *name)
{
	char path[sizeof ALIAS_LISTS + 64], line[ALIAS_LINE_MAX];
	const char *wrong = NULL, *at;
	struct conf_file f;
	size_t len;
	int got;

	if (name[0] == '.' || name[0] == '\0' || strlen(name) > 60 ||
	    strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789._-"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != strlen(name))
		return "not the name of a list";
	snprintf(path, sizeof path, "%s/%s", ALIAS_LISTS, name);
	if (conf_open(&f, path) == -1)
		return "the list cannot be opened";
	while (wrong == NULL &&
	    (got = conf_line(&f, line, sizeof line)) != 0) {
		at = line + strspn(line, space);
		for (len = strlen(at); len > 0 &&
		    (strchr(space, at[len - 1]) != NULL ||
		    at[len - 1] == '\r'); len--)
			;
		if (got == -1)
			wrong = "the list has a line that is too long";
		else if (len > 0 && *at != '#' && (buf_add(targets, at, len)
		    == -1 || buf_add(targets, "", 1) == -1))
			wrong = "too many targets";
	}
	if (conf_close(&f) == -1)
		wrong = "the list cannot be read";
	return wrong;
}

/* The targets of one line, commas between them. */
static const char *
add_targets(struct buf *targets, char *list)
{
	static const char word[] = ":include:";
	const char *wrong = NULL;
	char *end;
	size_t n;

	for (; *list != '\0' && wrong == NULL; list = end) {
		list += strspn(list, " \t,");
		end = list + strcspn(list, ",");
		for (n = (size_t)(end - list); n > 0 &&
		    strchr(space, list[n - 1]) != NULL; n--)
			;
		if (n >= sizeof word && strncasecmp(list, word,
		    sizeof word - 1) == 0) {
			if (*end != '\0')
				end++;
			list[n] = '\0';
			wrong = include(targets, list + sizeof word - 1);
		} else if (n > 0 && (buf_add(targets, list, n) == -1 ||
		    buf_add(targets, "", 1) == -1)) {
			wrong = "too many targets";
		}
	}
	return wrong;
}

/* A local part, or an address whose domain may be written in two ways. */
static bool
is_same(const char *one, const char *other)
{
	const char *a = strrchr(one, '@'), *b = strrchr(other, '@');

	if (a == NULL || b == NULL)
		return strcasecmp(one, other) == 0;
	return a - one == b - other &&
	    strncasecmp(one, other, (size_t)(a - one)) == 0 &&
	    idn_equal(a + 1, b + 1);
}

/* A line that starts an entry: is it one that we want more than others? */
static const char *
use_name(struct search *s, const char *name)
{
	size_t i;

	s->ours = false;
	for (i = 0; i < s->n && i <= s->best; i++)
		if (is_same(s->names[i], name))
			break;
	if (i == s->n || i > s->best)
		return NULL;
	if (i == s->best)
		return "this name stands further up";
	s->best = i;
	s->ours = true;
	s->broken = false;
	buf_clear(s->targets);
	return NULL;
}

/* One line, its end cut off. */
static const char *
use_line(struct search *s, char *line)
{
	char *colon = strchr(line, ':'), first = line[strspn(line, space)];
	const char *wrong;

	if (first == '#' || first == '\0')
		return NULL;
	if (strchr(space, line[0]) == NULL) {
		s->ours = false;
		if (colon == NULL || colon == line)
			return "not `name: target, target'";
		*colon = '\0';
		line[strcspn(line, space)] = '\0';
		wrong = use_name(s, line);
		if (wrong != NULL)
			return wrong;
		line = colon + 1;
	}
	return s->ours ? add_targets(s->targets, line) : NULL;
}

/* The whole file. */
static void
scan(struct search *s, struct conf_file *f)
{
	char line[ALIAS_LINE_MAX];
	const char *wrong;
	unsigned at = 0;
	size_t n;
	int got;

	while ((got = conf_line(f, line, sizeof line)) != 0) {
		at++;
		n = strlen(line);
		if (n > 0 && line[n - 1] == '\r')
			line[n - 1] = '\0';
		wrong = use_line(s, line);
		if (got == -1)
			wrong = "line too long, or a NUL in it";
		if (wrong == NULL)
			continue;
		log_line("%s:%u: %s", ALIAS_FILE, at, wrong);
		/* Later is better than to a part of them. */
		s->broken = s->broken || s->ours;
		s->ours = false;
	}
}

int
alias_open(void)
{
	if (file.fd != -1)
		close(file.fd);
	if (conf_open(&file, ALIAS_FILE) == 0 || errno == ENOENT)
		return 0;
	log_errno("%s", ALIAS_FILE);
	return -1;
}

int
alias_find(const char *const names[], size_t n, struct buf *targets)
{
	struct search s = { names, n, n, false, false, targets };

	if (file.fd == -1)
		return 0;
	targets->limit = ALIAS_TARGETS_MAX;
	file.error = 0;
	conf_rewind(&file);
	scan(&s, &file);
	if (file.error != 0) {
		errno = file.error;
		log_errno("%s", ALIAS_FILE);
		return -1;
	}
	if (s.best < n && !s.broken && targets->len == 0) {
		log_line("%s: %s: no target", ALIAS_FILE, names[s.best]);
		s.broken = true;
	}
	if (s.broken) {
		errno = EIO;
		return -1;
	}
	return s.best == n ? 0 : (int)s.best + 1;
}
