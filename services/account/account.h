/* account.h - the parts of account(8) */

#ifndef LABNET_ACCOUNT_H
#define LABNET_ACCOUNT_H

#include <stdbool.h>

#include "mail/account.h"

/*
 * The password file, held under its lock while it is changed.  The new text
 * is gathered line by line and becomes the file at edit_commit(), or never.
 */
struct edit {
	FILE	*from;		/* the file as it is */
	FILE	*to;		/* what it will be */
	int	 lock;
};

/* 0, or -1 after saying why. */
int	edit_begin(struct edit *);
int	edit_commit(struct edit *);
void	edit_abandon(struct edit *);

/* Write one account's line. */
void	edit_put(struct edit *, const struct account *);

/*
 * Read a new password: from the terminal, twice, without showing it, or one
 * line of standard input.  False after saying what is wrong.
 */
bool	password_read(char *password, size_t size);

/* Its hash with a fresh salt.  False after saying what is wrong. */
bool	password_hash(const char *password, char *hash, size_t size);

/*
 * Make the account's directories, owned by it: home, and the maildir under
 * spool/mail.  All are synced with their parents.  0, or -1 after saying why.
 */
int	places_make(const struct account *);
/* The highest uid that owns a directory left by some account, or 0. */
uid_t	places_highest_uid(void);

#endif
