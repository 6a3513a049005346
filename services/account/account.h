/* account.h - the parts of account(8) */

#ifndef LABNET_ACCOUNT_H
#define LABNET_ACCOUNT_H

#include <stdbool.h>
#include <stdio.h>

#include "io/conf.h"
#include "mail/account.h"

/*
 * The password file, held under its lock while it is changed.  The new text
 * is gathered line by line and becomes the file at edit_commit(), or never.
 */
struct edit {
	struct conf_file from;	/* the file as it is */
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

/*
 * Its hash with a fresh salt, by "sha512" or "yescrypt", or NULL for what the
 * system has chosen in login.defs(5).  False after saying what is wrong.
 */
bool	password_hash(const char *password, const char *method, char *hash,
	    size_t size);

/*
 * Make the account's directories, owned by it: home, and the maildir under
 * spool/mail.  All are synced with their parents.  0, or -1 after saying why.
 */
int	places_make(const struct account *);
int	places_make_maildir(const struct account *);	/* that alone */
/* The highest uid that owns a directory left by some account, or 0. */
uid_t	places_highest_uid(void);

/*
 * quota.c: show the limits of the account's maildir, or set them to what the
 * text says.  The exit status.
 */
int	quota_edit(const struct account *, const char *text);

#endif
