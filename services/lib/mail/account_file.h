/*
 * account_file.h - the two places where accounts stand, apart
 */
#ifndef LABNET_MAIL_ACCOUNT_FILE_H
#define LABNET_MAIL_ACCOUNT_FILE_H

#include "mail/account.h"

/*
 * An account of the machine, if they are in use.  1, or 0 if there is none,
 * or -1 with errno set.  Without a password that holds the hash is "".
 */
int	account_find_system(const char *name, struct account *);

#endif
