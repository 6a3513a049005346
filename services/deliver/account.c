/* account.c - what an account's own files say of mail for it */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "deliver.h"
#include "io/close.h"
#include "io/log.h"
#include "mail/become.h"
#include "mail/quota.h"

enum { DIRECTORY = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC };

/* Not there, or nothing that we may open: as good as not there. */
static bool
is_absent(int error)
{
	return error == ENOENT || error == ENOTDIR || error == ELOOP ||
	    error == EACCES || error == EPERM || error == ENXIO;
}

/*
 * Whoever could write into the file could read the user's mail: it has to be
 * his, and nobody else's to change.  A FIFO would let us wait.
 */
static bool
is_trusted(const struct place *p, const struct stat *st)
{
	const char *why = NULL;

	if (!S_ISREG(st->st_mode))
		why = "not a plain file";
	else if (st->st_uid != geteuid())
		why = "not the user's own";
	else if ((st->st_mode & 022) != 0)
		why = "others may write into it";
	else if (st->st_size > FORWARD_MAX)
		why = "too large";
	if (why != NULL)
		log_line("%s/.forward: %s", p->user, why);
	return why == NULL;
}

/* The file's text: 1, 0 if there is none to obey, -1 with errno set. */
static int
read_forward(const struct place *p, const char *home, char *text,
    size_t *len)
{
	int at = open(home, DIRECTORY), fd, saved;
	struct stat st;
	ssize_t got = -1;

	if (at == -1)
		return is_absent(errno) ? 0 : -1;
	fd = openat(at, ".forward", O_RDONLY | O_NOFOLLOW | O_NONBLOCK |
	    O_CLOEXEC);
	saved = errno;
	close(at);
	if (fd == -1) {
		errno = saved;
		return is_absent(errno) ? 0 : -1;
	}
	if (fstat(fd, &st) == 0)
		got = is_trusted(p, &st) ? read(fd, text, FORWARD_MAX) : 0;
	close_quietly(fd);
	*len = got > 0 ? (size_t)got : 0;
	return got == -1 ? -1 : got > 0;
}

/*
 * The name behind the + as a folder's; false if none could be called so.  A
 * folder's name has dots for its levels, and & starts what is not ASCII.
 */
static bool
folder_name(char folder[FOLDER_SIZE], const char *detail)
{
	size_t n = strlen(detail);

	if (n == 0 || n >= FOLDER_SIZE - 1 || detail[0] == '.' ||
	    detail[n - 1] == '.' || strstr(detail, "..") != NULL)
		return false;
	for (size_t i = 0; i < n; i++)
		if (detail[i] <= ' ' || detail[i] > '~' ||
		    strchr("/&*%\\", detail[i]) != NULL)
			return false;
	snprintf(folder, FOLDER_SIZE, ".%s", detail);
	return true;
}

/*
 * Could a file be made and linked there?  To be asked at RCPT, when it is one
 * recipient's affair: a user who breaks his maildir must not be able to stop
 * the mail of all who get the same message.
 */
static int
try_folder(int box, const char *folder)
{
	static const char *const parts[] = { "tmp", "new" };
	char path[FOLDER_SIZE + sizeof "/tmp"];
	int fd = -1;

	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
		snprintf(path, sizeof path, "%s/%s", folder, parts[i]);
		fd = openat(box, path, DIRECTORY);
		if (fd == -1)
			return -1;
		close(fd);
		/* Old kernels lack this: what else it may say is no answer. */
		if (faccessat(box, path, W_OK | X_OK, AT_EACCESS) == -1 &&
		    (errno == EACCES || errno == EROFS))
			return -1;
	}
	return 0;
}

/*
 * Has its user taken himself the right to the maildir?  All else that keeps
 * it away, say a disk that is not mounted, is not in his hands.
 */
static bool
is_shut(const char *path)
{
	struct stat st;

	return errno == EACCES && lstat(path, &st) == 0 &&
	    (st.st_mode & S_IRWXU) != S_IRWXU;
}

/*
 * The folder if it is there, and its state: 0, or -1 with errno set, and
 * whether the user himself may have brought that about.
 */
static int
look_at_mailbox(struct place *p, const char *detail, int64_t size, bool *his)
{
	char path[sizeof "spool/mail/" + ACCOUNT_NAME_MAX];
	char folder[FOLDER_SIZE];
	struct stat st;
	int box, status;

	snprintf(path, sizeof path, "spool/mail/%s", p->user);
	box = open(path, DIRECTORY);
	*his = box != -1 || is_shut(path);
	if (box == -1)
		return -1;
	if (folder_name(folder, detail) &&
	    fstatat(box, folder, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    S_ISDIR(st.st_mode))
		strcpy(p->folder, folder);
	p->counted = quota_is_kept(box);
	status = try_folder(box, p->folder);
	if (status == 0 && p->counted)
		status = mailbox_admit(box, size);
	close_quietly(box);
	return status;
}

/* What is wrong with the mailbox itself has a code of its own: RFC 3463. */
static const char *
mailbox_failure(const char *user, bool his)
{
	if (!his || !is_absent(errno))
		return failure(user);
	log_errno("%s", user);
	return "451 4.2.0 The mailbox is broken";
}

const char *
account_look(struct place *p, const struct login_account *a,
    const char *detail, int64_t size, struct forward *f)
{
	static char text[FORWARD_MAX + 1];
	const char *reply = NULL;
	size_t len = 0;
	bool his;
	int got;

	strcpy(p->folder, ".");
	memset(f, 0, sizeof *f);
	f->keep = true;
	if (become_for_files(p->uid, p->gid) == -1)
		return failure(p->user);
	got = read_forward(p, a->home, text, &len);
	if (got == 1)
		got = forward_parse(f, p->user, text, len);
	if (got == -1)
		reply = failure(p->user);
	else if (look_at_mailbox(p, detail, size, &his) == -1 && f->keep)
		reply = mailbox_failure(p->user, his);
	become_self();
	return reply;
}
