/*
 * folder.c - the folders of a maildir: Maildir++
 *
 * A folder comes and goes by one rename(2) from or to a name without a
 * leading dot, which nobody takes for a folder.
 */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mail/folder.h"
#include "mail/mailbox.h"
#include "mail/quota.h"

#define COMING	"labnet-new."	/* a folder that is being made */
#define GOING	"labnet-old."	/* or taken away */

enum { DEPTH = 3 };		/* folder, cur/, and room for one more */

static bool
is_inbox(const char *name)
{
	return strcasecmp(name, "INBOX") == 0;
}

bool
folder_name_ok(const char *name)
{
	size_t len = strlen(name);

	if (len == 0 || len > FOLDER_NAME_MAX || name[0] == '.' ||
	    name[len - 1] == '.' || strstr(name, "..") != NULL)
		return false;
	for (const char *p = name; *p != '\0'; p++)
		if (*p == '/' || (unsigned char)*p < ' ' || *p == 0x7f)
			return false;
	return true;
}

int
folder_dir(char dir[MAILDIR_NAME_SIZE], const char *name)
{
	if (!folder_name_ok(name)) {
		errno = EINVAL;
		return -1;
	}
	if (is_inbox(name))
		strcpy(dir, ".");
	else
		snprintf(dir, MAILDIR_NAME_SIZE, ".%s", name);
	return 0;
}

