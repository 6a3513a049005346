/* half.c - how the two halves of pop3d and imapd begin */

#include <fcntl.h>
#include <sys/stat.h>

#include "io/sandbox.h"
#include "mail/folder.h"
#include "mail/half.h"
#include "mail/settings.h"

int
half_login(struct tls *tls, const struct peer *peer, bool *may_login)
{
	tls_init(tls);
	*may_login = tls_is_private(tls, peer) || mail_plaintext();
	return sandbox_enter("login", NULL);
}

int
half_session(const char *program, const char *maildir)
{
	umask(077);
	/* The sandbox leaves open what is there when it begins. */
	if (folder_make_root(maildir) == -1 ||
	    sandbox_enter(program, maildir) == -1)
		return -1;
	return open(maildir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}
