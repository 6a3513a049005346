/* alias.c - reading etc/aliases */

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "io/conf.h"
#include "io/log.h"
#include "mail/alias.h"

static const char	space[] = " \t";

/* The targets of one line, commas between them. */
static int
add_targets(struct buf *targets, char *list)
{
	char *end;
	size_t n;

	for (; *list != '\0'; list = end) {
		list += strspn(list, " \t,");
		end = list + strcspn(list, ",");
		for (n = (size_t)(end - list); n > 0 &&
		    strchr(space, list[n - 1]) != NULL; n--)
			;
		if (n > 0 && (buf_add(targets, list, n) == -1 ||
		    buf_add(targets, "", 1) == -1))
			return -1;
	}
	return 0;
}

/*
 * One line, its end cut off.  *ours says whether the entry that it belongs
 * to is the one that is looked for.
 */
static const char *
use_line(char *line, const char *name, bool *ours, bool *found,
    struct buf *targets)
{
	char *colon = strchr(line, ':'), first = line[strspn(line, space)];

	if (first == '#' || first == '\0')
		return NULL;
	if (strchr(space, line[0]) == NULL) {
		*ours = false;
		if (colon == NULL || colon == line)
			return "not `name: target, target'";
		*colon = '\0';
		line[strcspn(line, space)] = '\0';
		*ours = strcasecmp(line, name) == 0;
		if (*ours && *found) {
			*ours = false;
			return "this name stands further up";
		}
		*found = *found || *ours;
		line = colon + 1;
	}
	return *ours && add_targets(targets, line) == -1 ?
	    "too many targets" : NULL;
}

int
alias_find(const char *name, struct buf *targets)
{
	char line[ALIAS_LINE_MAX];
	const char *wrong;
	bool ours = false, found = false, broken = false;
	unsigned at = 0;
	size_t n;
	int got;
	FILE *f = fopen(ALIAS_FILE, "re");

	if (f == NULL)
		return errno == ENOENT ? 0 : -1;
	targets->limit = ALIAS_TARGETS_MAX;
	while ((got = conf_line(f, line, sizeof line)) != 0) {
		at++;
		n = strlen(line);
		if (n > 0 && line[n - 1] == '\r')
			line[n - 1] = '\0';
		wrong = use_line(line, name, &ours, &found, targets);
		if (got == -1)
			wrong = "line too long, or a NUL in it";
		if (wrong == NULL)
			continue;
		log_line("%s:%u: %s", ALIAS_FILE, at, wrong);
		/* Later is better than to a part of them. */
		broken = broken || ours;
		ours = false;
	}
	if (found && !broken && targets->len == 0) {
		log_line("%s: %s: no target", ALIAS_FILE, name);
		broken = true;
	}
	broken = broken || ferror(f);
	fclose(f);
	if (broken)
		errno = EIO;
	return broken ? -1 : found;
}
