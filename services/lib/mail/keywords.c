/* keywords.c - the names behind the letters of keywords: dovecot-keywords */

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "io/close.h"
#include "mail/dotlock.h"
#include "mail/keywords.h"

#define FILE_NAME	"dovecot-keywords"
#define LOCK_NAME	"dovecot-keywords.lock"
#define TMP_NAME	"dovecot-keywords.tmp"

enum { FILE_SIZE = 8192, LOCK_SECONDS = 20 };

/* Read the whole file into text.  Its length, 0 if there is none, or -1. */
static ssize_t
load(int folder, char text[FILE_SIZE], struct stat *st)
{
	ssize_t n, len = 0;
	int fd;

	memset(st, 0, sizeof *st);
	fd = openat(folder, FILE_NAME,
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd == -1)
		return errno == ENOENT ? 0 : -1;
	n = fstat(fd, st);
	while (n != -1 && len < FILE_SIZE - 1) {
		n = read(fd, text + len, (size_t)(FILE_SIZE - 1 - len));
		if (n == 0)
			break;
		if (n > 0)
			len += n;
		else if (errno == EINTR)
			n = 0;
	}
	close_quietly(fd);
	return n == -1 ? -1 : len;
}

/* "<index> <name>" a line; what makes no sense is passed over. */
static void
parse(struct keywords *k, char *text)
{
	char *line, *name, *save = NULL;
	long index;

	memset(k->name, 0, sizeof k->name);
	for (line = strtok_r(text, "\n", &save); line != NULL;
	    line = strtok_r(NULL, "\n", &save)) {
		index = strtol(line, &name, 10);
		if (name == line || *name != ' ' || index < 0 ||
		    index >= KEYWORDS_MAX)
			continue;
		snprintf(k->name[index], KEYWORD_SIZE, "%s", name + 1);
	}
}

static bool
same_file(const struct stat *a, const struct stat *b)
{
	return a->st_ino == b->st_ino && a->st_dev == b->st_dev &&
	    a->st_size == b->st_size &&
	    a->st_ctim.tv_sec == b->st_ctim.tv_sec &&
	    a->st_ctim.tv_nsec == b->st_ctim.tv_nsec;
}

int
keywords_read(struct keywords *k, int folder)
{
	char text[FILE_SIZE];
	struct stat now;
	ssize_t len;

	if (fstatat(folder, FILE_NAME, &now, AT_SYMLINK_NOFOLLOW) == -1) {
		if (errno != ENOENT)
			return -1;
		memset(k, 0, sizeof *k);
		return 0;
	}
	if (same_file(&now, &k->seen))
		return 0;
	len = load(folder, text, &k->seen);
	if (len == -1)
		return -1;
	text[len] = '\0';
	parse(k, text);
	return 0;
}

int
keywords_find(const struct keywords *k, const char *name)
{
	for (int i = 0; i < KEYWORDS_MAX; i++)
		if (k->name[i][0] != '\0' && strcasecmp(k->name[i], name) == 0)
			return i;
	return -1;
}

uint64_t
keywords_named(const struct keywords *k)
{
	uint64_t named = 0;

	for (int i = 0; i < KEYWORDS_MAX; i++)
		if (k->name[i][0] != '\0')
			named |= UINT64_C(1) << i;
	return named;
}

static bool
is_name(const char *name)
{
	size_t len = strlen(name);

	for (const char *p = name; *p != '\0'; p++)
		if (*p <= ' ' || *p > '~')
			return false;
	return len > 0 && len < KEYWORD_SIZE;
}

/* Replace the file by len octets of text, so that they stay. */
static int
replace(int folder, const char *text, size_t len)
{
	int fd = openat(folder, TMP_NAME, O_WRONLY | O_CREAT | O_TRUNC |
	    O_NOFOLLOW | O_CLOEXEC, 0600);
	int status = -1, saved;
	ssize_t n;

	if (fd == -1)
		return -1;
	errno = ENOSPC;		/* if write(2) is short and says nothing */
	n = write(fd, text, len);
	if (n == (ssize_t)len && fsync(fd) == 0 &&
	    renameat(folder, TMP_NAME, folder, FILE_NAME) == 0 &&
	    fsync(folder) == 0)
		status = 0;
	saved = errno;
	close(fd);
	if (status == -1)
		unlinkat(folder, TMP_NAME, 0);
	errno = saved;
	return status;
}

/* With the lock held: the index of the name, added if it must be. */
static int
add_locked(struct keywords *k, int folder, const char *name)
{
	char text[FILE_SIZE], old[FILE_SIZE];
	ssize_t len = load(folder, old, &k->seen);
	int i, n;

	if (len == -1)
		return -1;
	old[len] = '\0';
	memcpy(text, old, (size_t)len + 1);
	parse(k, old);
	i = keywords_find(k, name);
	if (i != -1)
		return i;
	for (i = 0; i < KEYWORDS_MAX && k->name[i][0] != '\0'; i++)
		continue;
	if (i == KEYWORDS_MAX || FILE_SIZE - len < KEYWORD_SIZE + 16) {
		errno = EOVERFLOW;
		return -1;
	}
	n = snprintf(text + len, (size_t)(FILE_SIZE - len), "%s%d %s\n",
	    len > 0 && text[len - 1] != '\n' ? "\n" : "", i, name);
	if (replace(folder, text, (size_t)(len + n)) == -1)
		return -1;
	snprintf(k->name[i], KEYWORD_SIZE, "%s", name);
	memset(&k->seen, 0, sizeof k->seen);
	return i;
}

int
keywords_add(struct keywords *k, int folder, const char *name)
{
	int i;

	if (!is_name(name)) {
		errno = EINVAL;
		return -1;
	}
	if (keywords_read(k, folder) == -1)
		return -1;
	i = keywords_find(k, name);
	if (i != -1)
		return i;
	if (dotlock_take(folder, LOCK_NAME, LOCK_SECONDS) == -1)
		return -1;
	i = add_locked(k, folder, name);
	dotlock_drop(folder, LOCK_NAME);
	return i;
}
