/* list.c - LIST, NLST and STAT with a path */

#define _GNU_SOURCE	/* O_PATH */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "commands.h"
#include "glob.h"
#include "listing.h"
#include "session.h"

/* What LIST is asked to show. */
struct wish {
	enum { WISH_DIRECTORY, WISH_ENTRY, WISH_PATTERN } kind;
	bool		 all, recursive, itself;
	const char	*shown;			/* as the client named it */
	const char	*last;			/* of that, or the pattern */
	char		 path[PATH_SIZE];	/* directory, or entry */
};

/*
 * Take options like ls(1)'s off the argument; those that make no difference
 * here are passed over, as clients send all sorts.  "--" ends them.
 */
static char *
take_options(struct wish *w, char *arg)
{
	size_t n;

	while (*arg == '-' && arg[1] != '\0') {
		n = strcspn(arg, " ");
		if (strncmp(arg, "--", n) == 0) {
			arg += n;
			return arg + strspn(arg, " ");
		}
		w->all |= memchr(arg, 'a', n) != NULL ||
		    memchr(arg, 'A', n) != NULL;
		w->recursive |= memchr(arg, 'R', n) != NULL;
		w->itself |= memchr(arg, 'd', n) != NULL;
		arg += n;
		arg += strspn(arg, " ");
	}
	return arg;
}

/* The last component is a pattern: what holds it becomes the path. */
static bool
is_pattern(const struct session *s, struct wish *w, const char *arg)
{
	char dir[PATH_SIZE];
	const char *slash = strrchr(arg, '/');
	size_t n = slash == NULL ? 0 : (size_t)(slash - arg) + 1;

	w->last = arg + n;
	if (!glob_is_pattern(w->last) || n >= sizeof dir)
		return false;
	memcpy(dir, arg, n);
	dir[n] = '\0';
	w->kind = WISH_PATTERN;
	return path_join(w->path, s->cwd, dir) == 0;
}

/* Find out what arg names.  0, or -1 with errno set. */
static int
resolve(struct session *s, struct wish *w, char *arg)
{
	struct stat st;
	int fd, status;

	w->shown = arg;
	if (path_join(w->path, s->cwd, arg) == -1)
		return -1;
	fd = path_open(&s->root, w->path, O_PATH, 0);
	if (fd == -1 && is_pattern(s, w, arg))
		fd = path_open(&s->root, w->path, O_PATH | O_DIRECTORY, 0);
	else if (fd == -1 && errno == ELOOP)
		fd = path_open(&s->root, w->path, O_PATH | O_NOFOLLOW, 0);
	if (fd == -1)
		return -1;
	status = fstat(fd, &st);
	if (status == 0 && S_ISDIR(st.st_mode) && w->kind != WISH_PATTERN)
		w->kind = w->itself ? WISH_ENTRY : WISH_DIRECTORY;
	else if (w->kind != WISH_PATTERN)
		w->kind = WISH_ENTRY;
	if (status == 0 && w->kind != WISH_ENTRY)
		status = faccessat(fd, ".", R_OK | X_OK, 0);
	close(fd);
	return status;
}

/* The file itself, or with -d the directory itself. */
static void
show_entry(struct listing *l, const struct wish *w)
{
	const char *last;
	int dir = path_parent(&l->s->root, w->path, &last);

	if (dir == -1 && w->path[1] == '\0') {
		dir = path_open(&l->s->root, "/", O_PATH, 0);
		last = ".";
	}
	if (dir == -1) {
		l->went = DATA_LOCAL;
		return;
	}
	listing_entry(l, dir, w->path, last,
	    *w->shown == '\0' ? "." : w->shown);
	close(dir);
}

/*
 * Show it all.  Names alone carry the directory that the client gave, so
 * that each is good for RETR (RFC 1123 4.1.2.7).
 */
static void
show(struct listing *l, const struct wish *w)
{
	char prefix[PATH_SIZE];
	size_t n = strlen(w->shown);

	if (w->kind == WISH_PATTERN)
		n = (size_t)(w->last - w->shown);
	l->all = w->all;
	l->recursive = w->recursive && w->kind == WISH_DIRECTORY &&
	    l->style == LISTING_LONG;
	if (l->style == LISTING_NAMES && n + 2 < sizeof prefix) {
		memcpy(prefix, w->shown, n);
		if (n > 0 && prefix[n - 1] != '/')
			prefix[n++] = '/';
		prefix[n] = '\0';
		l->prefix = w->kind == WISH_ENTRY ? "" : prefix;
	}
	if (w->kind == WISH_ENTRY)
		show_entry(l, w);
	else
		listing_directory(l, w->path,
		    *w->shown == '\0' ? "." : w->shown,
		    w->kind == WISH_PATTERN ? w->last : NULL);
	l->prefix = "";
}

static void
list(struct session *s, char *arg, const char *verb, enum listing_style style)
{
	struct wish w = { 0 };
	struct listing l;
	enum outcome went;

	s->restart = 0;
	if (resolve(s, &w, take_options(&w, arg)) == -1) {
		reply(s, 450, "%s: %s.", w.shown, strerror(errno));
		return;
	}
	if (!data_open(s, verb, "Here comes the directory listing."))
		return;
	listing_init(&l, s, style);
	show(&l, &w);
	went = listing_end(&l);
	if (went == DATA_OK)
		went = data_end(s);
	data_close(s, went, "Directory send OK.");
}

void
cmd_list(struct session *s, char *arg)
{
	list(s, arg, "LIST", LISTING_LONG);
}

void
cmd_nlst(struct session *s, char *arg)
{
	list(s, arg, "NLST", LISTING_NAMES);
}

static void
stat_session(struct session *s)
{
	reply_more(s, 211, "Status");
	reply_inner(s, "Connected from %s", peer_name(&s->peer));
	reply_inner(s, "Logged in as %s",
	    s->user[0] == '\0' ? "nobody in particular" : s->user);
	reply_inner(s, "TYPE: %s, STRU: F, MODE: S", s->ascii ? "A N" : "I");
	reply_inner(s, "Data connection: %s",
	    s->data.mode == DATA_PASSIVE ? "passive" :
	    s->data.mode == DATA_ACTIVE ? "active" : "none agreed on");
	reply_inner(s, "Idle timeout: %ld seconds",
	    s->settings.idle_seconds);
	reply(s, 211, "End of status.");
}

void
cmd_stat(struct session *s, char *arg)
{
	struct wish w = { 0 };
	struct listing l;
	int code;

	if (*arg == '\0') {
		stat_session(s);
		return;
	}
	if (resolve(s, &w, take_options(&w, arg)) == -1) {
		reply(s, 450, "%s: %s.", w.shown, strerror(errno));
		return;
	}
	code = w.kind == WISH_ENTRY ? 213 : 212;
	reply_more(s, code, "Status of %s", w.shown);
	listing_init(&l, s, LISTING_LONG);
	l.in_reply = true;
	show(&l, &w);
	if (listing_end(&l) == DATA_OK)
		reply(s, code, "End of status.");
	else
		reply(s, code, "Broken off: %s.", strerror(errno));
}
