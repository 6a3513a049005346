/* conf.c - `key value` files */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "io/conf.h"
#include "io/log.h"

static const char *
set_number(const struct setting *row, const char *value)
{
	char *end;
	long n;

	errno = 0;
	n = strtol(value, &end, 10);
	if (end == value || *end != '\0' || errno != 0)
		return "not a number";
	if (n < row->min || n > row->max)
		return "number out of range";
	*(long *)row->to = n;
	return NULL;
}

static const char *
set_bool(const struct setting *row, const char *value)
{
	bool yes = strcasecmp(value, "yes") == 0;

	if (!yes && strcasecmp(value, "no") != 0)
		return "neither yes nor no";
	*(bool *)row->to = yes;
	return NULL;
}

/* Returns what is wrong with the value, or NULL. */
static const char *
set(const struct setting *row, const char *value)
{
	const char *why = "wrong value";

	switch (row->kind) {
	case CONF_TEXT:
		if (strlen(value) >= (size_t)row->max)
			return "value too long";
		memcpy(row->to, value, strlen(value) + 1);
		return NULL;
	case CONF_NUMBER:
		return set_number(row, value);
	case CONF_BOOL:
		return set_bool(row, value);
	case CONF_CALL:
		return row->call(row->to, value, &why) ? NULL : why;
	case CONF_SKIP:
		break;
	}
	return NULL;
}

/* One line, white space and line end already gone. */
static const char *
use(const struct setting *row, char *line)
{
	char *value = line + strcspn(line, " \t");

	if (*value != '\0')
		*value++ = '\0';
	value += strspn(value, " \t");
	while (row->key != NULL && strcasecmp(row->key, line) != 0 &&
	    strcmp(row->key, "*") != 0)
		row++;
	if (row->key == NULL)
		return "no such key";
	if (*value == '\0' && row->kind != CONF_SKIP)
		return "no value";
	return set(row, value);
}

/* Cut white space, a CR and comment; returns where the text starts. */
static char *
trim(char *line)
{
	size_t n;

	line += strspn(line, " \t");
	n = *line == '#' ? 0 : strlen(line);
	while (n > 0 && strchr(" \t\r", line[n - 1]) != NULL)
		n--;
	line[n] = '\0';
	return line;
}

int
conf_line(FILE *f, char *line, size_t size)
{
	bool wrong = false;
	size_t n = 0;
	int c;

	while ((c = getc_unlocked(f)) != EOF && c != '\n') {
		wrong = wrong || c == '\0' || n + 1 == size;
		if (!wrong)
			line[n++] = (char)c;
	}
	line[n] = '\0';
	if (ferror(f))
		return 0;
	return wrong ? -1 : c != EOF || n > 0;
}

/* fopen(3), which in musl sets close-on-exec three times. */
static FILE *
open_file(const char *file)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	FILE *f = fd == -1 ? NULL : fdopen(fd, "r");

	if (f == NULL && fd != -1)
		close(fd);
	return f;
}

int
conf_read(const char *file, const struct setting *table)
{
	char line[CONF_LINE_MAX], *text;
	const char *wrong;
	unsigned number = 0;
	int status = 0, saved, got;
	FILE *f = open_file(file);

	if (f == NULL)
		return -1;
	while ((got = conf_line(f, line, sizeof line)) != 0) {
		number++;
		text = trim(line);
		wrong = got == -1 ? "line too long, or a NUL in it" :
		    *text == '\0' ? NULL : use(table, text);
		if (wrong != NULL) {
			log_line("%s:%u: %.*s: %s", file, number,
			    (int)strcspn(text, " \t"), text, wrong);
			status = -1;
		}
	}
	saved = ferror(f) ? errno : status == -1 ? EINVAL : 0;
	fclose(f);
	errno = saved;
	return saved == 0 ? 0 : -1;
}
