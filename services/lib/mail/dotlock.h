/*
 * dotlock.h - a lock that is a file: Dovecot's, and Courier's, way
 *
 * The lock on FILE is the existence of FILE.lock, which holds "pid:host".
 * It is written in tmp/ and linked to its name.  It works between programs
 * that know nothing of each other, and on NFS.  A lock whose process on this
 * host is gone is nobody's and gets broken; so is one of which that cannot be
 * known, of another host or user, when it is older than two minutes.
 */
#ifndef LABNET_MAIL_DOTLOCK_H
#define LABNET_MAIL_DOTLOCK_H

/*
 * Take the lock named name (FILE.lock) in directory dir, a maildir folder.
 * Waits up to the given seconds, 0: not at all.  0, or -1 with errno set:
 * ETIMEDOUT if another holds it.
 */
int	dotlock_take(int dir, const char *name, int seconds);

/* Give it back.  Keeps errno. */
void	dotlock_drop(int dir, const char *name);

#endif
