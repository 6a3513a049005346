/* listing.c - reading directories, and the lines made of them */

#define _GNU_SOURCE	/* O_PATH */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "columns.h"
#include "glob.h"
#include "listing.h"
#include "session.h"
#include "sort.h"
#include "upload.h"

enum {
	PIECE = 64 << 10,	/* octets gathered before they are sent */
	BATCH = 4 << 20,	/* octets of names sorted at a time */
	LATER_MAX = 4 << 20	/* octets of names of directories to come */
};

void
listing_init(struct listing *l, struct session *s, enum listing_style style)
{
	memset(l, 0, sizeof *l);
	l->s = s;
	l->style = style;
	l->prefix = "";
	l->now = time(NULL);
	l->went = DATA_OK;
	l->later.limit = LATER_MAX;
}

static void
send_lines(struct listing *l)
{
	if (l->went != DATA_OK || l->out.len == 0)
		return;
	if (l->in_reply)
		output_bytes(&l->s->control.out, l->out.s, l->out.len);
	else
		l->went = data_send(l->s, l->out.s, l->out.len);
	buf_clear(&l->out);
}

static void
add(struct listing *l, const char *text, size_t n)
{
	if (l->went == DATA_OK && buf_add(&l->out, text, n) == -1)
		l->went = DATA_LOCAL;
}

/* A name, so that it stays on its line. */
static void
add_name(struct listing *l, const char *name)
{
	size_t start = l->out.len, i;

	add(l, name, strlen(name));
	for (i = start; i < l->out.len; i++)
		if ((unsigned char)l->out.s[i] < ' ' || l->out.s[i] == 127)
			l->out.s[i] = '?';
}

static void
end_line(struct listing *l)
{
	add(l, "\r\n", 2);
	if (l->out.len >= PIECE)
		send_lines(l);
}

void
listing_text(struct listing *l, const char *facts, const char *name)
{
	add(l, facts, strlen(facts));
	add_name(l, name);
	end_line(l);
}

static void
add_long(struct listing *l, int dir, const char *name, const char *shown,
    const struct stat *st)
{
	char line[COLUMNS_SIZE], target[PATH_SIZE];
	ssize_t n;

	add(l, line, columns_text(l->s, st, l->now, line));
	add_name(l, shown);
	if (!S_ISLNK(st->st_mode))
		return;
	n = readlinkat(dir, name, target, sizeof target - 1);
	if (n > 0) {
		target[n] = '\0';
		add(l, " -> ", 4);
		add_name(l, target);
	}
}

/* Facts are those of what a link leads to, if it leads to anything. */
static void
add_facts(struct listing *l, const char *path, const char *name,
    struct stat *st)
{
	char facts[FACTS_SIZE], full[PATH_SIZE];
	int fd;

	if (S_ISLNK(st->st_mode) && path_join(full, path, name) == 0) {
		fd = path_open(&l->s->root, full, O_PATH, 0);
		if (fd != -1) {
			fstat(fd, st);
			close(fd);
		}
	}
	facts_line(l->s, st, NULL, true, facts);
	add(l, facts, strlen(facts));
	add_name(l, name);
}

void
listing_entry(struct listing *l, int dir, const char *path, const char *name,
    const char *shown)
{
	struct stat st = { .st_mode = 0 };

	if ((l->style != LISTING_NAMES || l->recursive) &&
	    fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == -1)
		return;		/* it was deleted meanwhile */
	if (l->in_reply)
		add(l, " ", 1);
	if (l->style == LISTING_LONG) {
		add_long(l, dir, name, shown, &st);
	} else if (l->style == LISTING_FACTS) {
		add_facts(l, path, name, &st);
	} else {
		add(l, l->prefix, strlen(l->prefix));
		add_name(l, shown);
	}
	end_line(l);
	/* More directories than fit are not gone into. */
	if (l->recursive && S_ISDIR(st.st_mode) &&
	    buf_format(&l->later, "%s/%s", l->label, name) == 0)
		(void)buf_add(&l->later, "", 1);
}

/* Show the gathered names, sorted, and forget them. */
static void
show_batch(struct listing *l, int dir, const char *path, struct buf *names,
    size_t count)
{
	char **sorted = malloc(2 * count * sizeof *sorted);
	char *p = names->s;
	size_t i;

	if (sorted == NULL) {
		l->went = DATA_LOCAL;
		return;
	}
	for (i = 0; i < count; i++) {
		sorted[i] = p;
		p += strlen(p) + 1;
	}
	sort_names(sorted, sorted + count, count);
	for (i = 0; i < count && l->went == DATA_OK; i++)
		listing_entry(l, dir, path, sorted[i], sorted[i]);
	free(sorted);
	buf_clear(names);
}

static bool
is_wanted(const struct listing *l, const char *name, const char *pattern)
{
	if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0 ||
	    upload_hides(name))
		return false;
	if (pattern != NULL)
		return glob_match(pattern, name);
	return l->all || name[0] != '.';
}

static void
show_directory(struct listing *l, DIR *d, const char *path,
    const char *pattern)
{
	struct buf names = { 0 };
	struct dirent *e;
	size_t count = 0;

	while (l->went == DATA_OK && (e = readdir(d)) != NULL) {
		if (upload_hides(e->d_name) && !l->s->read_only)
			upload_sweep(dirfd(d), e->d_name);
		if (!is_wanted(l, e->d_name, pattern))
			continue;
		if (buf_add(&names, e->d_name, strlen(e->d_name) + 1) == -1)
			l->went = DATA_LOCAL;
		count++;
		if (names.len >= BATCH) {
			show_batch(l, dirfd(d), path, &names, count);
			count = 0;
		}
	}
	if (count > 0 && l->went == DATA_OK)
		show_batch(l, dirfd(d), path, &names, count);
	buf_free(&names);
}

/* One directory.  A subdirectory that cannot be read is shown as empty. */
static void
show_path(struct listing *l, const char *path, const char *label,
    const char *pattern)
{
	DIR *d = NULL;
	int fd;

	l->label = label;
	fd = path_open(&l->s->root, path, O_RDONLY | O_DIRECTORY, 0);
	if (fd != -1)
		d = fdopendir(fd);
	if (d != NULL) {
		show_directory(l, d, path, pattern);
		closedir(d);
	} else if (fd != -1) {
		close(fd);
		l->went = DATA_LOCAL;
	}
}

void
listing_directory(struct listing *l, const char *path, const char *label,
    const char *pattern)
{
	char below[PATH_SIZE], full[PATH_SIZE];
	size_t at = 0;

	show_path(l, path, label, pattern);
	while (l->went == DATA_OK && at < l->later.len) {
		/* A copy: the buffer moves while it grows. */
		const char *next = l->later.s + at;

		at += strlen(next) + 1;
		if (strlen(next) >= sizeof below)
			continue;
		strcpy(below, next);
		if (path_join(full, path, below + strlen(label) + 1) == -1)
			continue;
		add(l, "\r\n", 2);
		add_name(l, below);
		add(l, ":", 1);
		end_line(l);
		show_path(l, full, below, NULL);
	}
}

enum outcome
listing_end(struct listing *l)
{
	int saved;

	send_lines(l);
	saved = errno;
	buf_free(&l->out);
	buf_free(&l->later);
	errno = saved;
	return l->went;
}
