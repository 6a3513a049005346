/* folder_list.c - which folders there are, and which a user wants to see */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/buf.h"
#include "io/close.h"
#include "mail/dotlock.h"
#include "mail/folder.h"

#define SUBSCRIPTIONS	"subscriptions"
#define LOCK_NAME	"subscriptions.lock"
#define TMP_NAME	"subscriptions.tmp"

/*
 * Dovecot's second version of the file: a head, and tabs between the levels
 * of a name.  Both are read; what is written is of the version found.
 */
#define HEAD2		"V\t2\n\n"

enum { LOCK_SECONDS = 20, FILE_MAX = 1 << 20 };

void
folder_list_free(struct folder_list *l)
{
	for (size_t i = 0; i < l->count; i++)
		free(l->name[i]);
	free(l->name);
	*l = (struct folder_list){ NULL, 0 };
}

bool
folder_list_has(const struct folder_list *l, const char *name)
{
	for (size_t i = 0; i < l->count; i++)
		if (strcmp(l->name[i], name) == 0)
			return true;
	return false;
}

static int
add(struct folder_list *l, const char *name)
{
	char **more;

	if ((l->count & (l->count - 1)) == 0) {
		more = realloc(l->name,
		    (l->count == 0 ? 1 : 2 * l->count) * sizeof *more);
		if (more == NULL)
			return -1;
		l->name = more;
	}
	l->name[l->count] = strdup(name);
	return l->name[l->count] == NULL ? -1 : (l->count++, 0);
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void
sort(struct folder_list *l)
{
	if (l->count > 1)
		qsort(l->name, l->count, sizeof *l->name, by_name);
}

int
folder_list(int root, struct folder_list *l)
{
	int fd = openat(root, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd == -1 ? NULL : fdopendir(fd);
	struct dirent *e;
	int status = 0, saved;

	*l = (struct folder_list){ NULL, 0 };
	if (d == NULL) {
		if (fd != -1)
			close(fd);
		return -1;
	}
	while (status == 0 && (e = readdir(d)) != NULL)
		if (e->d_name[0] == '.' && folder_exists(root, e->d_name + 1) &&
		    strcasecmp(e->d_name + 1, "INBOX") != 0)
			status = add(l, e->d_name + 1);
	saved = errno;
	closedir(d);
	if (status == -1)
		folder_list_free(l);
	sort(l);
	errno = saved;
	return status;
}

/* The whole file, closed by NUL; empty if there is none. */
static int
load(int root, struct buf *text)
{
	int fd = openat(root, SUBSCRIPTIONS,
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	ssize_t n;

	if (fd == -1)
		return errno == ENOENT ? buf_text(text, "") : -1;
	do {
		if (buf_reserve(text, 4096) == -1) {
			n = -1;
			break;
		}
		n = read(fd, text->s + text->len, 4096);
		if (n > 0)
			text->len += (size_t)n;
	} while (n > 0 || (n == -1 && errno == EINTR));
	close_quietly(fd);
	return n == -1 ? -1 : buf_text(text, "");
}

static bool
is_version2(const char *text)
{
	return strncmp(text, HEAD2, strlen(HEAD2)) == 0;
}

static int
parse(struct folder_list *l, char *text)
{
	bool v2 = is_version2(text);
	char *line, *save = NULL;

	text += v2 ? strlen(HEAD2) : 0;
	for (line = strtok_r(text, "\n", &save); line != NULL;
	    line = strtok_r(NULL, "\n", &save)) {
		for (char *p = line; v2 && *p != '\0'; p++)
			if (*p == '\t')
				*p = '.';
		if (folder_name_ok(line) && !folder_list_has(l, line) &&
		    add(l, line) == -1)
			return -1;
	}
	return 0;
}

int
folder_subscriptions(int root, struct folder_list *l)
{
	struct buf text = { .limit = FILE_MAX };
	int status;

	*l = (struct folder_list){ NULL, 0 };
	status = load(root, &text);
	if (status == 0)
		status = parse(l, text.s);
	if (status == -1)
		folder_list_free(l);
	sort(l);
	buf_free(&text);
	return status;
}

/* The list as a file of the given version. */
static int
format(struct buf *text, const struct folder_list *l, bool v2,
    const char *without)
{
	if (v2 && buf_text(text, HEAD2) == -1)
		return -1;
	for (size_t i = 0; i < l->count; i++) {
		size_t start = text->len;

		if (strcmp(l->name[i], without) == 0)
			continue;
		if (buf_format(text, "%s\n", l->name[i]) == -1)
			return -1;
		for (; v2 && start < text->len; start++)
			if (text->s[start] == '.')
				text->s[start] = '\t';
	}
	return 0;
}

static int
replace(int root, const struct buf *text)
{
	int fd = openat(root, TMP_NAME, O_WRONLY | O_CREAT | O_TRUNC |
	    O_NOFOLLOW | O_CLOEXEC, 0600);
	int status = -1, saved;

	if (fd == -1)
		return -1;
	errno = ENOSPC;		/* if write(2) is short and says nothing */
	if ((text->len == 0 ||
	    write(fd, text->s, text->len) == (ssize_t)text->len) &&
	    fsync(fd) == 0 &&
	    renameat(root, TMP_NAME, root, SUBSCRIPTIONS) == 0 &&
	    fsync(root) == 0)
		status = 0;
	saved = errno;
	close(fd);
	if (status == -1)
		unlinkat(root, TMP_NAME, 0);
	errno = saved;
	return status;
}

/* With the lock held. */
static int
change(int root, const char *name, bool yes)
{
	struct buf old = { .limit = FILE_MAX }, new = { .limit = FILE_MAX };
	struct folder_list l = { NULL, 0 };
	int status = load(root, &old), saved;
	bool v2 = status == 0 && is_version2(old.s);

	if (status == 0)
		status = parse(&l, old.s);
	if (status == 0 && yes && !folder_list_has(&l, name))
		status = add(&l, name);
	if (status == 0)
		status = format(&new, &l, v2, yes ? "" : name);
	if (status == 0)
		status = replace(root, &new);
	saved = errno;
	folder_list_free(&l);
	buf_free(&old);
	buf_free(&new);
	errno = saved;
	return status;
}

int
folder_subscribe(int root, const char *name, bool yes)
{
	int status;

	if (!folder_name_ok(name)) {
		errno = EINVAL;
		return -1;
	}
	if (dotlock_take(root, LOCK_NAME, LOCK_SECONDS) == -1)
		return -1;
	status = change(root, name, yes);
	dotlock_drop(root, LOCK_NAME);
	return status;
}
