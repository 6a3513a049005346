/*
 * account.h - the accounts of a site: etc/passwd
 *
 * passwd(5) lines with the crypt(3) hash in the second field:
 *	name:hash:uid:gid:comment:home:shell
 * The same file holds the services' own users (uids 19000 to 19999, hash
 * `*`), which are no accounts.  Accounts have uids from 20000 up, one each.
 * The hash `anonymous` marks the account of anonymous FTP: it owns nothing,
 * and only ftpd lets anyone in under it.
 *
 * Only authd and account(8) read the file; others ask authd (io/login.h).
 */
#ifndef LABNET_MAIL_ACCOUNT_H
#define LABNET_MAIL_ACCOUNT_H

#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

#define ACCOUNT_FILE	"etc/passwd"

enum {
	ACCOUNT_NAME_MAX = 32,
	ACCOUNT_LINE_MAX = 1024,	/* a longer line is refused */
	ACCOUNT_FIELD_MAX = 256,
	ACCOUNT_UID_FIRST = 20000,
	ACCOUNT_UID_LAST = 59999,	/* above: what systems hand out */
	ACCOUNT_SYSTEM_FIRST = 1000,	/* the machine's own, if in use */
	SERVICE_UID_FIRST = 19000,
	SERVICE_UID_LAST = 19999
};

struct account {
	char	name[ACCOUNT_NAME_MAX + 1];
	char	hash[ACCOUNT_FIELD_MAX];
	uid_t	uid;
	gid_t	gid;
	char	comment[ACCOUNT_FIELD_MAX];
	char	home[ACCOUNT_FIELD_MAX];	/* relative to the site */
};

/* 1 to 32 of a-z 0-9 . _ - and neither . nor - in front: safe in a path. */
bool	account_name_ok(const char *);

/*
 * Cut a line of the file (its newline is dropped) into *a.  NULL, or what is
 * wrong with it.  A line of a service's user is not wrong.
 */
const char *account_parse(char *line, struct account *a);

/*
 * Read the whole file, whatever stands where, and find the account.  1, or 0
 * if there is none, or -1 with errno set.  Each wrong line is logged as
 * "etc/passwd:line: what" and stands for nobody; so does the second line of
 * the same name or uid.  If the file has no such account the machine's are
 * looked at, where they are in use.  The hash of the file's first account that
 * has one goes to like, or "", so that an unknown user can cost as much; like
 * may be NULL.
 */
int	account_find(const char *name, struct account *,
	    char like[ACCOUNT_FIELD_MAX]);

/*
 * `accounts system' of mail.conf(5): from now on the machine's accounts count,
 * with uid and gid from 1000 up (but not those of services).
 */
void	account_use_system(void);
bool	account_has_system(void);

/* May a uid or gid be an account's? */
bool	account_id_ok(uid_t);

/* The comment of an account whose password is the published one. */
#define ACCOUNT_DEMO	"demo"

#endif
