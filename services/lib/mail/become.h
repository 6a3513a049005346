/*
 * become.h - taking an account's uid: authd for good, deliver for a moment
 *
 * Both hold CAP_SETUID and CAP_SETGID beside a uid of their own (service(7)).
 * Nothing but the ids of an account (ACCOUNT_UID_FIRST and up) is ever taken.
 *
 * In a site that an ordinary user runs for himself there is nobody else to
 * become: etc/passwd is his own, and these calls do nothing.
 */
#ifndef LABNET_MAIL_BECOME_H
#define LABNET_MAIL_BECOME_H

#include <sys/types.h>

/*
 * Become uid and gid, with no other group, in all three ids.  0 once it has
 * been checked that it stuck, or -1 with errno set: then exit.
 */
int	become_forever(uid_t, gid_t);

/*
 * Act as uid and gid on files until become_self().  0, or -1 with errno set.
 * become_self() cannot fail but by a fault of ours, and then aborts.
 */
int	become_for_files(uid_t, gid_t);
void	become_self(void);

#endif
