/*
 * half.h - how the two halves of pop3d and imapd begin: service(7), "Login"
 *
 * Without an argument the program is the login half, which talks to a
 * stranger and owns nothing; authd starts it again, as the user, with the
 * maildir as its argument.  Both functions end in the sandbox, so whatever
 * else of the site is to be read comes before.
 */
#ifndef LABNET_MAIL_HALF_H
#define LABNET_MAIL_HALF_H

#include <stdbool.h>

#include "io/peer.h"
#include "io/tls.h"

/*
 * The login half: is TLS there, and may passwords come without it?  They may
 * where nobody can listen, or the admin does not mind.  0, or -1 with errno
 * set: then serve nobody.
 */
int	half_login(struct tls *, const struct peer *, bool *may_login);

/*
 * The session half: make the maildir if it is not there, see nothing but it
 * from now on, and open it.  The sandbox is that of the program's name.  The
 * descriptor, or -1 with errno set.
 */
int	half_session(const char *program, const char *maildir);

#endif
