/* lines.c - the lines of a listing, gathered and sent */

#define _GNU_SOURCE	/* O_PATH */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "columns.h"
#include "listing.h"
#include "session.h"

enum {
	PIECE = 64 << 10,	/* octets gathered before they are sent */
	/* A prefix, facts or columns, a name as typed, what a link holds. */
	LINE_MOST = PATH_SIZE + COLUMNS_SIZE + FACTS_SIZE + CONTROL_LINE +
	    PATH_SIZE + 16
};

void
listing_flush(struct listing *l)
{
	if (l->went != DATA_OK || l->out.len == 0)
		return;
	if (l->in_reply)
		output_bytes(&l->s->control.out, l->out.s, l->out.len);
	else
		l->went = data_send(l->s, l->out.s, l->out.len);
	buf_clear(&l->out);
}

/* Where the next line goes, with room for it; NULL if there is none. */
static char *
start_line(struct listing *l)
{
	if (l->went == DATA_OK && buf_reserve(&l->out, LINE_MOST) == -1)
		l->went = DATA_LOCAL;
	return l->went == DATA_OK ? l->out.s + l->out.len : NULL;
}

static void
end_line(struct listing *l, char *end)
{
	*end++ = '\r';
	*end++ = '\n';
	l->out.len = (size_t)(end - l->out.s);
	if (l->out.len >= PIECE)
		listing_flush(l);
}

/* A name, so that it stays on its line; its end. */
static char *
put_name(char *to, const char *name)
{
	for (; *name != '\0'; name++)
		*to++ = (unsigned char)*name < ' ' || *name == 127 ? '?' :
		    *name;
	return to;
}

void
listing_text(struct listing *l, const char *facts, const char *name)
{
	char *to = start_line(l);

	if (to != NULL)
		end_line(l, put_name(stpcpy(to, facts), name));
}

void
listing_label(struct listing *l, const char *label)
{
	char *to = start_line(l);

	if (to != NULL)
		end_line(l, stpcpy(put_name(stpcpy(to, "\r\n"), label), ":"));
}

static char *
put_long(const struct listing *l, char *to, int dir, const char *name,
    const char *shown, const struct stat *st)
{
	char target[PATH_SIZE];
	ssize_t n;

	to = put_name(columns_text(l->s, st, l->now, to), shown);
	if (!S_ISLNK(st->st_mode))
		return to;
	n = readlinkat(dir, name, target, sizeof target - 1);
	if (n <= 0)
		return to;
	target[n] = '\0';
	return put_name(stpcpy(to, " -> "), target);
}

/* Facts are those of what a link leads to, if it leads to anything. */
static char *
put_facts(const struct listing *l, char *to, const char *path,
    const char *name, struct stat *st)
{
	char full[PATH_SIZE];
	int fd;

	if (S_ISLNK(st->st_mode) && path_join(full, path, name) == 0) {
		fd = path_open(&l->s->root, full, O_PATH, 0);
		if (fd != -1) {
			fstat(fd, st);
			close(fd);
		}
	}
	return put_name(facts_line(l->s, st, NULL, true, to), name);
}

void
listing_entry(struct listing *l, int dir, const char *path, const char *name,
    const char *shown)
{
	struct stat st;
	char *to;

	st.st_mode = 0;
	if ((l->style != LISTING_NAMES || l->recursive) &&
	    fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == -1) {
		if (!listing_may_lack())
			l->went = DATA_LOCAL;
		return;
	}
	to = start_line(l);
	if (to == NULL)
		return;
	if (l->in_reply)
		*to++ = ' ';
	if (l->style == LISTING_LONG)
		to = put_long(l, to, dir, name, shown, &st);
	else if (l->style == LISTING_FACTS)
		to = put_facts(l, to, path, name, &st);
	else
		to = put_name(stpcpy(to, l->prefix), shown);
	end_line(l, to);
	/* More directories than fit are not gone into. */
	if (l->recursive && S_ISDIR(st.st_mode) &&
	    buf_format(&l->later, "%s/%s", l->label, name) == 0)
		(void)buf_add(&l->later, "", 1);
}
