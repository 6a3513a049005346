/* upload.c - temporary names, and the way from them to the file */

#define _GNU_SOURCE	/* copy_file_range(2) and flock(2) */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "io/close.h"
#include "io/log.h"
#include "session.h"
#include "upload.h"

enum { GRACE = 60 };	/* seconds */

bool
upload_hides(const char *name)
{
	return strncmp(name, UPLOAD_PART, strlen(UPLOAD_PART)) == 0;
}

/*
 * Who writes a hidden file holds its lock.  A minute's grace covers the
 * moment between making and locking it.
 */
void
upload_sweep(int dir, const char *name)
{
	struct stat st;
	int fd;

	fd = openat(dir, name, O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd == -1)
		return;
	if (flock(fd, LOCK_EX | LOCK_NB) == 0 && fstat(fd, &st) == 0 &&
	    S_ISREG(st.st_mode) && st.st_mtime < time(NULL) - GRACE &&
	    unlinkat(dir, name, 0) == 0)
		log_line("%s: left by a session that is gone, removed", name);
	close(fd);
}

/* Make the hidden file, locked.  0, or -1 with errno set. */
static int
open_part(struct upload *u, mode_t mode)
{
	static unsigned count;
	struct timespec now;
	int tries = 16;

	do {
		clock_gettime(CLOCK_REALTIME, &now);
		snprintf(u->part, sizeof u->part, UPLOAD_PART "%ld.%lld.%u",
		    (long)getpid(), (long long)now.tv_sec * 1000000 +
		    now.tv_nsec / 1000, count++);
		u->fd = openat(u->dir, u->part, O_WRONLY | O_CREAT | O_EXCL |
		    O_NOFOLLOW | O_CLOEXEC, mode);
	} while (u->fd == -1 && errno == EEXIST && tries-- > 0);
	/* A sweep may have it, but not for long. */
	return u->fd == -1 ? -1 : flock(u->fd, LOCK_EX);
}

/* The first n octets of the old file into the new one. */
static int
copy_head(int from, int to, off_t n)
{
	char block[16384];
	ssize_t got, put, done;

	while (n > 0) {
		got = copy_file_range(from, NULL, to, NULL, (size_t)n, 0);
		if (got <= 0)
			break;
		n -= got;
	}
	while (n > 0) {
		got = read(from, block, n < (off_t)sizeof block ? (size_t)n :
		    sizeof block);
		if (got == -1 && errno == EINTR)
			continue;
		if (got <= 0) {
			errno = got == 0 ? EIO : errno;
			return -1;
		}
		for (done = 0; done < got; done += put) {
			put = write(to, block + done, (size_t)(got - done));
			if (put == -1)
				return -1;
		}
		n -= got;
	}
	return 0;
}

/* The existing file's head under a hidden name. */
static int
open_part_after_head(struct upload *u, mode_t mode, off_t offset)
{
	int old, status;

	old = openat(u->dir, u->name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK |
	    O_CLOEXEC);
	if (old == -1)
		return -1;
	status = open_part(u, mode);
	if (status == 0)
		status = copy_head(old, u->fd, offset);
	close_quietly(old);
	return status;
}

/*
 * The file itself, locked against other sessions, at the offset.  Only under
 * the lock is it known how much there is, and that it is still the file of
 * that name: one that is new and fails is removed.
 */
static int
open_in_place(struct upload *u, mode_t mode, off_t offset, bool at_end)
{
	struct stat st;

	u->fd = openat(u->dir, u->name, O_WRONLY | O_NOFOLLOW | O_NONBLOCK |
	    O_CLOEXEC | (u->fresh ? O_CREAT | O_EXCL : 0), mode);
	if (u->fd == -1 && errno == EEXIST && !u->unique)
		errno = EAGAIN;
	if (u->fd == -1 || flock(u->fd, LOCK_EX | LOCK_NB) == -1 ||
	    fstat(u->fd, &st) == -1)
		return -1;
	if (!S_ISREG(st.st_mode) || st.st_nlink == 0) {
		errno = st.st_nlink == 0 ? EAGAIN : EEXIST;
		return -1;
	}
	if (offset > st.st_size) {
		errno = ESPIPE;
		return -1;
	}
	u->keep = at_end ? st.st_size : offset;
	return lseek(u->fd, u->keep, SEEK_SET) == -1 ? -1 : 0;
}

