/* edit.c - etc/passwd is replaced whole, under a lock, or not at all */

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "account.h"

#define LOCK_FILE	ACCOUNT_FILE ".lock"
#define NEW_FILE	ACCOUNT_FILE ".new"

/* The new file may be read by whom the old one could. */
static int
take_owner(int to, int from)
{
	struct stat st;

	if (fstat(from, &st) == -1 || fchmod(to, st.st_mode & 0640) == -1)
		return -1;
	return geteuid() == 0 ? fchown(to, st.st_uid, st.st_gid) : 0;
}

int
edit_begin(struct edit *e)
{
	int fd;

	e->from.fd = -1;
	e->to = NULL;
	e->lock = open(LOCK_FILE, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW,
	    0600);
	if (e->lock == -1 || flock(e->lock, LOCK_EX) == -1) {
		warn("%s", LOCK_FILE);
		return -1;
	}
	if (conf_open(&e->from, ACCOUNT_FILE) == -1) {
		warn("%s", ACCOUNT_FILE);
		return -1;
	}
	/* Left by one that was killed: nobody else holds the lock. */
	if (unlink(NEW_FILE) == -1 && errno != ENOENT) {
		warn("%s", NEW_FILE);
		return -1;
	}
	fd = open(NEW_FILE, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd == -1 || (e->to = fdopen(fd, "w")) == NULL ||
	    take_owner(fd, e->from.fd) == -1) {
		warn("%s", NEW_FILE);
		return -1;
	}
	return 0;
}

void
edit_put(struct edit *e, const struct account *a)
{
	fprintf(e->to, "%s:%s:%lu:%lu:%s:%s:/bin/false\n", a->name, a->hash,
	    (unsigned long)a->uid, (unsigned long)a->gid, a->comment, a->home);
}

static int
sync_directory(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int status = fd == -1 ? -1 : fsync(fd);

	if (fd != -1)
		close(fd);
	return status;
}

int
edit_commit(struct edit *e)
{
	FILE *to = e->to;

	e->to = NULL;
	if (ferror(to) || fflush(to) == EOF || fsync(fileno(to)) == -1) {
		warn("%s", NEW_FILE);
		fclose(to);
		return -1;
	}
	if (fclose(to) == EOF || rename(NEW_FILE, ACCOUNT_FILE) == -1 ||
	    sync_directory("etc") == -1) {
		warn("%s", ACCOUNT_FILE);
		return -1;
	}
	return 0;
}

void
edit_abandon(struct edit *e)
{
	if (e->to != NULL) {
		fclose(e->to);
		unlink(NEW_FILE);
	}
	if (e->from.fd != -1)
		conf_close(&e->from);
	if (e->lock != -1)
		close(e->lock);
}
