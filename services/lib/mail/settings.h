/*
 * settings.h - etc/mail.conf, for all who deal with mail
 *
 * The keys and their defaults are in mail.conf(5).
 */
#ifndef LABNET_MAIL_SETTINGS_H
#define LABNET_MAIL_SETTINGS_H

#include <stdbool.h>

#include "io/buf.h"
#include "mail/network.h"

#define MAIL_CONF	"etc/mail.conf"

enum { MAIL_HOST_SIZE = 256, MAIL_ADDRESS_SIZE = 46, MAIL_NETWORKS_MAX =
    64 };

struct mail_settings {
	char		hostname[MAIL_HOST_SIZE];
	long		size_limit;	/* octets of a message */
	long		recipients_max;	/* of one message */
	struct buf	domains;	/* the local ones, NUL-ended each */
	struct buf	virtual;	/* those of them without accounts */

	/* How strictly smtpd takes its clients. */
	enum { BARE_REFUSE, BARE_NORMALISE } bare_newline;
	long		smtp_timeout;	/* seconds for a command */
	long		greet_delay;	/* seconds; 0: none */
	bool		helo_check, vrfy, spf;

	/* Who may send to other sites. */
	struct network	relay_from[MAIL_NETWORKS_MAX];
	size_t		relay_networks;
	bool		relay_nobody;	/* `relay-from none' */
	bool		plaintext;	/* passwords may come in clear */
	bool		system_accounts;	/* the machine's count, too */

	/* What relay does. */
	char		nameserver[MAIL_HOST_SIZE];	/* "": resolv.conf */
	struct buf	routes;		/* name, target, ... NUL-ended each */
	long		relay_connections;	/* at one time, in all */
	long		relay_per_host;		/* and to one destination */
	long		relay_timeout;	/* seconds; no wait is longer */
	long		relay_retry;	/* seconds to the second attempt */
	long		relay_retry_max;	/* and between later ones */
	long		relay_warn;	/* seconds until a delay is reported */
	long		relay_lifetime;	/* seconds until relay gives up */
	/* Addresses that it connects from; "": the kernel's choice. */
	char		relay_source_four[MAIL_ADDRESS_SIZE];
	char		relay_source_six[MAIL_ADDRESS_SIZE];
	enum { RELAY_TLS_NO, RELAY_TLS_MAY, RELAY_TLS_MUST } relay_tls;
	char		relay_passwords[MAIL_HOST_SIZE]; /* "": no file */
};

/*
 * Read the file.  0, or -1 after the log has been told what is wrong.  What
 * the file does not say has its default; the host's own name is asked for
 * only then.
 */
int	mail_settings_read(struct mail_settings *);

/*
 * What the file says of `plaintext' alone, for the login halves; false if it
 * cannot be read.
 */
bool	mail_plaintext(void);

/* The same for `accounts system'. */
bool	mail_system_accounts(void);

/* Does mail for this domain end here?  Case does not matter. */
bool	mail_domain_is_local(const struct mail_settings *, const char *domain);
/* Are its only addresses those that etc/aliases gives in full? */
bool	mail_domain_is_virtual(const struct mail_settings *,
	    const char *domain);

/* What an address without a domain means: the first with accounts. */
const char *mail_own_domain(const struct mail_settings *);

/*
 * May a client at this address ("" if it is on this machine without a
 * network) send mail to other sites?
 */
bool	mail_may_relay(const struct mail_settings *, const char *ip);

/* The target of the route for a domain, a mail server or "*", or NULL. */
const char *mail_route(const struct mail_settings *, const char *name);

#endif
