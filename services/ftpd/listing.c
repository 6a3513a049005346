/* listing.c - directories, read and sorted */

#define _GNU_SOURCE	/* O_PATH */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "glob.h"
#include "io/close.h"
#include "io/entries.h"
#include "listing.h"
#include "session.h"
#include "sort.h"
#include "upload.h"

enum {
	BATCH = 4 << 20,	/* octets of entries sorted at a time */
	LATER_MAX = 4 << 20	/* octets of names of directories to come */
};

bool
listing_may_lack(void)
{
	return errno == ENOENT || errno == EACCES || errno == ENOTDIR ||
	    errno == ELOOP;
}

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

/* Show the entries that were kept, in order. */
static void
show_batch(struct listing *l, int dir, const char *path,
    struct sort_name *names, size_t count)
{
	struct sort_name *spare = malloc((count + 1) * sizeof *spare);
	size_t i;

	if (spare == NULL) {
		l->went = DATA_LOCAL;
		return;
	}
	sort_names(names, spare, count);
	free(spare);
	for (i = 0; i < count && l->went == DATA_OK; i++)
		listing_entry(l, dir, path, names[i].text, names[i].text);
}

static bool
is_wanted(const struct listing *l, const char *name, const char *pattern)
{
	if (*name == '.' && (name[1] == '\0' || strcmp(name, "..") == 0 ||
	    upload_hides(name)))
		return false;
	if (pattern != NULL)
		return glob_match(pattern, name);
	return l->all || *name != '.';
}

/* Show what is wanted of the entries that one reading brought. */
static void
show_entries(struct listing *l, int dir, const char *path,
    const char *pattern, const char *entries, size_t size)
{
	struct sort_name *names;
	const struct entry *e;
	size_t at, count = 0;

	names = malloc((size / ENTRY_LEAST + 1) * sizeof *names);
	if (names == NULL) {
		l->went = DATA_LOCAL;
		return;
	}
	for (at = 0; at < size; at += e->len) {
		e = (const struct entry *)(entries + at);
		if (upload_hides(e->name) && !l->s->read_only)
			upload_sweep(dir, e->name);
		if (is_wanted(l, e->name, pattern))
			names[count++].text = e->name;
	}
	show_batch(l, dir, path, names, count);
	free(names);
}

/*
 * One directory.  One below it that is not for this user, or is gone, is shown
 * as empty; but who is told that there is nothing may delete his own copy.
 */
static void
show_path(struct listing *l, const char *path, const char *label,
    const char *pattern, bool below)
{
	char *entries = malloc(BATCH);
	ssize_t n = 0;
	int fd;

	l->label = label;
	fd = path_open(&l->s->root, path, O_RDONLY | O_DIRECTORY, 0);
	if ((fd == -1 && !(below && listing_may_lack())) ||
	    (fd != -1 && entries == NULL))
		l->went = DATA_LOCAL;
	while (fd != -1 && l->went == DATA_OK &&
	    (n = entries_read(fd, entries, BATCH)) > 0)
		show_entries(l, fd, path, pattern, entries, (size_t)n);
	if (n == -1)
		l->went = DATA_LOCAL;
	close_quietly(fd);
	free(entries);
}

void
listing_directory(struct listing *l, const char *path, const char *label,
    const char *pattern)
{
	char below[PATH_SIZE], full[PATH_SIZE];
	size_t at = 0;

	show_path(l, path, label, pattern, false);
	while (l->went == DATA_OK && at < l->later.len) {
		/* A copy: the buffer moves while it grows. */
		const char *next = l->later.s + at;

		at += strlen(next) + 1;
		if (strlen(next) >= sizeof below)
			continue;
		strcpy(below, next);
		if (path_join(full, path, below + strlen(label) + 1) == -1)
			continue;
		listing_label(l, below);
		show_path(l, full, below, NULL, true);
	}
}

enum outcome
listing_end(struct listing *l)
{
	int saved;

	listing_flush(l);
	saved = errno;
	buf_free(&l->out);
	buf_free(&l->later);
	errno = saved;
	return l->went;
}
