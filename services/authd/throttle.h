/*
 * throttle.h - failed logins make the next ones slow, for whom it concerns
 *
 * The parent keeps the table; a child asks its own copy, made by fork.  Two
 * counts of failures delay a login: that of its source (an IPv4 /24, an IPv6
 * /56; not loopback, which everybody on this machine shares), and that of
 * its user, unless this user has lately logged in from this very source.  So
 * nobody can lock another out of his account.  A count goes down by one a
 * minute.  The table has a fixed size; the entry longest unused makes room.
 */
#ifndef LABNET_AUTHD_THROTTLE_H
#define LABNET_AUTHD_THROTTLE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * How long a login of user from ip ("" for none) is to wait, in ms: 0, or 2,
 * 4, 8, 15 s for one, two, three, more failures.  now is clock_ms().
 */
int	throttle_delay(const char *user, const char *ip, int64_t now);

/* A login has ended so. */
void	throttle_note(const char *user, const char *ip, bool good,
	    int64_t now);

#endif
