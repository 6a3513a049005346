/*
 * folder.h - the folders of a maildir: Maildir++
 *
 * Folder `Work.2026` is the directory `.Work.2026` beside cur/, new/ and tmp/
 * of the maildir, which itself is the folder INBOX.  The dot separates levels;
 * a level need not exist itself.  Names here are as on the disk: octets, in
 * IMAP's modified UTF-7 where they come from IMAP, and "INBOX" in any case is
 * the maildir itself.
 *
 * Unless it says otherwise a function returns 0, or -1 with errno set: EINVAL
 * for a name that cannot be a folder's, ENOENT, EEXIST.
 */
#ifndef LABNET_MAIL_FOLDER_H
#define LABNET_MAIL_FOLDER_H

#include <stdbool.h>
#include <stddef.h>

#include "mail/maildir.h"

enum { FOLDER_NAME_MAX = 200 };		/* octets of a whole name */

/*
 * Is it a name we would make?  No `/`, no control character, no empty level
 * (so no leading, trailing or double dot), not too long.
 */
bool	folder_name_ok(const char *name);

/* The directory of a folder, for mailbox_open(): "." or "." name.  EINVAL. */
int	folder_dir(char dir[MAILDIR_NAME_SIZE], const char *name);

bool	folder_exists(int root, const char *name);

/*
 * Make the maildir itself at path if it is not there (its parent must be).
 */
int	folder_make_root(const char *path);

/* A folder with all in it; its UIDVALIDITY is one no folder ever had. */
int	folder_create(int root, const char *name);

/*
 * Remove a folder and its messages at once; folders below it stay.  INBOX
 * cannot be removed (EINVAL).  It first vanishes under its name, so nobody
 * sees it half removed.
 */
int	folder_delete(int root, const char *name);

/*
 * Rename a folder and all folders below it.  Renaming INBOX moves its messages
 * into the new folder and leaves INBOX empty, as IMAP wants it; folders below
 * INBOX stay (RFC 3501 6.3.5).
 */
int	folder_rename(int root, const char *from, const char *to);

/* Names, sorted; freed by one call. */
struct folder_list {
	char	**name;
	size_t	  count;
};

/* All folders but INBOX, as found on the disk. */
int	folder_list(int root, struct folder_list *);

/* The file `subscriptions`: one name a line.  Missing folders may be in it. */
int	folder_subscriptions(int root, struct folder_list *);
int	folder_subscribe(int root, const char *name, bool yes);

void	folder_list_free(struct folder_list *);
bool	folder_list_has(const struct folder_list *, const char *name);

#endif
