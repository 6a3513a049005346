/* use.c - the file labnet.use: an attribute a line */

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "io/buf.h"
#include "mail/folder.h"
#include "use.h"

#define FILE_NAME	"labnet.use"

static const char *const uses[] = { "\\Archive", "\\Drafts", "\\Junk",
    "\\Sent", "\\Trash", "\\Important" /* RFC 8457 */ };

enum {
	USES = sizeof uses / sizeof *uses,
	NAMED = USES - 1,	/* that a name alone may say */
	FILE_MAX = 256
};

unsigned
use_named(const struct text *t)
{
	for (unsigned i = 0; i < USES; i++)
		if (strlen(uses[i]) == t->n &&
		    strncasecmp(uses[i], t->s, t->n) == 0)
			return 1u << i;
	return 0;
}

const char *
use_next(unsigned *left)
{
	for (unsigned i = 0; i < USES; i++)
		if ((*left & 1u << i) != 0) {
			*left &= ~(1u << i);
			return uses[i];
		}
	return NULL;
}

/* The file in the folder's directory; false if the name cannot be one. */
static bool
path_of(char path[MAILDIR_NAME_SIZE], const char *name)
{
	char dir[MAILDIR_NAME_SIZE];
	int n;

	if (folder_dir(dir, name) == -1)
		return false;
	n = snprintf(path, MAILDIR_NAME_SIZE, "%s/" FILE_NAME, dir);
	return n > 0 && n < MAILDIR_NAME_SIZE;
}

static unsigned
parse(char *text)
{
	unsigned found = 0;
	struct text t;
	char *rest;

	for (t.s = strtok_r(text, " \n", &rest); t.s != NULL;
	    t.s = strtok_r(NULL, " \n", &rest)) {
		t.n = strlen(t.s);
		found |= use_named(&t);
	}
	return found;
}

unsigned
use_get(int root, const char *name)
{
	char path[MAILDIR_NAME_SIZE], text[FILE_MAX];
	ssize_t n = -1;
	int fd = -1;

	if (path_of(path, name))
		fd = openat(root, path,
		    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd != -1) {
		n = read(fd, text, sizeof text - 1);
		close(fd);
	}
	if (n >= 0) {
		text[n] = '\0';
		return parse(text);
	}
	for (unsigned i = 0; i < NAMED; i++)
		if (strcasecmp(name, uses[i] + 1) == 0)
			return 1u << i;
	return 0;
}

int
use_set(int root, const char *name, unsigned given)
{
	struct buf b = { .limit = FILE_MAX };
	char path[MAILDIR_NAME_SIZE];
	const char *word;
	int fd, status = -1, saved;

	if (!path_of(path, name)) {
		errno = EINVAL;
		return -1;
	}
	while ((word = use_next(&given)) != NULL)
		if (buf_format(&b, "%s\n", word) == -1)
			return -1;
	fd = openat(root, path,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd != -1 && write(fd, b.s, b.len) == (ssize_t)b.len)
		status = fsync(fd);
	saved = errno;
	if (fd != -1)
		close(fd);
	buf_free(&b);
	errno = saved;
	return status;
}
