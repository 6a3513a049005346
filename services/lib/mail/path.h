/*
 * path.h - the addresses of an envelope: RFC 5321 4.1.2, RFC 6531 3.3
 */
#ifndef LABNET_MAIL_PATH_H
#define LABNET_MAIL_PATH_H

#include <stdbool.h>

enum {
	PATH_LOCAL_MAX = 64,	/* octets of a local part: 4.5.3.1.1 */
	PATH_DOMAIN_MAX = 255,	/* octets of a domain: 4.5.3.1.2 */
	PATH_TEXT_SIZE = 2 * PATH_LOCAL_MAX + PATH_DOMAIN_MAX + 4
};

struct path {
	/* Without quotes and escapes; its case is kept (2.4). */
	char	local[PATH_LOCAL_MAX + 1];
	/* A name or an address literal with its brackets; "" if none. */
	char	domain[PATH_DOMAIN_MAX + 1];
	/* As it is to be written, quoted where it must be; "" for <>. */
	char	text[PATH_TEXT_SIZE];
	bool	utf8;		/* not all of it is ASCII: SMTPUTF8 is due */
};

/*
 * Read a path at *at and step behind it: <local@domain>, with a source route
 * (thrown away: RFC 5321 appendix C), or, as people type it, without the
 * angle brackets.  Spaces in front are passed over.  <> is the null path:
 * everything is "".  A local part alone is accepted: whether it may stand
 * without a domain is the caller's to say (postmaster: 4.5.1); and whether it
 * may hold characters beyond ASCII, which are well-formed UTF-8 (utf8.h).
 * NULL, or what is wrong with it.
 */
const char *path_read(const char **at, struct path *);

/* The same for a text that is nothing but local@domain. */
const char *path_parse(const char *text, struct path *);

/*
 * Is the domain an address literal (4.1.3) of this address, however the two
 * are written?
 */
bool	path_is_address(const char *domain, const char *ip);

#endif
