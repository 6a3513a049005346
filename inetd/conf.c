/*
 * conf.c - read services.conf and the files it includes
 *
 * A file is read whole before its first line is looked at, so that what we
 * parse does not change under us.
 */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "conf.h"
#include "front.h"
#include "log.h"
#include "loop.h"
#include "parting.h"
#include "self.h"
#include "word.h"

enum { FILE_MAX = 1 << 20 };

/* One reading of the configuration. */
struct reading {
	struct conf	*conf;
	struct service	**end;		/* where the next one goes */
	unsigned	 offset;
	unsigned	 errors;
	bool		 included;	/* no further include there */
};

static void	 read_file(struct reading *, const char *path);

bool
complain(struct complaint *why, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vsnprintf(why->text, sizeof why->text, format, ap);
	va_end(ap);
	return false;
}

static void
fail(struct reading *r, const char *file, int line, const char *what)
{
	r->errors++;
	if (line == 0)
		log_line("%s: %s", file, what);
	else
		log_line("%s:%d: %s", file, line, what);
}

void
service_free(struct service *s)
{
	if (s->rules > 0)
		close(s->rules);
	free(s->file);
	free(s->whole);
	free(s->text);
	free(s->addresses);
	free(s);
}

void
conf_free(struct conf *c)
{
	struct service *s;

	if (c == NULL)
		return;
	while ((s = c->services) != NULL) {
		c->services = s->next;
		service_free(s);
	}
	free(c->listeners);
	free(c->polls);
	free(c);
}

static void
read_include(struct reading *r, const char *file, int line,
    const char *pattern)
{
	glob_t found;
	int status;

	if (r->included) {
		fail(r, file, line, "an included file cannot include");
		return;
	}
	status = glob(pattern, 0, NULL, &found);
	if (status == GLOB_NOMATCH) {
		if (strpbrk(pattern, "*?[") == NULL)
			fail(r, file, line, "the file to include is missing");
		return;
	}
	if (status != 0) {
		fail(r, file, line, "cannot look for the files to include");
		return;
	}
	r->included = true;
	for (size_t i = 0; i < found.gl_pathc; i++)
		read_file(r, found.gl_pathv[i]);
	r->included = false;
	globfree(&found);
}

static void
read_line(struct reading *r, const char *file, int line, const char *text)
{
	struct service *s;
	struct complaint why;
	char include[LINE_SIZE], *rest = include, *word;

	memcpy(include, text, strlen(text) + 1);
	if ((word = word_next(&rest)) == NULL || *word == '#')
		return;
	if (strcmp(word, "include") == 0 && (word = word_next(&rest)) != NULL) {
		if (word_next(&rest) != NULL)
			fail(r, file, line, "want one pattern");
		else
			read_include(r, file, line, word);
		return;
	}
	s = calloc(1, sizeof *s);
	if (s == NULL || (s->text = strdup(text)) == NULL ||
	    (s->whole = strdup(text)) == NULL ||
	    (s->file = strdup(file)) == NULL) {
		fail(r, file, line, strerror(errno));
		if (s != NULL)
			service_free(s);
		return;
	}
	s->line = line;
	if (!line_read(s, s->text, r->offset, &why)) {
		fail(r, file, line, why.text);
		service_free(s);
		return;
	}
	if (s->small != NULL && s->type == SOCK_DGRAM) {
		log_line("%s:%d: warning: left out: over UDP, %s would answer "
		    "whoever a forged sender names", file, line, s->name);
		service_free(s);
		return;
	}
	*r->end = s;
	r->end = &s->next;
}

static void
read_text(struct reading *r, const char *file, char *text, size_t len)
{
	char *end = text + len, *newline;
	int line = 1;

	for (; text < end; text = newline + 1, line++) {
		newline = memchr(text, '\n', (size_t)(end - text));
		if (newline == NULL) {
			fail(r, file, line, "the line has no end: is the file "
			    "whole?");
			return;
		}
		*newline = '\0';
		if (strlen(text) != (size_t)(newline - text))
			fail(r, file, line, "a NUL byte");
		else if (newline - text >= LINE_SIZE)
			fail(r, file, line, "the line is too long");
		else {
			if (newline > text && newline[-1] == '\r')
				newline[-1] = '\0';
			read_line(r, file, line, text);
		}
	}
}

