/* places.c - the directories of an account */

#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "account.h"

/*
 * Open the directory path below at, made if it is not there, and given to the
 * account.  Only a directory that is ours is ever given away: one that is
 * already there must be the account's own.
 */
static int
make_directory(int at, const char *path, const struct account *a)
{
	struct stat st;
	bool made = mkdirat(at, path, 0700) == 0;
	int fd;

	if (!made && errno != EEXIST)
		return -1;
	fd = openat(at, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd == -1)
		return -1;
	if (made && geteuid() == 0 && fchown(fd, a->uid, a->gid) == -1)
		goto fail;
	if (fstat(fd, &st) == -1)
		goto fail;
	if (geteuid() == 0 && st.st_uid != a->uid) {
		errno = EEXIST;
		goto fail;
	}
	if (fsync(fd) == 0 && fsync(at) == 0)
		return fd;
fail:
	close(fd);
	return -1;
}

int
places_make_maildir(const struct account *a)
{
	static const char *const parts[] = { "tmp", "new", "cur" };
	int mail, box = -1, part, status = -1;

	mail = open("spool/mail", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (mail != -1)
		box = make_directory(mail, a->name, a);
	if (box != -1) {
		status = 0;
		for (size_t i = 0; i < 3 && status == 0; i++) {
			part = make_directory(box, parts[i], a);
			if (part == -1)
				status = -1;
			else
				close(part);
		}
		close(box);
	}
	if (status == -1)
		warn("spool/mail/%s", a->name);
	if (mail != -1)
		close(mail);
	return status;
}

int
places_make(const struct account *a)
{
	const char *name = strrchr(a->home, '/');
	char parent[ACCOUNT_FIELD_MAX];
	int at, home = -1;

	if (name == NULL || name == a->home) {
		warnx("%s: not a home", a->home);
		return -1;
	}
	snprintf(parent, sizeof parent, "%.*s", (int)(name - a->home),
	    a->home);
	at = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (at != -1) {
		home = make_directory(at, name + 1, a);
		close(at);
	}
	if (home == -1) {
		warn("%s", a->home);
		return -1;
	}
	close(home);
	return places_make_maildir(a);
}

/* The highest owner of what lies in a directory. */
static uid_t
highest_owner(const char *path)
{
	struct dirent *entry;
	struct stat st;
	uid_t highest = 0;
	DIR *d = opendir(path);

	if (d == NULL)
		return 0;
	while ((entry = readdir(d)) != NULL)
		if (entry->d_name[0] != '.' && fstatat(dirfd(d), entry->d_name,
		    &st, AT_SYMLINK_NOFOLLOW) == 0 && st.st_uid > highest &&
		    st.st_uid <= ACCOUNT_UID_LAST)
			highest = st.st_uid;
	closedir(d);
	return highest;
}

uid_t
places_highest_uid(void)
{
	uid_t mail = highest_owner("spool/mail");
	uid_t home = highest_owner("spool/home");

	return mail > home ? mail : home;
}