static bool
has_cur(int root, const char *dir)
{
	char path[MAILDIR_NAME_SIZE + 8];
	struct stat st;

	snprintf(path, sizeof path, "%s/cur", dir);
	return fstatat(root, path, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    S_ISDIR(st.st_mode);
}

bool
folder_exists(int root, const char *name)
{
	char dir[MAILDIR_NAME_SIZE];

	return folder_dir(dir, name) == 0 && has_cur(root, dir);
}

int
folder_make_root(const char *path)
{
	return maildir_make(AT_FDCWD, path);
}

/* Remove a directory and what is in it, as far as it goes. */
static void
remove_tree(int at, const char *name, int depth)
{
	int fd = openat(at, name,
	    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *d = fd == -1 ? NULL : fdopendir(fd);
	struct dirent *e;

	if (d == NULL) {
		if (fd != -1)
			close(fd);
		return;
	}
	while ((e = readdir(d)) != NULL) {
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		if (unlinkat(fd, e->d_name, 0) == -1 && depth > 1)
			remove_tree(fd, e->d_name, depth - 1);
	}
	closedir(d);
	unlinkat(at, name, AT_REMOVEDIR);
}

static void
temporary(char name[MAILDIR_NAME_SIZE], const char *prefix)
{
	char unique[MAILDIR_NAME_SIZE];

	maildir_name_new(unique, -1, -1);
	snprintf(name, MAILDIR_NAME_SIZE, "%s%.200s", prefix, unique);
}

/* A folder that is being made: what is open of it, or -1. */
struct coming {
	int	folder, list;
};

static void
close_coming(struct coming *c)
{
	int saved = errno;

	if (c->list != -1)
		close(c->list);
	if (c->folder != -1)
		close(c->folder);
	errno = saved;
}

/*
 * A whole folder under a temporary name: directories, mark, and UID list.
 * Nothing of it is on the disk for good.
 */
static int
make(int root, const char *dir, struct coming *c)
{
	int mark;

	if (maildir_begin(root, dir) == -1 || (c->folder = openat(root, dir,
	    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)) == -1)
		return -1;
	mark = openat(c->folder, "maildirfolder",
	    O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (mark == -1)
		return -1;
	close(mark);
	c->list = uidlist_make(c->folder, root);
	return c->list == -1 ? -1 : 0;
}

/* A directory to its new name; never onto another. */
static int
rename_new(int root, const char *from, const char *to)
{
	if (renameat(root, from, root, to) == 0)
		return 0;
	if (errno == ENOTEMPTY)
		errno = EEXIST;
	return -1;
}

/* The same, for good. */
static int
move(int root, const char *from, const char *to)
{
	return rename_new(root, from, to) == 0 ? fsync(root) : -1;
}

int
folder_create(int root, const char *name)
{
	char dir[MAILDIR_NAME_SIZE], coming[MAILDIR_NAME_SIZE];
	struct coming c = { -1, -1 };
	int status = -1, saved;

	if (folder_dir(dir, name) == -1)
		return -1;
	if (has_cur(root, dir)) {
		errno = EEXIST;
		return -1;
	}
	temporary(coming, COMING);
	/*
	 * All syncs behind the rename: the first waits for nearly all there is
	 * to write.  A power cut before the last leaves a folder that nobody
	 * was told of, with a list that is good or makes no sense: then it
	 * gets a new UIDVALIDITY.
	 */
	if (make(root, coming, &c) == 0 &&
	    rename_new(root, coming, dir) == 0 && fsync(c.list) == 0 &&
	    fsync(c.folder) == 0 && fsync(root) == 0)
		status = 0;
	close_coming(&c);
	saved = errno;
	if (status == -1)
		remove_tree(root, coming, DEPTH);
	errno = saved;
	return status;
}

int
folder_delete(int root, const char *name)
{
	char dir[MAILDIR_NAME_SIZE], going[MAILDIR_NAME_SIZE];

	if (folder_dir(dir, name) == -1)
		return -1;
	if (is_inbox(name)) {
		errno = EINVAL;
		return -1;
	}
	temporary(going, GOING);
	if (move(root, dir, going) == -1)
		return -1;
	remove_tree(root, going, DEPTH);
	if (quota_is_kept(root))
		quota_recount(root);
	return 0;
}

/* INBOX stays, only its messages go (RFC 3501 6.3.5). */
static int
rename_inbox(int root, const char *to)
{
	char dir[MAILDIR_NAME_SIZE];
	struct mailbox inbox, other;
	struct mailbox_news news;
	size_t *all = NULL;
	int status = -1, saved;

	if (folder_create(root, to) == -1 || folder_dir(dir, to) == -1 ||
	    mailbox_open(&inbox, root, ".", MAILBOX_WRITE) == -1)
		return -1;
	if (mailbox_open(&other, root, dir, MAILBOX_WRITE) == 0) {
		if (mailbox_sync(&inbox, &news) == 0 &&
		    (all = calloc(inbox.count + 1, sizeof *all)) != NULL) {
			for (size_t i = 0; i < inbox.count; i++)
				all[i] = i;
			status = mailbox_move(&inbox, all, inbox.count, &other,
			    NULL);
		}
		saved = errno;
		free(all);
		mailbox_close(&other);
		errno = saved;
	}
	saved = errno;
	mailbox_close(&inbox);
	errno = saved;
	return status;
}

/* If name is from or below it: what it becomes.  False if it is not. */
static bool
new_name(char new[MAILDIR_NAME_SIZE], const char *name, const char *from,
    const char *to)
{
	size_t len = strlen(from);
	int n;

	if (strncmp(name, from, len) != 0 ||
	    (name[len] != '\0' && name[len] != '.'))
		return false;
	n = snprintf(new, MAILDIR_NAME_SIZE, "%s%s", to, name + len);
	return n > 0 && n < MAILDIR_NAME_SIZE;
}

/* Rename the first n of the list from one name to the other. */
static int
rename_tree(int root, const struct folder_list *list, size_t n,
    const char *from, const char *to, size_t *done)
{
	char new[MAILDIR_NAME_SIZE], old_dir[MAILDIR_NAME_SIZE],
	    new_dir[MAILDIR_NAME_SIZE], old[MAILDIR_NAME_SIZE];

	for (*done = 0; *done < n; ++*done) {
		if (!new_name(new, list->name[*done], from, to))
			continue;
		snprintf(old, sizeof old, "%s", list->name[*done]);
		if (folder_dir(old_dir, old) == -1 ||
		    folder_dir(new_dir, new) == -1 ||
		    move(root, old_dir, new_dir) == -1)
			return -1;
	}
	return 0;
}

/* Put those back that were renamed before one could not be. */
static void
rename_back(int root, const struct folder_list *list, size_t n,
    const char *from, const char *to)
{
	char new[MAILDIR_NAME_SIZE], old_dir[MAILDIR_NAME_SIZE],
	    new_dir[MAILDIR_NAME_SIZE];

	for (size_t i = 0; i < n; i++)
		if (new_name(new, list->name[i], from, to) &&
		    folder_dir(old_dir, list->name[i]) == 0 &&
		    folder_dir(new_dir, new) == 0)
			move(root, new_dir, old_dir);
}

int
folder_rename(int root, const char *from, const char *to)
{
	struct folder_list list;
	size_t done = 0, len = strlen(from);
	bool found = false, taken;
	int status, saved;

	if (!folder_name_ok(from) || !folder_name_ok(to) || is_inbox(to)) {
		errno = EINVAL;
		return -1;
	}
	if (is_inbox(from))
		return rename_inbox(root, to);
	if (strncmp(to, from, len) == 0 && to[len] == '.') {
		errno = EINVAL;
		return -1;
	}
	if (folder_list(root, &list) == -1)
		return -1;
	taken = folder_list_has(&list, to);
	for (size_t i = 0; i < list.count; i++)
		found |= strncmp(list.name[i], from, len) == 0 &&
		    (list.name[i][len] == '\0' || list.name[i][len] == '.');
	errno = taken ? EEXIST : ENOENT;
	status = taken || !found ? -1 :
	    rename_tree(root, &list, list.count, from, to, &done);
	saved = errno;
	if (status == -1)
		rename_back(root, &list, done, from, to);
	folder_list_free(&list);
	errno = saved;
	return status;
}