/* All of the file in new memory, or NULL with errno set. */
static char *
slurp(int fd, size_t *len)
{
	char *text = malloc(FILE_MAX);
	ssize_t n;

	if (text == NULL)
		return NULL;
	*len = 0;
	while ((n = read(fd, text + *len, FILE_MAX - *len)) != 0) {
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			break;
		*len += (size_t)n;
		if (*len == FILE_MAX) {
			errno = EFBIG;
			break;
		}
	}
	if (n == 0)
		return text;
	free(text);
	return NULL;
}

static void
note_time(struct conf *c, const struct timespec *written)
{
	if (written->tv_sec > c->written.tv_sec ||
	    (written->tv_sec == c->written.tv_sec &&
	    written->tv_nsec > c->written.tv_nsec))
		c->written = *written;
}

static void
read_file(struct reading *r, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	struct stat st;
	char *text;
	size_t len;

	if (fd == -1) {
		fail(r, path, 0, strerror(errno));
		return;
	}
	if (fstat(fd, &st) == -1 || (text = slurp(fd, &len)) == NULL) {
		fail(r, path, 0, strerror(errno));
		close(fd);
		return;
	}
	if (geteuid() == 0 && (st.st_mode & S_IWOTH))
		fail(r, path, 0, "anybody may write it: not read as root");
	else {
		note_time(r->conf, &st.st_mtim);
		read_text(r, path, text, len);
	}
	free(text);
	close(fd);
}

/* An earlier listener on the very address of l, or NULL. */
static const struct listener *
find_double(const struct conf *c, const struct listener *l)
{
	for (const struct listener *o = c->listeners; o < l; o++)
		if (o->service->kind != TIMER &&
		    o->service->type == l->service->type &&
		    address_equal(&o->address, &l->address) &&
		    (o->service != l->service || o->instance == l->instance))
			return o;
	return NULL;
}

static void
check_double(struct reading *r, const struct listener *l)
{
	const struct listener *o;
	struct complaint why = { "" };

	if (l->service->kind == TIMER || (l->service->family != AF_UNIX &&
	    address_port(&l->address) == 0) ||
	    (o = find_double(r->conf, l)) == NULL)
		return;
	complain(&why, "%s is already taken by line %d of %s",
	    l->service->column, o->service->line, o->service->file);
	fail(r, l->service->file, l->service->line, why.text);
}

/* Give each service its listeners. */
static bool
make_listeners(struct reading *r)
{
	struct conf *c = r->conf;
	struct listener *l;
	size_t n = 0;

	for (struct service *s = c->services; s != NULL; s = s->next)
		n += s->kind == TIMER ? 1 : s->naddresses * s->instances;
	if (n == 0) {
		log_line("no service is configured");
		return false;
	}
	l = c->listeners = calloc(n, sizeof *l);
	c->polls = calloc(n + FRONT + FRONT_MAX + PARTING_MAX,
	    sizeof *c->polls);
	if (l == NULL || c->polls == NULL) {
		log_line("%s", strerror(errno));
		return false;
	}
	for (struct service *s = c->services; s != NULL; s = s->next) {
		n = s->kind == TIMER ? 1 : s->naddresses * s->instances;
		for (size_t i = 0; i < n; i++, l++) {
			l->service = s;
			l->fd = l->held = -1;
			l->instance = (unsigned)(i % s->instances);
			if (s->kind != TIMER)
				l->address = s->addresses[i / s->instances];
			check_double(r, l);
		}
	}
	c->nlisteners = (size_t)(l - c->listeners);
	return true;
}

/*
 * Say which programs are missing.  That is no error: they may come, and the
 * other services do without.
 */
static void
look_for_programs(const struct conf *c)
{
	char beside[PATH_MAX];
	struct stat st;

	for (const struct service *s = c->services; s != NULL; s = s->next) {
		const char *path = self_beside(beside, s->program);
		const char *wrong = NULL;

		if (s->small != NULL)
			continue;
		if (path == NULL || stat(path, &st) == -1)
			wrong = strerror(errno);
		else if (!S_ISREG(st.st_mode) || (st.st_mode & 0111) == 0)
			wrong = "not a program";
		if (wrong != NULL)
			log_line("%s:%d: warning: %s: %s", s->file, s->line,
			    s->program, wrong);
	}
}

struct conf *
conf_read(const char *path, unsigned offset)
{
	struct conf *c = calloc(1, sizeof *c);
	struct reading r = { .conf = c, .offset = offset };

	if (c == NULL) {
		log_line("%s: %s", path, strerror(errno));
		return NULL;
	}
	r.end = &c->services;
	read_file(&r, path);
	if (r.errors == 0 && make_listeners(&r) && r.errors == 0) {
		look_for_programs(c);
		return c;
	}
	conf_free(c);
	return NULL;
}
