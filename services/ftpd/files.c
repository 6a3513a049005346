/* files.c - names of files, and what is done to one without its content */

#define _GNU_SOURCE	/* O_PATH */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ascii.h"
#include "commands.h"
#include "home.h"
#include "io/close.h"
#include "session.h"
#include "times.h"
#include "upload.h"

/* Counting an ASCII size reads the file: larger ones are not worth it. */
enum { ASCII_SIZE_MAX = 16 << 20 };

bool
path_for(struct session *s, const char *arg, int code, char *path)
{
	if (path_join(path, s->cwd, arg) == 0)
		return true;
	reply(s, code, "%s.", strerror(errno));
	return false;
}

/* "." and "..", which name a place and no entry in it. */
static bool
is_dots(const char *arg)
{
	const char *slash = strrchr(arg, '/');
	const char *last = slash == NULL ? arg : slash + 1;

	return strcmp(last, ".") == 0 || strcmp(last, "..") == 0;
}

bool
path_for_change(struct session *s, const char *arg, int code, char *path)
{
	if (s->read_only) {
		reply(s, code, "Permission denied: this login may only read.");
		return false;
	}
	if (is_dots(arg)) {
		reply(s, code, "%s: Not a name of its own.", arg);
		return false;
	}
	return path_for(s, arg, code, path);
}

int
parent_for_change(struct session *s, const char *arg, char *path,
    const char **last)
{
	int dir;

	if (!path_for_change(s, arg, 550, path))
		return -1;
	dir = path_parent(&s->root, path, last);
	if (dir == -1)
		reply_errno(s, 550, arg);
	return dir;
}

bool
path_is_incoming(const struct session *s, const char *path)
{
	const char *dir = s->settings.incoming;
	size_t n = strlen(dir);

	return s->anonymous && n > 0 && strncmp(path, dir, n) == 0 &&
	    (path[n] == '/' || path[n] == '\0');
}

int
file_open(const struct session *s, const char *path, int flags,
    struct stat *st)
{
	int fd, status;

	if (path_is_incoming(s, path)) {
		errno = EACCES;
		return -1;
	}
	fd = path_open(&s->root, path, flags | O_NONBLOCK | O_NOCTTY, 0);
	if (fd == -1)
		return -1;
	status = fstat(fd, st);
	if (status == 0 && S_ISREG(st->st_mode))
		return fd;
	if (status == 0)
		errno = S_ISDIR(st->st_mode) ? EISDIR : EACCES;
	status = errno;
	close(fd);
	errno = status;
	return -1;
}

/* A directory that looks empty may hold what a killed session left. */
static void
sweep(const struct session *s, const char *path)
{
	struct dirent *e;
	DIR *d = NULL;
	int fd;

	fd = path_open(&s->root, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
	if (fd != -1)
		d = fdopendir(fd);
	if (d == NULL) {
		if (fd != -1)
			close(fd);
		return;
	}
	while ((e = readdir(d)) != NULL)
		if (upload_hides(e->d_name))
			upload_sweep(fd, e->d_name);
	closedir(d);
}

/* For DELE and RMD, whose difference is one flag. */
static void
unlink_named(struct session *s, const char *arg, int flag, const char *done)
{
	char path[PATH_SIZE];
	const char *last;
	int dir, status;

	dir = parent_for_change(s, arg, path, &last);
	if (dir == -1)
		return;
	status = unlinkat(dir, last, flag);
	if (status == -1 && errno == ENOTEMPTY) {
		sweep(s, path);
		status = unlinkat(dir, last, flag);
	}
	close_quietly(dir);
	if (status == -1) {
		reply_errno(s, 550, arg);
		return;
	}
	home_forget(s);
	reply(s, 250, "%s", done);
}

void
cmd_dele(struct session *s, char *arg)
{
	unlink_named(s, arg, 0, "File deleted.");
}

void
cmd_rmd(struct session *s, char *arg)
{
	unlink_named(s, arg, AT_REMOVEDIR, "Directory removed.");
}

void
cmd_rnfr(struct session *s, char *arg)
{
	char path[PATH_SIZE];
	struct stat st;
	const char *last;
	int dir, status;

	dir = parent_for_change(s, arg, path, &last);
	if (dir == -1)
		return;
	status = fstatat(dir, last, &st, AT_SYMLINK_NOFOLLOW);
	close_quietly(dir);
	if (status == -1) {
		reply_errno(s, 550, arg);
		return;
	}
	strcpy(s->rename_from, path);
	s->state = RENAMING;
	reply(s, 350, "Ready for destination name.");
}

/* Rename from one virtual path to another.  0, or -1 with errno set. */
static int
rename_path(const struct root *root, const char *from, const char *to)
{
	const char *from_last, *to_last;
	int from_dir, to_dir, status = -1;

	from_dir = path_parent(root, from, &from_last);
	if (from_dir == -1)
		return -1;
	to_dir = path_parent(root, to, &to_last);
	if (to_dir != -1 && upload_hides(to_last))
		errno = EPERM;		/* it would be swept away */
	else if (to_dir != -1)
		status = renameat(from_dir, from_last, to_dir, to_last);
	close_quietly(to_dir);
	close_quietly(from_dir);
	return status;
}

void
cmd_rnto(struct session *s, char *arg)
{
	char path[PATH_SIZE];

	if (!path_for_change(s, arg, 553, path))
		return;
	if (rename_path(&s->root, s->rename_from, path) == -1) {
		reply_errno(s, 553, arg);
		return;
	}
	home_forget(s);
	reply(s, 250, "File renamed.");
}

/* RFC 3659 4: the octets that RETR would send now. */
void
cmd_size(struct session *s, char *arg)
{
	char path[PATH_SIZE];
	struct stat st;
	off_t size;
	int fd;

	if (!path_for(s, arg, 550, path))
		return;
	fd = file_open(s, path, O_RDONLY, &st);
	if (fd == -1) {
		reply_errno(s, 550, arg);
	} else if (!s->ascii) {
		reply(s, 213, "%lld", (long long)st.st_size);
	} else if (st.st_size > ASCII_SIZE_MAX) {
		reply(s, 550, "Too large to count in TYPE A.");
	} else {
		size = ascii_size(fd);
		if (size == -1)
			reply_errno(s, 550, arg);
		else
			reply(s, 213, "%lld", (long long)size);
	}
	if (fd != -1)
		close(fd);
}

void
cmd_mdtm(struct session *s, char *arg)
{
	char path[PATH_SIZE], stamp[TIME_TEXT];
	struct stat st;
	int fd;

	if (!path_for(s, arg, 550, path))
		return;
	fd = path_open(&s->root, path, O_PATH, 0);
	if (fd == -1 || fstat(fd, &st) == -1) {
		reply_errno(s, 550, arg);
	} else {
		time_text(stamp, st.st_mtime);
		reply(s, 213, "%s", stamp);
	}
	if (fd != -1)
		close(fd);
}