/* Decide how path is to be written; u->dir and u->name are set. */
static int
open_as_asked(const struct session *s, struct upload *u, enum upload_how how,
    off_t offset)
{
	struct stat st = { .st_size = 0 };
	bool exists;

	exists = fstatat(u->dir, u->name, &st, AT_SYMLINK_NOFOLLOW) == 0;
	if (!exists && errno != ENOENT)
		return -1;
	if (exists && (!S_ISREG(st.st_mode) || how == UPLOAD_UNIQUE)) {
		errno = EEXIST;
		return -1;
	}
	if (offset > st.st_size) {
		errno = ESPIPE;
		return -1;
	}
	u->fresh = !exists;
	u->unique = how == UPLOAD_UNIQUE;
	u->old = st.st_size;
	u->start = how == UPLOAD_APPEND ? st.st_size : offset;
	/* What a guest leaves is not to be read by the next one. */
	if (u->unique || how == UPLOAD_APPEND || s->settings.upload_direct ||
	    (offset > 0 && offset == st.st_size))
		return open_in_place(u, s->anonymous ? 0200 : 0666, offset,
		    how == UPLOAD_APPEND);
	/* A file that may not be written to is not replaced either. */
	if (exists && faccessat(u->dir, u->name, W_OK, 0) == -1)
		return -1;
	if ((offset == 0 ? open_part(u, 0666) :
	    open_part_after_head(u, 0666, offset)) == -1)
		return -1;
	return exists ? fchmod(u->fd, st.st_mode & 0777) : 0;
}

int
upload_open(struct session *s, struct upload *u, const char *path,
    enum upload_how how, off_t offset)
{
	int saved;

	memset(u, 0, sizeof *u);
	u->fd = -1;
	u->dir = path_parent(&s->root, path, &u->name);
	if (u->dir == -1)
		return -1;
	errno = EPERM;
	if (!upload_hides(u->name) &&
	    open_as_asked(s, u, how, offset) == 0)
		return 0;
	saved = errno;
	upload_drop(u, true);
	errno = saved;
	return -1;
}

int
upload_begin(struct upload *u)
{
	if (u->part[0] != '\0')
		return 0;
	u->begun = true;
	return ftruncate(u->fd, u->keep);
}

/* One that we may not read, a drop box, cannot be synced either. */
static int
sync_directory(int dir)
{
	return fsync(dir) == 0 || errno == EBADF ? 0 : -1;
}

static void
close_all(struct upload *u)
{
	if (u->fd != -1)
		close(u->fd);
	if (u->dir != -1)
		close(u->dir);
	u->fd = u->dir = -1;
}

int
upload_commit(struct session *s, struct upload *u)
{
	int saved;

	if ((!s->settings.sync || fsync(u->fd) == 0) &&
	    (u->part[0] == '\0' ||
	    renameat(u->dir, u->part, u->dir, u->name) == 0)) {
		u->part[0] = '\0';
		if (!s->settings.sync || sync_directory(u->dir) == 0) {
			close_all(u);
			return 0;
		}
	}
	saved = errno;
	upload_drop(u, true);
	errno = saved;
	return -1;
}

void
upload_drop(struct upload *u, bool kept)
{
	if (u->fd == -1)
		;	/* nothing was made */
	else if (u->part[0] != '\0')
		unlinkat(u->dir, u->part, 0);
	else if (u->fresh && (u->unique || !kept))
		unlinkat(u->dir, u->name, 0);
	else if (!kept && u->begun && ftruncate(u->fd, u->keep) == -1)
		log_errno("%s", u->name);
	close_all(u);
}
