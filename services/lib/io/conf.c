/* conf.c - `key value` files */

#include <errno.h>
#include <fcntl.h>
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
conf_open(struct conf_file *f, const char *path)
{
	f->fd = open(path, O_RDONLY | O_CLOEXEC);
	f->error = 0;
	f->start = f->end = 0;
	return f->fd == -1 ? -1 : 0;
}

void
conf_rewind(struct conf_file *f)
{
	f->start = f->end = 0;
	if (lseek(f->fd, 0, SEEK_SET) == -1)
		f->error = errno;
}

/* True if there is more in the buffer. */
static bool
fill(struct conf_file *f)
{
	ssize_t n;

	if (f->start < f->end)
		return true;
	do
		n = read(f->fd, f->buf, sizeof f->buf);
	while (n == -1 && errno == EINTR);
	if (n == -1)
		f->error = errno;
	f->start = 0;
	f->end = n > 0 ? (size_t)n : 0;
	return n > 0;
}

int
conf_line(struct conf_file *f, char *line, size_t size)
{
	bool wrong = false, any = false, whole = false;
	size_t n = 0;

	while (!whole && f->error == 0 && fill(f)) {
		char c = f->buf[f->start++];

		any = true;
		whole = c == '\n';
		wrong = wrong || (!whole && (c == '\0' || n + 1 == size));
		if (!whole && !wrong)
			line[n++] = c;
	}
	line[n] = '\0';
	if (f->error != 0 || !any)
		return 0;
	return wrong ? -1 : 1;
}

int
conf_close(struct conf_file *f)
{
	close(f->fd);
	errno = f->error;
	return f->error == 0 ? 0 : -1;
}

int
conf_read(const char *file, const struct setting *table)
{
	char line[CONF_LINE_MAX], *text;
	const char *wrong;
	unsigned number = 0;
	int status = 0, got;
	struct conf_file f;

	if (conf_open(&f, file) == -1)
		return -1;
	while ((got = conf_line(&f, line, sizeof line)) != 0) {
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
	if (conf_close(&f) == -1)
		return -1;
	if (status == -1)
		errno = EINVAL;
	return status;
}
