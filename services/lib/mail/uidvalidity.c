/*
 * uidvalidity.c - values that no folder of a maildir had
 *
 * Dovecot's way: the maildir holds an empty file dovecot-uidvalidity.XXXXXXXX
 * whose eight hexadecimal digits are the last value given.  Renaming it to
 * the next is atomic, so nobody needs a lock and no value is given twice.
 */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "mail/uidlist.h"

#define PREFIX	"dovecot-uidvalidity."

enum { NAME_SIZE = sizeof PREFIX + 8, TRIES = 100 };

static void
make_name(char name[NAME_SIZE], uint32_t value)
{
	snprintf(name, NAME_SIZE, PREFIX "%08lx", (unsigned long)value);
}

/* The largest value that a name says: 0 if none does; -1 on failure. */
static int64_t
largest(int root)
{
	int fd = openat(root, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	const size_t len = strlen(PREFIX);
	struct dirent *e;
	int64_t max = 0, n;
	char *end;
	DIR *d;

	if (fd == -1)
		return -1;
	d = fdopendir(fd);
	if (d == NULL) {
		close(fd);
		return -1;
	}
	while ((e = readdir(d)) != NULL)
		if (strncmp(e->d_name, PREFIX, len) == 0 &&
		    strlen(e->d_name) == len + 8) {
			n = strtoll(e->d_name + len, &end, 16);
			if (*end == '\0' && n > max)
				max = n;
		}
	closedir(d);
	return max;
}

/* Take the step from old to new; -1 with ENOENT or EEXIST: lost a race. */
static int
step(int root, int64_t old, uint32_t new)
{
	char from[NAME_SIZE], to[NAME_SIZE];
	int fd;

	make_name(to, new);
	if (old > 0) {
		make_name(from, (uint32_t)old);
		return renameat(root, from, root, to);
	}
	fd = openat(root, to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0444);
	if (fd == -1)
		return -1;
	close(fd);
	return 0;
}

int
uidvalidity_new(int root, uint32_t *value)
{
	int64_t old, now;

	for (int i = 0; i < TRIES; i++) {
		old = largest(root);
		if (old == -1)
			return -1;
		now = time(NULL);
		if (now <= old)
			now = old + 1;
		if (now <= 0 || now > UINT32_MAX) {
			errno = EOVERFLOW;
			return -1;
		}
		if (step(root, old, (uint32_t)now) == 0) {
			/*
			 * Not synced: after a power cut the clock has gone on,
			 * and it is the clock that counts.
			 */
			*value = (uint32_t)now;
			return 0;
		}
		if (errno != ENOENT && errno != EEXIST)
			return -1;
	}
	errno = EAGAIN;
	return -1;
}
