/*
 * home.h - how much an account's home may hold
 *
 * The key `quota` of ftpd.conf, in MiB, for every account (guests have none).
 * The sizes of all plain files beneath the home are counted when they are
 * first asked for, and kept account of from there on.  Two sessions of one
 * account do not see each other's uploads before one of them counts again.
 */
#ifndef FTPD_HOME_H
#define FTPD_HOME_H

#include <sys/types.h>

struct session;

/* No quota: more than any file holds. */
#define QUOTA_NONE	((off_t)1 << 62)

/* Octets that may still come; below 0 if there are too many already. */
off_t	home_room(struct session *);

/* The home holds n octets more (or less). */
void	home_grew(struct session *, off_t n);

/* Something went that nobody has measured: count again when asked. */
void	home_forget(struct session *);

#endif
