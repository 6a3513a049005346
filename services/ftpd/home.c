/* home.c - a walk through the home, directory by directory */

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/buf.h"
#include "io/log.h"
#include "home.h"
#include "session.h"

enum {
	MIB = 1 << 20,
	LATER_MAX = 16 << 20	/* octets of paths of directories to come */
};

/* The sizes of one directory's files; its directories go to later. */
static off_t
directory_size(int fd, DIR *d, const char *path, struct buf *later)
{
	struct dirent *e;
	struct stat st;
	off_t total = 0;

	while ((e = readdir(d)) != NULL) {
		if (strcmp(e->d_name, ".") == 0 ||
		    strcmp(e->d_name, "..") == 0 ||
		    fstatat(fd, e->d_name, &st, AT_SYMLINK_NOFOLLOW) == -1)
			continue;
		if (S_ISREG(st.st_mode))
			total += st.st_size;
		else if (S_ISDIR(st.st_mode) &&
		    (buf_format(later, "%s/%s", path, e->d_name) == -1 ||
		    buf_add(later, "", 1) == -1))
			log_line("quota: %s/%s: not counted", path, e->d_name);
	}
	return total;
}

static off_t
path_size(const struct session *s, const char *path, struct buf *later)
{
	off_t size;
	DIR *d;
	int fd;

	fd = path_open(&s->root, *path == '\0' ? "/" : path,
	    O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
	if (fd == -1)
		return 0;
	d = fdopendir(fd);
	if (d == NULL) {
		close(fd);
		return 0;
	}
	size = directory_size(fd, d, path, later);
	closedir(d);
	return size;
}

static off_t
home_size(const struct session *s)
{
	struct buf later = { .limit = LATER_MAX };
	char path[PATH_SIZE];
	size_t at = 0, n;
	off_t total;

	total = path_size(s, "", &later);
	while (at < later.len) {
		/* A copy: the buffer moves while it grows. */
		n = strlen(later.s + at);
		if (n < sizeof path) {
			memcpy(path, later.s + at, n + 1);
			total += path_size(s, path, &later);
		}
		at += n + 1;
	}
	buf_free(&later);
	return total;
}

off_t
home_room(struct session *s)
{
	if (s->settings.quota_mib == 0 || s->anonymous)
		return QUOTA_NONE;
	if (!s->counted)
		s->used = home_size(s);
	s->counted = true;
	return (off_t)s->settings.quota_mib * MIB - s->used;
}

void
home_grew(struct session *s, off_t n)
{
	s->used += n;
}

void
home_forget(struct session *s)
{
	s->counted = false;
}
