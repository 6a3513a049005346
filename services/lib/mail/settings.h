/*
 * settings.h - etc/mail.conf, for all who deal with mail
 *
 * The keys and their defaults are in mail.conf(5).
 */
#ifndef LABNET_MAIL_SETTINGS_H
#define LABNET_MAIL_SETTINGS_H

#include <stdbool.h>

#include "io/buf.h"

#define MAIL_CONF	"etc/mail.conf"

enum { MAIL_HOST_SIZE = 256 };

struct mail_settings {
	char		hostname[MAIL_HOST_SIZE];
	long		size_limit;	/* octets of a message */
	long		recipients_max;	/* of one message */
	struct buf	domains;	/* the local ones, NUL-ended each */
};

/*
 * Read the file.  0, or -1 after the log has been told what is wrong.  What
 * the file does not say has its default; the host's own name is asked for
 * only then.
 */
int	mail_settings_read(struct mail_settings *);

/* Does mail for this domain end here?  Case does not matter. */
bool	mail_domain_is_local(const struct mail_settings *, const char *domain);

#endif
