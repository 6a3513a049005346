/* forward.c - reading a .forward */

#include <string.h>
#include <strings.h>

#include "io/log.h"
#include "mail/forward.h"
#include "mail/path.h"

static const char	blank[] = " \t\r";

/* A program or a file could pass for a local part. */
static bool
is_refused(const char *item)
{
	return strchr("|/:", item[item[0] == '"']) != NULL;
}

/* One address, or what stands in its place; blanks around it are gone. */
static int
add(struct forward *f, const char *user, const char *item)
{
	struct path path;

	if (item[0] == '\\' || strcasecmp(item, user) == 0) {
		f->keep = true;
		return 0;
	}
	if (is_refused(item) || path_parse(item, &path) != NULL ||
	    f->n == FORWARD_TARGETS_MAX) {
		log_line("%s/.forward: %s: %s", user, item,
		    f->n == FORWARD_TARGETS_MAX ? "too many addresses" :
		    "not an address");
		f->keep = true;
		return 0;
	}
	f->n++;
	return buf_add(&f->targets, path.text, strlen(path.text) + 1);
}

/* The items of one line; a comma in quotes parts nothing. */
static int
add_line(struct forward *f, const char *user, char *line)
{
	char *item = line, *p = line;
	bool quoted = false, more = true;
	size_t n;

	if (line[strspn(line, blank)] == '#')
		return 0;
	for (; more; p++) {
		if (*p == '\\' && quoted && p[1] != '\0')
			p++;
		else if (*p == '"')
			quoted = !quoted;
		if (*p != '\0' && (*p != ',' || quoted))
			continue;
		more = *p != '\0';
		*p = '\0';
		item += strspn(item, blank);
		for (n = strlen(item); n > 0 &&
		    strchr(blank, item[n - 1]) != NULL; n--)
			item[n - 1] = '\0';
		if (*item != '\0' && add(f, user, item) == -1)
			return -1;
		item = p + 1;
	}
	return 0;
}

int
forward_parse(struct forward *f, const char *user, char *text, size_t len)
{
	char *end = text + len, *lf;

	memset(f, 0, sizeof *f);
	for (char *line = text; line < end; line = lf + 1) {
		lf = memchr(line, '\n', (size_t)(end - line));
		if (lf == NULL)
			lf = end;
		*lf = '\0';
		/* A NUL would hide what is behind it. */
		if (memchr(line, '\0', (size_t)(lf - line)) != NULL) {
			log_line("%s/.forward: a NUL in it", user);
			f->keep = true;
		} else if (add_line(f, user, line) == -1) {
			return -1;
		}
	}
	f->keep = f->keep || f->n == 0;
	return 0;
}
